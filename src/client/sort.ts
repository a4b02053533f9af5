/** Lets readers sort a table by a column. Without a script it stays in the order in which it comes. */

for (const table of document.querySelectorAll<HTMLTableElement>('table.sortable')) {
  const [body] = table.tBodies;
  const language = document.documentElement.lang;
  for (const head of table.tHead?.rows[0]?.cells ?? []) {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'sort';
    button.textContent = head.textContent;
    button.title = `${table.dataset['sort'] ?? ''} ${head.textContent?.toLocaleLowerCase(language)}`;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const down = head.ariaSort === 'ascending';
      for (const other of head.parentElement?.children ?? []) other.removeAttribute('aria-sort');
      head.ariaSort = down ? 'descending' : 'ascending';
      const rows = [...(body?.rows ?? [])].map((row) => ({ row, cell: row.cells[head.cellIndex] }));
      rows.sort((a, b) => (down ? -1 : 1) * compare(a.cell, b.cell));
      body?.append(...rows.map(({ row }) => row));
    });
  }

  // Numbers by their value, all else by what is written.
  const compare = (a: HTMLElement | undefined, b: HTMLElement | undefined): number => {
    const [x, y] = [a?.dataset['value'], b?.dataset['value']];
    if (x !== undefined && y !== undefined) return Number(x) - Number(y);
    return (a?.textContent ?? '').localeCompare(b?.textContent ?? '', language);
  };
}
