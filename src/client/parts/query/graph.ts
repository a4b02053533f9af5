import {
  forceCenter,
  forceCollide,
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationNodeDatum,
} from 'd3-force';
import { fill, type QueryWords } from '../../../html/query-texts.ts';
import { element, svgElement } from '../dom.ts';
import { type Rows, textOf } from './answer.ts';
import type { Names } from './names.ts';

/** Links that are drawn at most: more are no picture. */
const most = 200;
/** Links of which the names are drawn at most: more would cover each other. Pointing at a link tells its name too. */
const mostNamed = 14;
const width = 900;
const height = 620;

interface Node extends SimulationNodeDatum {
  readonly id: string;
}

interface Link {
  readonly source: Node;
  readonly target: Node;
  /** All that leads from the one to the other. */
  readonly properties: string[];
}

/** Whether triples can be drawn: some go from a thing to a thing. */
export const hasGraph = ({ rows }: Rows): boolean => linksOf(rows).length > 0;

const linksOf = (rows: Rows['rows']): Rows['rows'] =>
  rows.filter(([, property, object]) => object?.type !== 'literal' && !textOf(property).endsWith('#type'));

/** Triples between things as a picture of points and lines. Things lead to their pages. */
export async function makeGraph(triples: Rows, names: Names, words: QueryWords): Promise<HTMLElement> {
  const all = linksOf(triples.rows);
  const drawn = all.slice(0, most);
  const nodes = new Map<string, Node>();
  const obtain = (id: string): Node => {
    const node = nodes.get(id) ?? { id };
    nodes.set(id, node);
    return node;
  };
  const links = new Map<string, Link>();
  for (const [subject, property, object] of drawn) {
    const [source, target] = [obtain(textOf(subject)), obtain(textOf(object))];
    const link = links.get(`${source.id} ${target.id}`) ?? { source, target, properties: [] };
    links.set(`${source.id} ${target.id}`, link);
    link.properties.push(textOf(property));
  }
  await names.learn([...nodes.keys(), ...[...links.values()].flatMap(({ properties }) => properties)]);
  const isNamed = links.size <= mostNamed;
  place([...nodes.values()], [...links.values()]);
  const described = fill(words.graphText, { nodes: nodes.size, links: drawn.length });
  const picture = svgElement(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': described, class: 'query-graph' },
    svgElement(
      'defs',
      {},
      svgElement(
        'marker',
        { id: 'arrow', viewBox: '0 0 8 8', refX: 15, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto' },
        svgElement('path', { d: 'M0 0L8 4L0 8z', class: 'graph-arrow' }),
      ),
    ),
    ...[...links.values()].map((link) => drawLink(link, names, isNamed)),
    ...[...nodes.values()].map((node) => drawNode(node, names)),
  );
  const told = element('p', { class: 'meta' }, described);
  const cut = fill(words.graphCut, { count: drawn.length, total: all.length });
  return element(
    'div',
    { class: 'query-picture' },
    element('div', { class: 'query-tools' }, ...zoomButtons(picture, words)),
    element('div', { class: 'query-frame' }, picture),
    told,
    ...(drawn.length < all.length ? [element('p', { class: 'meta' }, cut)] : []),
  );
}

function place(nodes: Node[], links: Link[]): void {
  const simulation = forceSimulation(nodes)
    .force('link', forceLink<Node, Link>(links).distance(140))
    .force('charge', forceManyBody().strength(-500))
    .force('center', forceCenter(width / 2, height / 2))
    .force('x', forceX<Node>(width / 2).strength(0.05))
    .force('y', forceY<Node>(height / 2).strength(0.08))
    .force('collide', forceCollide(52))
    .stop();
  simulation.tick(300);
  // As far as they reach, they are made to fit.
  const [left, right] = extent(nodes.map(({ x = 0 }) => x));
  const [top, bottom] = extent(nodes.map(({ y = 0 }) => y));
  const scale = Math.min((width - 200) / (right - left || 1), (height - 60) / (bottom - top || 1), 1.8);
  for (const node of nodes) {
    node.x = width / 2 + ((node.x ?? 0) - (left + right) / 2) * scale;
    node.y = height / 2 + ((node.y ?? 0) - (top + bottom) / 2) * scale;
  }
}

const extent = (numbers: readonly number[]): [number, number] => [Math.min(...numbers), Math.max(...numbers)];

const round = (number = 0): number => Math.round(number * 10) / 10;

function drawLink({ source, target, properties }: Link, names: Names, isNamed: boolean): SVGElement {
  const name = properties.map((each) => names.of(each)).join(', ');
  return svgElement(
    'g',
    { class: 'graph-link' },
    svgElement('title', {}, `${names.of(source.id)} – ${name} – ${names.of(target.id)}`),
    svgElement('line', {
      x1: round(source.x),
      y1: round(source.y),
      x2: round(target.x),
      y2: round(target.y),
      'marker-end': 'url(#arrow)',
    }),
    ...(isNamed
      ? [
          svgElement(
            'text',
            {
              x: round(((source.x ?? 0) + (target.x ?? 0)) / 2),
              y: round(((source.y ?? 0) + (target.y ?? 0)) / 2 - 3),
              'text-anchor': 'middle',
            },
            shorten(name, 26),
          ),
        ]
      : []),
  );
}

function drawNode({ id, x, y }: Node, names: Names): SVGElement {
  const name = names.of(id);
  const href = names.addressOf(id);
  const parts = [
    svgElement('title', {}, name),
    svgElement('circle', { cx: round(x), cy: round(y), r: 8 }),
    svgElement('text', { x: round(x), y: round((y ?? 0) + 21), 'text-anchor': 'middle' }, shorten(name, 28)),
  ];
  return href
    ? svgElement('a', { href, class: 'graph-node' }, ...parts)
    : svgElement('g', { class: 'graph-node' }, ...parts);
}

/** Buttons that show less of the picture in more detail, and dragging that moves it. */
function zoomButtons(picture: SVGSVGElement, words: QueryWords): HTMLElement[] {
  let zoom = 1;
  let [left, top] = [0, 0];
  const show = () => picture.setAttribute('viewBox', `${left} ${top} ${width / zoom} ${height / zoom}`);
  const change = (factor: number) => {
    const next = Math.min(8, Math.max(1, zoom * factor));
    left += (width / zoom - width / next) / 2;
    top += (height / zoom - height / next) / 2;
    zoom = next;
    if (zoom === 1) [left, top] = [0, 0];
    show();
  };
  let from: PointerEvent | undefined;
  picture.addEventListener('pointerdown', (event) => {
    from = event;
  });
  picture.addEventListener('pointermove', (event) => {
    if (!from || !event.buttons || zoom === 1) return;
    const scale = width / zoom / picture.clientWidth;
    left -= (event.clientX - from.clientX) * scale;
    top -= (event.clientY - from.clientY) * scale;
    from = event;
    show();
  });
  // Links would be dragged away instead of the picture.
  picture.addEventListener('dragstart', (event) => event.preventDefault());
  const button = (text: string, sign: string, factor: number) => {
    const made = element('button', { type: 'button', 'aria-label': text, title: text }, sign);
    made.addEventListener('click', () => change(factor));
    return made;
  };
  return [button(words.zoomIn, '+', 1.5), button(words.zoomOut, '−', 1 / 1.5)];
}

const shorten = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text;
