import type { VNode } from 'preact';
import type { Row } from '../../publish/tables.ts';
import { Name, Scroll } from '../parts.tsx';
import { nameOfCode } from '../texts.ts';
import { readerAddress } from '../view.ts';
import { Evidence } from './evidence.tsx';
import { distinct, documentsOf, type Figure, type FigureInput, groupRows, nameOf, valueIn } from './figure.ts';
import { figureTexts } from './figure-texts.ts';
import { breakLines } from './lines.ts';
import { layOutNetwork } from './network-layout.ts';

/** What stands in the middle of the picture, what between, what at its ends: the variables of the query. */
const roles = ['centre', 'through', 'partner'] as const;
type Role = (typeof roles)[number];

interface Box {
  readonly iri: string;
  readonly role: Role;
  /** How far from the middle. */
  readonly ring: number;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

interface Tie {
  readonly from: string;
  readonly to: string;
  /** Whether it was read into the texts: no passage states it. */
  readonly read: boolean;
}

const letters = { centre: 18, through: 20, partner: 18 };
const size = { letter: 7.3, line: 16, pad: 8, margin: 6 };

/**
 * Who (`?centre`) does something with whom (`?partner`), and in what (`?through`; without one, no passage says in
 * what), as a picture and as a list with the passages (`?source`) that say so, or into which it was read (`?read`).
 * `?country` is where the partner is.
 */
export const network: Figure = (input) => (
  <>
    <Picture input={input} />
    <Partners input={input} />
  </>
);

function Picture({ input }: { input: FigureInput }): VNode {
  const { view, language, rows } = input;
  const alike = alikeOf(rows);
  const boxes = boxesOf(input, alike);
  const ties = tiesOf(rows, alike);
  const { placed, width, height } = layOutNetwork(boxes, ties);
  const at = new Map(placed.map((place) => [place.iri, place]));
  const { margin } = size;
  const frame = [-margin, -margin, Math.ceil(width) + 2 * margin, Math.ceil(height) + 2 * margin];
  return (
    <>
      <ul class="network-legend" aria-hidden="true">
        {roles
          .filter((role) => boxes.some((box) => box.role === role))
          .map((role) => (
            <li key={role} class={role}>
              {nameOf(input, role)}
            </li>
          ))}
        {boxes.some(({ iri }) => [...alike.values()].filter((stands) => stands === iri).length > 1) && (
          <li class="more">{figureTexts[language].more}</li>
        )}
        {ties.some(({ read }) => read) && <li class="read">{figureTexts[language].read}</li>}
      </ul>
      <Scroll name={nameOf(input, 'picture')}>
        <svg
          class={width > 900 ? 'network large' : 'network'}
          viewBox={frame.join(' ')}
          width={frame[2]}
          height={frame[3]}
          aria-hidden="true"
        >
          {ties.map(({ from, to, read }) => {
            const [a, b] = [at.get(from), at.get(to)];
            return (
              a &&
              b && (
                <line
                  key={`${from} ${to}`}
                  class={read ? 'tie read' : 'tie'}
                  x1={round(a.x)}
                  y1={round(a.y)}
                  x2={round(b.x)}
                  y2={round(b.y)}
                  data-from={from}
                  data-to={to}
                />
              )
            );
          })}
          {boxes.map(({ iri, role, lines }) => {
            const place = at.get(iri);
            if (!place) return null;
            const top = place.y - place.height / 2;
            return (
              <a key={iri} href={readerAddress(view, iri, language)} tabIndex={-1} class={role} data-node={iri}>
                <rect
                  x={round(place.x - place.width / 2)}
                  y={round(top)}
                  width={round(place.width)}
                  height={round(place.height)}
                  rx={role === 'through' ? 2 : round(Math.min(place.height / 2, 16))}
                />
                <text text-anchor="middle">
                  {lines.map((line, index) => (
                    <tspan key={line} x={round(place.x)} y={round(top + size.pad + 11.5 + index * size.line)}>
                      {line}
                    </tspan>
                  ))}
                </text>
              </a>
            );
          })}
        </svg>
      </Scroll>
    </>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;

/**
 * What stands for what in the picture: things in which the same do something with the same partners are one box, that
 * of the first of them; the list names each.
 */
function alikeOf(rows: readonly Row[]): ReadonlyMap<string, string> {
  const through = [...groupRows(rows, 'through')];
  const first = new Map<string, string>();
  const found = new Map<string, string>();
  // Those by which readers can choose stand for the others; then those of which most is said.
  const weight = ([iri, said]: [string, Row[]]): number =>
    (said.some((row) => valueIn(row, 'accelerator') === iri) ? 1000 : 0) + said.length;
  for (const [iri, said] of through.sort((a, b) => weight(b) - weight(a))) {
    const ends = said.map((row) =>
      roles.map((role) => (role === 'through' ? valueIn(row, 'read') : valueIn(row, role))),
    );
    const key = JSON.stringify([...new Set(ends.map((each) => each.join(' ')))].sort());
    const stands = first.get(key) ?? iri;
    first.set(key, stands);
    found.set(iri, stands);
  }
  return found;
}

function boxesOf({ view, language, rows }: FigureInput, alike: ReadonlyMap<string, string>): Box[] {
  const boxes = new Map<string, Box>();
  for (const [ring, role] of roles.entries())
    for (const iri of distinct(rows, role)) {
      // Who is both has a place in the middle.
      if (boxes.has(iri) || (alike.get(iri) ?? iri) !== iri) continue;
      const more = [...alike.values()].filter((stands) => stands === iri).length - 1;
      const label = view.index.label(iri, language) ?? iri;
      const lines = breakLines(more > 0 ? `${label} +${more}` : label, letters[role], language);
      const width = Math.max(...lines.map(({ length }) => length)) * size.letter * (ring ? 1 : 1.1) + 2 * size.pad;
      boxes.set(iri, { iri, role, ring, lines, width, height: lines.length * size.line + 2 * size.pad - 2 });
    }
  return [...boxes.values()];
}

/** Ties of the picture. Who is tied through something has no tie of its own beside it. */
function tiesOf(rows: readonly Row[], alike: ReadonlyMap<string, string>): Tie[] {
  const ties = new Map<string, Tie>();
  const add = (from: string, to: string, read: boolean): void => {
    const known = ties.get(`${from} ${to}`);
    ties.set(`${from} ${to}`, { from, to, read: read && (known?.read ?? true) });
  };
  const through = new Set(rows.flatMap((row) => (row['through'] ? [pair(row)] : [])));
  for (const row of rows) {
    const [centre, what, partner] = [valueIn(row, 'centre'), valueIn(row, 'through'), valueIn(row, 'partner')];
    const read = valueIn(row, 'read') === 'true';
    const by = alike.get(what);
    if (by) {
      // That it is theirs is no reading.
      add(centre, by, false);
      add(by, partner, read);
    } else if (!through.has(pair(row))) add(centre, partner, read);
  }
  return [...ties.values()];
}

const pair = (row: Row): string => `${valueIn(row, 'centre')} ${valueIn(row, 'partner')}`;

/** The same in words: each partner, with whom and in what, and where that stands. */
function Partners({ input }: { input: FigureInput }): VNode {
  const { view, language, rows, section } = input;
  const words = figureTexts[language];
  const documents = documentsOf(rows);
  const name = (iri: string): string => view.index.label(iri, language) ?? iri;
  const type = section.codes['country'];
  const partners = [...groupRows(rows, 'partner')].sort(([a], [b]) => name(a).localeCompare(name(b), language));
  return (
    <Scroll name={nameOf(input, 'partner')}>
      <table class="partners">
        <thead>
          <tr>
            <th scope="col">{nameOf(input, 'partner')}</th>
            <th scope="col">{nameOf(input, 'country')}</th>
            <th scope="col">{nameOf(input, 'with')}</th>
          </tr>
        </thead>
        <tbody>
          {partners.map(([partner, said]) => (
            <tr key={partner}>
              <th scope="row">
                <Name view={view} iri={partner} language={language} />
              </th>
              <td>
                {distinct(said, 'country')
                  .map((code) => (type ? nameOfCode(type, code, language) : name(code)))
                  .join(', ')}
              </td>
              <td>
                <ul class="plain">
                  {[...waysOf(said)].map(([way, found]) => {
                    const [first] = found;
                    const sources = distinct(found, 'source');
                    return (
                      first && (
                        <li key={way}>
                          <Name view={view} iri={valueIn(first, 'centre')} language={language} />
                          {first['through'] && (
                            <>
                              {' · '}
                              <Name view={view} iri={valueIn(first, 'through')} language={language} />
                            </>
                          )}{' '}
                          <Evidence
                            view={view}
                            language={language}
                            mark={String(sources.length)}
                            what={words.passages(sources.length)}
                            sources={sources}
                            documents={documents}
                          />
                          {found.every((row) => valueIn(row, 'read') === 'true') && (
                            <span class="meta"> {words.read}</span>
                          )}
                        </li>
                      )
                    );
                  })}
                </ul>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Rows by with whom and in what. */
function waysOf(rows: readonly Row[]): Map<string, Row[]> {
  const ways = new Map<string, Row[]>();
  for (const row of rows) {
    const way = `${valueIn(row, 'centre')} ${valueIn(row, 'through')}`;
    ways.set(way, [...(ways.get(way) ?? []), row]);
  }
  return ways;
}
