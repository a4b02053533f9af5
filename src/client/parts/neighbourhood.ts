import { drawMindMap, labelOf, type MindNode } from '../../html/figures/mind-map.ts';
import { svgElement } from './dom.ts';

/** A thing in the drawing. */
interface Thing {
  readonly iri: string;
  readonly name: string;
  /** How it is connected with what it lies behind. */
  readonly relation: string;
  readonly page: string;
  /** Where its own neighbours are found. */
  readonly neighbours: string;
  /** The class that gives its line a colour; none for what was fetched. */
  readonly colour: string;
  behind: Thing[] | undefined;
  open: boolean;
}

interface Answer {
  readonly total: number;
  readonly neighbours: readonly {
    iri: string;
    name: string;
    page: string;
    neighbours: string;
    relation: string;
  }[];
}

/** How many of the neighbours of a neighbour are shown. */
const most = 8;

/**
 * Makes a drawing explorable: what the pointer or the keyboard is at stands out, and what lies behind it can be shown.
 * Without it, the drawing is one.
 */
export function showNeighbourhood(figure: HTMLElement): void {
  const drawn = figure.querySelector<SVGSVGElement>('.wide > svg');
  const found = figure.querySelector<HTMLElement>('.caption');
  const scroll = drawn?.parentElement;
  if (!drawn || !found || !scroll) return;
  const [svg, caption, box] = [drawn, found, scroll];
  const { keys = '', failed = '', none = '', more = '' } = figure.dataset;
  const middle = svg.querySelector('.middle')?.cloneNode(true) as SVGGElement;
  const others = svg.querySelector('.others text')?.textContent ?? '';
  const things = [...svg.querySelectorAll<SVGAElement>('a[data-iri]')].map(readThing);
  let at = things[0]?.iri ?? '';

  svg.removeAttribute('aria-hidden');
  svg.setAttribute('role', 'group');
  svg.setAttribute('aria-label', keys);
  caption.textContent = keys;

  const all = (some: readonly Thing[] = things): Thing[] =>
    some.flatMap((each) => [each, ...(each.open ? all(each.behind ?? []) : [])]);

  function draw(): void {
    const node = (thing: Thing): MindNode => ({
      key: thing.iri,
      text: thing.name,
      children: thing.open ? (thing.behind ?? []).map(node) : [],
    });
    const rest: MindNode[] = others ? [{ key: '+', text: others, children: [] }] : [];
    const { nodes, box: area } = drawMindMap({ key: '', text: '', children: [...things.map(node), ...rest] });
    svg.setAttribute('viewBox', `${area.x} ${area.y} ${area.width} ${area.height}`);
    svg.setAttribute('width', String(area.width));
    svg.setAttribute('height', String(area.height));
    const byIri = new Map(all().map((thing) => [thing.iri, thing]));
    const ties = nodes.flatMap(({ key, path }) => {
      const thing = byIri.get(key);
      if (!path) return [];
      const title = svgElement('title', {}, thing?.relation ?? '');
      return [svgElement('path', { class: `tie ${thing?.colour ?? ''}`, d: path, 'data-to': key }, title)];
    });
    const labels = nodes.flatMap(({ key, x, y, side }) => {
      const text = { x: x + side * 14, y: y + 5, 'text-anchor': side > 0 ? 'start' : 'end' };
      const thing = byIri.get(key);
      if (thing) return [drawThing(thing, x, y, text)];
      return key === '+' ? [svgElement('g', { class: 'others' }, svgElement('text', text, others))] : [];
    });
    svg.replaceChildren(...ties, middle, ...labels);
  }

  function drawThing(thing: Thing, x: number, y: number, text: Record<string, string | number>): SVGAElement {
    const canOpen = thing.behind === undefined || thing.behind.length > 0;
    const knob = svgElement(
      'g',
      { class: canOpen ? 'knob' : '' },
      // Large enough to hit.
      svgElement('circle', { cx: x, cy: y, r: 13, class: 'reach' }),
      svgElement('circle', { cx: x, cy: y, r: 8 }),
      ...(canOpen
        ? [
            svgElement(
              'text',
              { x, y: y + 4.5, 'text-anchor': 'middle', class: 'sign', 'aria-hidden': 'true' },
              thing.open ? '–' : '+',
            ),
          ]
        : []),
    );
    knob.addEventListener('click', (event) => {
      event.preventDefault();
      void turn(thing);
    });
    const link = svgElement(
      'a',
      {
        href: thing.page,
        class: thing.colour,
        tabindex: thing.iri === at ? 0 : -1,
        'aria-label': nameOf(thing),
        'aria-expanded': canOpen ? String(thing.open) : undefined,
        'data-iri': thing.iri,
      },
      svgElement('title', {}, `${thing.relation}: ${thing.name}`),
      knob,
      svgElement('text', text, labelOf(thing.name)),
    );
    link.addEventListener('focus', () => mark(thing));
    link.addEventListener('pointerenter', () => mark(thing));
    link.addEventListener('pointerleave', () => mark(undefined));
    return link;
  }

  /** Lets one stand out, with its line and what lies behind it. */
  function mark(thing: Thing | undefined): void {
    const kept = new Set(thing ? [thing.iri, ...all(thing.behind ?? []).map(({ iri }) => iri)] : []);
    for (const each of svg.querySelectorAll<SVGElement>('a[data-iri]'))
      each.classList.toggle('dim', thing !== undefined && !kept.has(each.dataset['iri'] ?? ''));
    for (const each of svg.querySelectorAll<SVGElement>('.tie')) {
      each.classList.toggle('dim', thing !== undefined && !kept.has(each.dataset['to'] ?? ''));
      each.classList.toggle('strong', each.dataset['to'] === thing?.iri);
    }
    caption.textContent = thing ? `${thing.relation}: ${thing.name}` : keys;
  }

  /** Shows what lies behind a thing, or puts it away again. */
  async function turn(thing: Thing): Promise<void> {
    const told = thing.behind === undefined ? await fetchBehind(thing) : '';
    if (told === undefined) {
      caption.textContent = failed;
      return;
    }
    thing.open = !thing.open && (thing.behind?.length ?? 0) > 0;
    at = thing.iri;
    draw();
    focusAt();
    if (thing.open || told) caption.textContent = told || `${thing.name}: ${thing.behind?.length}`;
  }

  /** Fetches what lies behind; the answer is what to tell of it, or nothing if it could not be had. */
  async function fetchBehind(thing: Thing): Promise<string | undefined> {
    try {
      const response = await fetch(thing.neighbours, { headers: { accept: 'application/json' } });
      if (!response.ok) return undefined;
      const { neighbours, total } = (await response.json()) as Answer;
      const shown = new Set(all().map(({ iri }) => iri));
      const own = figure.dataset['iri'];
      const fresh = neighbours.filter(({ iri }) => !shown.has(iri) && iri !== own).slice(0, most);
      thing.behind = fresh.map((each) => ({ ...each, colour: '', behind: undefined, open: false }));
      return fresh.length
        ? `${thing.name}: ${fresh.length}${total > fresh.length ? ` (${total - fresh.length} ${more})` : ''}`
        : none;
    } catch {
      return undefined;
    }
  }

  function focusAt(): void {
    const link = svg.querySelector<SVGAElement>(`a[data-iri="${CSS.escape(at)}"]`);
    link?.focus({ preventScroll: true });
    link?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  function goTo(place: number): void {
    const next = all()[place];
    if (!next) return;
    svg.querySelector(`a[data-iri="${CSS.escape(at)}"]`)?.setAttribute('tabindex', '-1');
    at = next.iri;
    svg.querySelector(`a[data-iri="${CSS.escape(at)}"]`)?.setAttribute('tabindex', '0');
    focusAt();
  }

  svg.addEventListener('keydown', (event) => {
    const list = all();
    const place = list.findIndex(({ iri }) => iri === at);
    const moves: Record<string, () => void> = {
      ArrowDown: () => goTo(Math.min(place + 1, list.length - 1)),
      ArrowRight: () => goTo(Math.min(place + 1, list.length - 1)),
      ArrowUp: () => goTo(Math.max(place - 1, 0)),
      ArrowLeft: () => goTo(Math.max(place - 1, 0)),
      Home: () => goTo(0),
      End: () => goTo(list.length - 1),
      ' ': () => void (list[place] && turn(list[place])),
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    move();
  });
  svg.addEventListener('focusout', () => mark(undefined));

  draw();
  // On a narrow screen the middle is what is seen first.
  box.scrollLeft = (box.scrollWidth - box.clientWidth) / 2;
}

/** What is read out has in it what is written, which may be cut (WCAG 2.2, 2.5.3). */
const nameOf = ({ relation, name }: Thing): string =>
  labelOf(name) === name ? `${relation}: ${name}` : `${labelOf(name)} – ${relation}: ${name}`;

const readThing = (link: SVGAElement): Thing => {
  const { iri = '', name = '', relation = '', neighbours = '' } = link.dataset;
  return {
    iri,
    name,
    relation,
    neighbours,
    page: link.getAttribute('href') ?? '',
    colour: link.getAttribute('class') ?? '',
    behind: undefined,
    open: false,
  };
};
