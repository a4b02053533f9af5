import type { VNode } from 'preact';
import type { FactGroup } from '../publish/facts.ts';
import { type FactFrame, relationName } from './facts.tsx';
import { drawMindMap, labelOf } from './figures/mind-map.ts';
import { Scroll } from './parts.tsx';
import type { Language } from './texts.ts';
import { thingTexts } from './thing-texts.ts';
import { baseOf, documentPath, localPath, nameOfThing, readerAddress, type View } from './view.ts';

/** How many neighbours are drawn. */
const most = 24;
/** How many kinds of lines have a colour of their own. */
const colours = 7;

/** A thing that another is connected with. */
export interface Neighbour {
  readonly iri: string;
  readonly name: string;
  /** The page about it, in the reader's language. */
  readonly page: string;
  /** Where its own neighbours are found. */
  readonly neighbours: string;
  /** How the two are connected, read from the first. */
  readonly relation: string;
}

/** Some neighbours of a thing, and how many it has. */
export interface Neighbourhood {
  readonly iri: string;
  readonly name: string;
  readonly total: number;
  readonly neighbours: readonly Neighbour[];
}

/** The address of a thing's neighbours as JSON. */
export const neighboursPath = (view: View, iri: string, language: Language): string =>
  `/neighbours/${documentPath(view, iri).slice('/about/'.length)}?lang=${language}`;

/**
 * The things of the graph that a thing is connected with by what somebody says: of each relation some, the rare ones
 * whole, so that all relations are seen.
 */
export function neighbourhoodOf(
  view: View,
  iri: string,
  groups: readonly FactGroup[],
  language: Language,
  limit = most,
): Neighbourhood {
  const base = baseOf(view);
  const seen = new Set([iri]);
  const relations = groups
    .map((group) => ({
      relation: relationName({ view, language, iri }, group),
      things: group.facts
        .flatMap(({ value }) => (value.termType === 'NamedNode' && value.value.startsWith(base) ? [value.value] : []))
        .sort(),
    }))
    .map(({ relation, things }) => ({
      relation,
      things: things.filter((each) => !/#/.test(localPath(view, each)) && !seen.has(each) && seen.add(each)),
    }))
    .filter(({ things }) => things.length > 0);
  const total = relations.reduce((sum, { things }) => sum + things.length, 0);
  let left = Math.min(limit, total);
  const shares = new Map<string, number>();
  for (const [place, { relation, things }] of [...relations]
    .sort((a, b) => a.things.length - b.things.length)
    .entries()) {
    const fair = Math.min(things.length, Math.ceil(left / (relations.length - place)));
    shares.set(relation, fair);
    left -= fair;
  }
  const neighbours = relations.flatMap(({ relation, things }) =>
    things.slice(0, shares.get(relation)).map((thing) => ({
      iri: thing,
      name: nameOfThing(view, thing, language),
      page: readerAddress(view, thing, language),
      neighbours: neighboursPath(view, thing, language),
      relation,
    })),
  );
  return { iri, name: nameOfThing(view, iri, language), total, neighbours };
}

/** Whether there is anything to draw: two neighbours are told sooner than drawn. */
export const isDrawn = ({ view, language, iri }: FactFrame, groups: readonly FactGroup[]): boolean =>
  neighbourhoodOf(view, iri, groups, language).total > 2;

/** A drawing of what a thing is connected with. What it shows stands in words elsewhere on the page. */
export function NeighbourhoodFigure({
  frame: { view, language, iri },
  groups,
}: {
  frame: FactFrame;
  groups: readonly FactGroup[];
}): VNode | null {
  const words = thingTexts[language];
  const { name, total, neighbours } = neighbourhoodOf(view, iri, groups, language);
  if (total < 3) return null;
  const relations = [...new Set(neighbours.map(({ relation }) => relation))];
  const colour = (relation: string): string => `line-${(relations.indexOf(relation) % colours) + 1}`;
  const leaf = (key: string, text: string) => ({ key, text, children: [] });
  const { nodes, box } = drawMindMap({
    ...leaf(iri, name),
    children: [
      ...neighbours.map((each) => leaf(each.iri, each.name)),
      ...(total > neighbours.length ? [leaf('+', `+ ${total - neighbours.length} ${words.others}`)] : []),
    ],
  });
  const byIri = new Map(neighbours.map((each) => [each.iri, each]));
  return (
    <section id="neighbourhood">
      <h2>{words.picture}</h2>
      <figure
        class="neighbourhood"
        data-iri={iri}
        data-keys={words.pictureKeys}
        data-failed={words.failed}
        data-none={words.noNeighbours}
        data-more={words.others}
      >
        <Scroll name={words.picture}>
          <svg
            viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
            width={box.width}
            height={box.height}
            aria-hidden="true"
          >
            {nodes.map(({ key, path }) => {
              const neighbour = byIri.get(key);
              return path ? (
                <path key={key} class={neighbour ? `tie ${colour(neighbour.relation)}` : 'tie'} d={path}>
                  {neighbour && <title>{neighbour.relation}</title>}
                </path>
              ) : null;
            })}
            {nodes.map(({ key, text, x, y, side }) => {
              const neighbour = byIri.get(key);
              if (side === 0)
                return (
                  <g key={key} class="middle">
                    <circle cx={x} cy={y} r="9" />
                    <text x={x} y={y - 18} text-anchor="middle">
                      {labelOf(text)}
                    </text>
                  </g>
                );
              const label = (
                <text x={x + side * 12} y={y + 5} text-anchor={side > 0 ? 'start' : 'end'}>
                  {labelOf(text)}
                </text>
              );
              return neighbour ? (
                <a
                  key={key}
                  href={neighbour.page}
                  tabIndex={-1}
                  class={colour(neighbour.relation)}
                  data-iri={key}
                  data-name={neighbour.name}
                  data-relation={neighbour.relation}
                  data-neighbours={neighbour.neighbours}
                >
                  <title>{`${neighbour.relation}: ${neighbour.name}`}</title>
                  <circle cx={x} cy={y} r="6" />
                  {label}
                </a>
              ) : (
                <g key={key} class="others">
                  {label}
                </g>
              );
            })}
          </svg>
        </Scroll>
        <figcaption>
          <ul class="legend">
            {relations.map((relation) => (
              <li key={relation} class={colour(relation)}>
                <svg width="26" height="10" aria-hidden="true">
                  <path class={`tie ${colour(relation)}`} d="M0 5H26" />
                </svg>{' '}
                {relation}
              </li>
            ))}
          </ul>
          <p class="meta caption" aria-live="polite">
            {words.pictureText}
          </p>
        </figcaption>
      </figure>
    </section>
  );
}
