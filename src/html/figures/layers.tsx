import { Scroll } from '../parts.tsx';
import { readerAddress } from '../view.ts';
import { distinct, type Figure, groupRows, nameOf, valueIn } from './figure.ts';
import { breakLines } from './lines.ts';

interface Node {
  readonly iri: string;
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly layer: number;
}

const size = { width: 1000, gap: 14, pad: 10, line: 17, between: 70, apart: 24, letter: 7.2 };

/**
 * Layers of things, `?layer` by `?layer`, in the order of the rows, with lines from each `?thing` to what it serves
 * (`?towards`) in the layer above. `?layerName` is a class or concept that gives the layer its name.
 */
export const layers: Figure = (input) => {
  const { view, language, rows } = input;
  const nodes: Node[] = [];
  let y = 0;
  let end = 0;
  for (const [layer, inLayer] of [...groupRows(rows, 'layer')].sort(([a], [b]) => Number(a) - Number(b))) {
    const things = distinct(inLayer, 'thing');
    // Where no line runs to the layer above, the layer need not stand off.
    if (end > 0 && !inLayer.some((row) => row['towards'])) y = end + size.apart;
    const width = (size.width - size.gap * (things.length - 1)) / things.length;
    const texts = things.map((iri) =>
      breakLines(view.index.label(iri, language) ?? iri, Math.floor((width - 2 * size.pad) / size.letter), language),
    );
    const height = Math.max(...texts.map(({ length }) => length)) * size.line + 2 * size.pad;
    things.forEach((iri, index) => {
      nodes.push({
        iri,
        lines: texts[index] ?? [],
        x: index * (width + size.gap),
        y,
        width,
        height,
        layer: Number(layer),
      });
    });
    end = y + height;
    y = end + size.between;
  }
  const at = new Map(nodes.map((node) => [node.iri, node]));
  const ties = rows.flatMap((row) => {
    const [from, to] = [at.get(valueIn(row, 'thing')), at.get(valueIn(row, 'towards'))];
    return from && to ? [{ from, to, read: valueIn(row, 'read') === 'true' }] : [];
  });
  return (
    <Scroll name={nameOf(input, 'picture')}>
      <svg class="layers" viewBox={`0 0 ${size.width} ${end}`} width={size.width} height={end} aria-hidden="true">
        {ties.map(({ from, to, read }) => (
          <path
            key={`${from.iri} ${to.iri}`}
            class={read ? 'tie read' : 'tie'}
            d={curve(from.x + from.width / 2, from.y, to.x + to.width / 2, to.y + to.height)}
          />
        ))}
        {nodes.map(({ iri, lines, x, y: top, width, height: high, layer }) => (
          <a key={iri} href={readerAddress(view, iri, language)} tabIndex={-1} class={`layer-${layer}`}>
            <rect x={round(x)} y={top} width={round(width)} height={high} rx="6" />
            <text
              x={round(x + width / 2)}
              y={top + size.pad + (high - 2 * size.pad - lines.length * size.line) / 2}
              text-anchor="middle"
            >
              {lines.map((line, index) => (
                <tspan key={line} x={round(x + width / 2)} dy={index ? size.line : 13}>
                  {line}
                </tspan>
              ))}
            </text>
          </a>
        ))}
      </svg>
    </Scroll>
  );
};

const round = (value: number): number => Math.round(value * 10) / 10;

function curve(x1: number, y1: number, x2: number, y2: number): string {
  const middle = (y1 + y2) / 2;
  return `M${round(x1)} ${y1}C${round(x1)} ${middle} ${round(x2)} ${middle} ${round(x2)} ${y2}`;
}
