/** A line of a plot. */
export interface Series {
  readonly label: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** One plot, both axes in powers of ten. */
export interface Panel {
  readonly title: string;
  /** What the values are. */
  readonly unit: (value: number) => string;
  readonly series: readonly Series[];
}

// Colours that are told apart by all eyes, on light and on dark ground (Okabe and Ito), and signs beside them.
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7'];
const signs = [
  (x: number, y: number) => `<circle cx="${x}" cy="${y}" r="4"/>`,
  (x: number, y: number) => `<rect x="${x - 4}" y="${y - 4}" width="8" height="8"/>`,
  (x: number, y: number) => `<path d="M${x} ${y - 5}l5 9h-10z"/>`,
  (x: number, y: number) => `<path d="M${x} ${y - 6}l5 6l-5 6l-5 -6z"/>`,
];

const width = 460;
const height = 300;
const margin = { left: 62, right: 14, top: 34, bottom: 44 };
const rowHeight = 18;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const round = (value: number): number => Math.round(value * 10) / 10;

/** Panels beside each other as one SVG that is read on light and on dark ground. */
export function plot(title: string, xLabel: string, panels: readonly Panel[]): string {
  const xs = panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(([x]) => x)));
  const rows = Math.max(...panels.map(({ series }) => series.length));
  const all = height + rows * rowHeight + 8;
  const drawn = panels.map(
    (panel, at) => `<g transform="translate(${at * width} 0)">${drawPanel(panel, xs, xLabel)}</g>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${panels.length * width} ${all}" role="img" aria-label="${escaped(title)}" font-family="system-ui, sans-serif" font-size="12">
<title>${escaped(title)}</title>
<style>
  text { fill: #222 } .grid { stroke: #ccc } .ground { fill: #fff }
  @media (prefers-color-scheme: dark) { text { fill: #eee } .grid { stroke: #555 } .ground { fill: #181818 } }
</style>
<rect class="ground" width="100%" height="100%"/>
${drawn.join('\n')}
</svg>
`;
}

function drawPanel({ title, unit, series }: Panel, xs: readonly number[], xLabel: string): string {
  const ys = series.flatMap(({ points }) => points.map(([, y]) => y)).filter((y) => y > 0);
  const x = scale(xs, margin.left, width - margin.right);
  const y = scale(ys, height - margin.bottom, margin.top);
  const parts = [`<text x="${margin.left}" y="18" font-weight="bold">${escaped(title)}</text>`];
  for (const tick of x.ticks) {
    const at = round(x.place(tick));
    parts.push(`<path class="grid" d="M${at} ${margin.top}V${height - margin.bottom}"/>`);
    parts.push(
      `<text x="${at}" y="${height - margin.bottom + 16}" text-anchor="middle">${escaped(short(tick))}</text>`,
    );
  }
  for (const tick of y.ticks) {
    const at = round(y.place(tick));
    parts.push(`<path class="grid" d="M${margin.left} ${at}H${width - margin.right}"/>`);
    parts.push(`<text x="${margin.left - 6}" y="${at + 4}" text-anchor="end">${escaped(unit(tick))}</text>`);
  }
  parts.push(
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">${escaped(xLabel)}</text>`,
  );
  for (const [index, { label, points }] of series.entries()) {
    const colour = colours[index % colours.length];
    const sign = signs[index % signs.length] as (typeof signs)[number];
    const places = points
      .filter(([, value]) => value > 0)
      .map(([at, value]) => [round(x.place(at)), round(y.place(value))] as const);
    const row = height + 8 + index * rowHeight;
    parts.push(
      `<g fill="${colour}"><polyline fill="none" stroke="${colour}" stroke-width="2" points="${places.map((place) => place.join(',')).join(' ')}"/>${places.map(([px, py]) => sign(px, py)).join('')}${sign(margin.left + 6, row)}</g>`,
      `<text x="${margin.left + 18}" y="${row + 4}">${escaped(label)}</text>`,
    );
  }
  return parts.join('\n');
}

function scale(values: readonly number[], from: number, to: number) {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_none, step) => 10 ** (low + step)),
    place: (value: number): number => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
  };
}

/** A power of ten in few signs: 10k, 1M. */
export const short = (value: number): string =>
  value >= 1e9
    ? `${value / 1e9}G`
    : value >= 1e6
      ? `${value / 1e6}M`
      : value >= 1e3
        ? `${value / 1e3}k`
        : String(value);
