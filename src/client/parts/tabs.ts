import { element } from './dom.ts';

/** A part of a page that is shown when its tab is chosen. */
export interface Tab {
  readonly name: string;
  readonly label: string;
  readonly panel: HTMLElement;
  /** Called each time the tab is chosen. */
  readonly show?: () => void;
}

/** A row of tabs, of which one is chosen. */
export interface Tabs {
  readonly list: HTMLElement;
  readonly choose: (name: string) => void;
}

let made = 0;

/**
 * Makes a row of tabs for panels that are in the page already, after the pattern of the ARIA Authoring Practices: one of
 * the tabs takes the focus, arrow keys go to the others. The first is chosen.
 */
export function makeTabs(label: string, tabs: readonly Tab[], chosen = tabs[0]?.name): Tabs {
  const number = ++made;
  const buttons = tabs.map(({ name, label: text, panel }) => {
    panel.id ||= `panel-${number}-${name}`;
    panel.setAttribute('role', 'tabpanel');
    const id = `tab-${number}-${name}`;
    panel.setAttribute('aria-labelledby', id);
    return element('button', { type: 'button', role: 'tab', id, 'aria-controls': panel.id }, text);
  });
  const choose = (name: string, focus = false): void => {
    for (const [index, tab] of tabs.entries()) {
      const isChosen = tab.name === name;
      const button = buttons[index];
      button?.setAttribute('aria-selected', String(isChosen));
      button?.setAttribute('tabindex', isChosen ? '0' : '-1');
      tab.panel.hidden = !isChosen;
      if (!isChosen) continue;
      if (focus) button?.focus();
      tab.show?.();
    }
  };
  for (const [index, button] of buttons.entries()) {
    button.addEventListener('click', () => choose(tabs[index]?.name ?? ''));
    button.addEventListener('keydown', (event) => {
      const to = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      choose(tabs[(to + tabs.length) % tabs.length]?.name ?? '', true);
    });
  }
  if (chosen !== undefined) choose(chosen);
  return { list: element('div', { role: 'tablist', class: 'tabs', 'aria-label': label }, ...buttons), choose };
}
