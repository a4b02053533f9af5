import { byId } from '../dom.ts';

/** Makes the list of examples one to choose from and to filter by words. */
export function filterExamples(choose: (query: string) => void): void {
  const groups = [...document.querySelectorAll<HTMLDetailsElement>('.query-examples details')].map((group) => ({
    group,
    open: group.open,
    count: group.querySelector('summary .meta'),
    items: [...group.querySelectorAll('li')].map((item) => ({ item, text: fold(item.textContent ?? '') })),
  }));
  const filter = byId<HTMLInputElement>('examples-word');
  byId('examples-filter').hidden = false;
  filter.addEventListener('input', () => {
    const words = fold(filter.value).split(/\s+/).filter(Boolean);
    for (const { group, open, count, items } of groups) {
      for (const { item, text } of items) item.hidden = !words.every((word) => text.includes(word));
      if (count) count.textContent = `(${items.filter(({ item }) => !item.hidden).length})`;
      group.hidden = items.every(({ item }) => item.hidden);
      group.open = words.length > 0 || open;
    }
    byId('examples-none').hidden = groups.some(({ group }) => !group.hidden);
  });
  for (const link of document.querySelectorAll<HTMLAnchorElement>('.query-examples li a'))
    link.addEventListener('click', (event) => {
      // Who wants it in a tab of its own gets it there.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      const query = new URL(link.href).searchParams.get('query');
      if (query === null) return;
      event.preventDefault();
      choose(query);
    });
}

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
