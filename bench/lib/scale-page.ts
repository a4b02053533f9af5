import { readFile, writeFile } from 'node:fs/promises';
import type { ScaleMeasure, ScaleResult } from '../scale.ts';
import { fitPower, lineThrough, sizeAt } from './fit.ts';
import { plot, short as shortNumber } from './plot.ts';
import { geometricMean, ratio, short, table } from './report.ts';

const page = new URL('../../docs/scale.md', import.meta.url);
const drawing = new URL('../../docs/scale.svg', import.meta.url);

/** What is measured, and how it is called: a row of the growth table each. */
const quantities: readonly {
  readonly label: string;
  readonly unit: 's' | 'MiB' | 'ms' | '';
  readonly of: (measure: ScaleMeasure) => number;
}[] = [
  { label: 'first load, dumps included', unit: 's', of: ({ load }) => load.seconds },
  { label: 'most memory while loading', unit: 'MiB', of: ({ load }) => load.peakMiB },
  { label: 'snapshot', unit: 'MiB', of: ({ bytes }) => bytes.image / 2 ** 20 },
  { label: 'N-Quads', unit: 'MiB', of: ({ bytes }) => bytes.nquads / 2 ** 20 },
  { label: 'dumps, compressed ones included', unit: 'MiB', of: ({ bytes }) => bytes.dumps / 2 ** 20 },
  { label: 'writing all dumps from the files', unit: 's', of: ({ dump }) => dump.seconds },
  { label: 'most memory while writing dumps', unit: 'MiB', of: ({ dump }) => dump.peakMiB },
  { label: 'start from the snapshot to the first answer', unit: 's', of: ({ start }) => start.seconds },
  { label: 'memory at rest, two workers', unit: 'MiB', of: ({ memory }) => memory.restMiB },
  { label: 'most memory while asked', unit: 'MiB', of: ({ memory }) => memory.peakMiB },
  { label: 'lookups, 8 connections, 100 a second, p50', unit: 'ms', of: ({ lookups }) => lookups.ours.steady.p50 },
  { label: 'lookups, 8 connections, 100 a second, p99', unit: 'ms', of: ({ lookups }) => lookups.ours.steady.p99 },
  { label: 'bare Express meanwhile, p50', unit: 'ms', of: ({ lookups }) => lookups.bare.steady.p50 },
  { label: 'bare Express meanwhile, p99', unit: 'ms', of: ({ lookups }) => lookups.bare.steady.p99 },
  { label: 'lookups, 8 connections without a pause, p50', unit: 'ms', of: ({ lookups }) => lookups.ours.full.p50 },
  { label: 'lookups, 8 connections without a pause, p99', unit: 'ms', of: ({ lookups }) => lookups.ours.full.p99 },
  { label: 'bare Express without a pause, p50', unit: 'ms', of: ({ lookups }) => lookups.bare.full.p50 },
  { label: 'bare Express without a pause, p99', unit: 'ms', of: ({ lookups }) => lookups.bare.full.p99 },
  { label: 'lookups a second, without a pause', unit: '', of: ({ lookups }) => lookups.ours.full.perSecond },
  { label: 'query mix, 8 connections, p50', unit: 'ms', of: ({ mix }) => mix.p50 },
  { label: 'query mix, 8 connections, p99', unit: 'ms', of: ({ mix }) => mix.p99 },
];

/** Bytes that WebAssembly has, less a quarter for queries. */
const roomForImage = 0.75 * 4096;
/** The longest that a query may take if nothing is said, in milliseconds. */
const timeLimit = 10_000;

/** Writes the tables into docs/scale.md and the drawing beside it, and gives the tables. */
export async function scalePage(result: ScaleResult, printOnly: boolean): Promise<string> {
  const block = [describe(result), growth(result), pages(result), against(result), ends(result)].join('\n\n');
  if (printOnly) return block;
  const text = await readFile(page, 'utf8');
  await writeFile(page, text.replace(/(<!-- measured -->\n)[\s\S]*(\n<!-- end of measured -->)/, `$1\n${block}\n$2`));
  await writeFile(drawing, draw(result));
  return block;
}

function describe({ date, machine: { cores, memoryGiB, node }, busyBefore, note }: ScaleResult): string {
  return `Measured on ${date.slice(0, 10)} on ${cores} cores and ${memoryGiB} GB (Node ${node.slice(1)}); the machine was ${Math.round(busyBefore * 100)}% busy before.${note ? ` ${note}` : ''}`;
}

const head = (measures: readonly ScaleMeasure[]): string[] =>
  measures.map(({ triples }) => triples.toLocaleString('en'));

const growth = ({ measures }: ScaleResult): string =>
  `${table(
    ['triples', ...head(measures), 'grows with'],
    quantities.map(({ label, unit, of }) => [
      unit ? `${label}, ${unit}` : label,
      ...measures.map((measure) => short(of(measure))),
      exponentOf(measures, of),
    ]),
  )}

"Grows with" is the exponent of the power law that fits the three largest sizes best: 1 grows as the data does, 0 not at all.`;

const largest = (measures: readonly ScaleMeasure[]): readonly ScaleMeasure[] => measures.slice(-3);

const fitOf = (measures: readonly ScaleMeasure[], of: (measure: ScaleMeasure) => number) =>
  fitPower(largest(measures).map((measure) => [measure.triples, of(measure)]));

const exponentOf = (measures: readonly ScaleMeasure[], of: (measure: ScaleMeasure) => number): string =>
  measures.length < 3 ? '–' : `n^${fitOf(measures, of).exponent.toFixed(2)}`;

function pages({ measures }: ScaleResult): string {
  const kinds = [...new Set(measures.flatMap((measure) => Object.keys(measure.pages)))];
  return table(
    ['pages, median (longest), ms', ...head(measures)],
    kinds.map((kind) => [
      kind,
      ...measures.map(({ pages: { [kind]: times } }) =>
        times ? `${short(times.median)} (${short(times.longest)})` : '–',
      ),
    ]),
  );
}

/** How many times faster than Comunica each query has to be. */
const aim = 10;

function against({ measures }: ScaleResult): string {
  const compared = measures.filter(({ alone }) => Object.values(alone).some(({ comunica }) => comunica !== undefined));
  const last = compared.at(-1);
  if (!last) return 'Comunica was not measured in this run.';
  const ratioOf = (measure: ScaleMeasure, name: string): number =>
    (measure.alone[name]?.comunica ?? Number.NaN) / (measure.alone[name]?.ours ?? Number.NaN);
  const enginesOf = ({ alone }: ScaleMeasure, name: string): number =>
    (alone[name]?.engines?.comunica ?? Number.NaN) / (alone[name]?.engines?.oxigraph ?? Number.NaN);
  const names = Object.keys(last.alone);
  const told = (of: typeof ratioOf): string => {
    const behind = names.filter((name) => !(of(last, name) >= aim));
    return behind.length
      ? `short of it ${behind.length === 1 ? 'is' : 'are'} ${behind.map((name) => `${name} (${ratio(of(last, name))})`).join(', ')}`
      : 'all reach it';
  };
  return `${table(
    [
      'each query by itself over HTTP, median ms',
      ...compared.flatMap(({ triples }) => [
        `${shortNumber(Math.round(triples / 1000) * 1000)}: ours`,
        'Comunica',
        'ratio',
        'engines',
      ]),
    ],
    [
      ...names.map((name) => [
        name,
        ...compared.flatMap((measure) => [
          short(measure.alone[name]?.ours ?? Number.NaN),
          short(measure.alone[name]?.comunica ?? Number.NaN),
          ratio(ratioOf(measure, name)),
          ratio(enginesOf(measure, name)),
        ]),
      ]),
      [
        'geometric mean',
        ...compared.flatMap((measure) => [
          '',
          '',
          ratio(geometricMean(names.map((name) => ratioOf(measure, name)).filter(Number.isFinite))),
          ratio(geometricMean(names.map((name) => enginesOf(measure, name)).filter(Number.isFinite))),
        ]),
      ],
    ],
  )}

"Engines" is the same ratio without HTTP: one worker with Oxigraph, one with Comunica, in this program. A request costs both servers some milliseconds, which is nearly all that a lookup takes.

Aim: ${aim} times Comunica in the median on every query, at ${last.triples.toLocaleString('en')} triples. Of the engines, ${told(enginesOf)}. Over HTTP, ${told(ratioOf)}.`;
}

/** Where the embedded engine ends, by what was measured. */
function ends({ measures, machine: { memoryGiB } }: ScaleResult): string {
  if (measures.length < 3) return 'Too few sizes were measured to tell where growth ends.';
  const limits: readonly [what: string, of: (measure: ScaleMeasure) => number, value: number][] = [
    [
      'MiB of snapshot fill three quarters of the 4 GiB of WebAssembly',
      ({ bytes }) => bytes.image / 2 ** 20,
      roomForImage,
    ],
    [
      `MiB of memory at rest with two workers are three quarters of ${memoryGiB} GB`,
      ({ memory }) => memory.restMiB,
      0.75 * memoryGiB * 1024,
    ],
    ['seconds of start from the snapshot are 10', ({ start }) => start.seconds, 10],
    ['seconds of first load are 300', ({ load }) => load.seconds, 300],
    ['ms of the slowest hundredth of the mix are 10,000, the time limit', ({ mix }) => mix.p99, timeLimit],
    ['ms of the slowest hundredth of lookups with pauses are 100', ({ lookups }) => lookups.ours.steady.p99, 100],
  ];
  const most = measures.at(-1) as ScaleMeasure;
  return table(
    [
      'by a straight line through the two largest sizes',
      'a million triples more add',
      'reached at about so many triples',
    ],
    limits.map(([what, of, value]) => {
      const line = lineThrough(measures.map((measure) => [measure.triples, of(measure)]));
      const size = sizeAt(line, value);
      // Far from what was measured a line says nothing.
      const told =
        of(most) >= value
          ? 'passed'
          : !(size < 100 * most.triples)
            ? 'far beyond'
            : size < 0
              ? 'any'
              : shortNumber(Number(size.toPrecision(2)));
      return [what, short(line.slope * 1e6), told];
    }),
  );
}

function draw({ measures }: ScaleResult): string {
  const series = (label: string, of: (measure: ScaleMeasure) => number) => ({
    label,
    points: measures.map((measure) => [measure.triples, of(measure)] as const),
  });
  return plot('How the embedded engine grows with the data', 'triples', [
    {
      title: 'Time',
      unit: (ms) => (ms >= 1000 ? `${shortNumber(ms / 1000)} s` : `${ms} ms`),
      series: [
        series('first load', ({ load }) => load.seconds * 1000),
        series('start from the snapshot', ({ start }) => start.seconds * 1000),
        series('query mix, p99 at 8 connections', ({ mix }) => mix.p99),
        series('lookups, p99 at 100 a second', ({ lookups }) => lookups.ours.steady.p99),
      ],
    },
    {
      title: 'Size',
      unit: (mib) => (mib >= 1000 ? `${shortNumber(mib / 1000)} GB` : `${mib} MB`),
      series: [
        series('memory at rest, two workers', ({ memory }) => memory.restMiB),
        series('snapshot', ({ bytes }) => bytes.image / 2 ** 20),
        series('most memory while loading', ({ load }) => load.peakMiB),
        series('dumps', ({ bytes }) => bytes.dumps / 2 ** 20),
      ],
    },
  ]);
}
