/** Milliseconds without a key after which suggestions are fetched. */
const pause = 120;

interface Suggestion {
  readonly name: string;
  readonly kind: string;
  readonly url: string;
}

/**
 * Suggestions below a search box (ARIA 1.2: an editable combobox with a listbox). Without this, the box is a plain form.
 */
export function offerSuggestions(input: HTMLInputElement, owner: HTMLFormElement): void {
  const language = document.documentElement.lang;
  const list = document.createElement('ul');
  list.id = 'search-suggestions';
  list.className = 'suggestions';
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', input.labels?.[0]?.textContent?.trim() || input.getAttribute('aria-label') || '');
  list.hidden = true;
  owner.append(list);
  for (const [name, value] of [
    ['role', 'combobox'],
    ['aria-autocomplete', 'list'],
    ['aria-controls', list.id],
    ['aria-expanded', 'false'],
    ['autocomplete', 'off'],
  ] as const)
    input.setAttribute(name, value);

  let shown: readonly Suggestion[] = [];
  let chosen = -1;
  let timer: number | undefined;
  let asking: AbortController | undefined;

  const close = (): void => {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    input.setAttribute('aria-expanded', 'false');
    choose(-1);
  };

  const choose = (index: number): void => {
    chosen = index;
    for (const [at, option] of [...list.children].entries()) {
      option.setAttribute('aria-selected', String(at === index));
      if (at === index) option.scrollIntoView({ block: 'nearest' });
    }
    if (index < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `search-suggestion-${index}`);
  };

  const show = (suggestions: readonly Suggestion[]): void => {
    shown = suggestions;
    list.replaceChildren(...suggestions.map(option));
    list.hidden = suggestions.length === 0;
    input.setAttribute('aria-expanded', String(suggestions.length > 0));
    choose(-1);
  };

  const fetchFor = async (text: string): Promise<void> => {
    asking?.abort();
    asking = new AbortController();
    try {
      const query = new URLSearchParams({ q: text, lang: language });
      const response = await fetch(`/search/suggest?${query}`, { signal: asking.signal });
      if (!response.ok) return;
      const [, names, kinds, urls] = (await response.json()) as [string, string[], string[], string[]];
      // Whoever went on, or left, is not to be bothered.
      if (document.activeElement !== input || input.value.trim() !== text) return;
      show(names.map((name, at) => ({ name, kind: kinds[at] ?? '', url: urls[at] ?? '' })));
    } catch {
      // Typed on, or the server is away: the form still works.
    }
  };

  const go = ({ url }: Suggestion): void => {
    const { pathname, search, hash } = new URL(url);
    close();
    location.assign(pathname + search + hash);
  };

  input.addEventListener('input', () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length < 2) return close();
    timer = window.setTimeout(() => void fetchFor(text), pause);
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      if (list.hidden) {
        const text = input.value.trim();
        if (text.length > 1) void fetchFor(text);
        return;
      }
      // Beyond the last, and before the first, one is back in the box.
      const next = chosen + step;
      choose(next < -1 ? shown.length - 1 : next >= shown.length ? -1 : next);
    } else if (event.key === 'Escape' && !list.hidden) {
      // The browser would empty the box.
      event.preventDefault();
      close();
    } else if (event.key === 'Enter') {
      const suggestion = shown[chosen];
      if (list.hidden || !suggestion) return;
      event.preventDefault();
      go(suggestion);
    }
  });
  input.addEventListener('blur', close);
  // Before the box loses the focus, and the list goes with it.
  list.addEventListener('pointerdown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const at = [...list.children].findIndex((each) => each.contains(event.target as Node));
    const suggestion = shown[at];
    if (suggestion) go(suggestion);
  });
}

function option({ name, kind }: Suggestion, at: number): HTMLLIElement {
  const item = document.createElement('li');
  item.id = `search-suggestion-${at}`;
  item.setAttribute('role', 'option');
  item.setAttribute('aria-selected', 'false');
  const label = document.createElement('span');
  label.textContent = name;
  const what = document.createElement('span');
  what.className = 'meta';
  what.textContent = kind;
  item.append(label, ' ', what);
  return item;
}
