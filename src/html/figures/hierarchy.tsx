import type { VNode } from 'preact';
import type { Row } from '../../publish/tables.ts';
import { Name } from '../parts.tsx';
import { Evidence } from './evidence.tsx';
import { distinct, type Figure, type FigureInput, groupRows, valueIn } from './figure.ts';
import { figureTexts } from './figure-texts.ts';

/** What has a thing of the hierarchy, and where that stands. */
interface Uses {
  readonly said: ReadonlySet<string>;
  /** Passages by document. */
  readonly passages: ReadonlyMap<string, ReadonlySet<string>>;
}

interface Node {
  readonly thing: string;
  readonly name: string;
  readonly own: Uses;
  /** With those of all below it. */
  readonly whole: Uses;
  readonly below: readonly Node[];
}

const width = 240;

/**
 * A hierarchy of `?thing` below `?broader`, with how often each is spoken of. Rows with `?said` name something that has
 * it according to a passage (`?source` of `?document`). A bar counts the passages, those of what is below included.
 */
export const hierarchy: Figure = (input) => {
  const { view, language, all } = input;
  const documents = distinct(all, 'document').sort();
  const roots = nodesOf(input);
  const most = Math.max(1, ...roots.map(({ whole }) => count(whole)));
  return (
    <div class="hierarchy">
      <ul class="legend">
        {documents.map((document, index) => (
          <li key={document}>
            <span class={`mark kind-${index + 1}`}>{letter(index)}</span>{' '}
            <Name view={view} iri={document} language={language} />
          </li>
        ))}
      </ul>
      <Nodes input={input} nodes={roots} documents={documents} most={most} />
    </div>
  );
};

const letter = (index: number): string => String.fromCharCode(65 + index);

function Nodes({
  input,
  nodes,
  documents,
  most,
}: {
  input: FigureInput;
  nodes: readonly Node[];
  documents: readonly string[];
  most: number;
}): VNode {
  const { view, language } = input;
  const words = figureTexts[language];
  return (
    <ul>
      {nodes.map(({ thing, own, whole, below }) => (
        <li key={thing}>
          <div class="use">
            <span class="name">
              <Name view={view} iri={thing} language={language} />
            </span>
            <Bar uses={whole} documents={documents} most={most} />
            <span class="meta">
              {words.passages(count(whole))} · {words.things(whole.said.size)}
            </span>
            <span class="marks">
              {documents.map((document, index) => {
                const passages = own.passages.get(document);
                return (
                  passages && (
                    <Evidence
                      key={document}
                      view={view}
                      language={language}
                      mark={letter(index)}
                      what={`${view.index.label(document, language)} (${passages.size})`}
                      sources={[...passages]}
                    />
                  )
                );
              })}
            </span>
          </div>
          {below.length > 0 && (
            <details>
              <summary>{words.below(below.length)}</summary>
              <Nodes input={input} nodes={below} documents={documents} most={most} />
            </details>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Passages, document by document. A passage is of one document only, so that the parts add up. */
function Bar({ uses, documents, most }: { uses: Uses; documents: readonly string[]; most: number }): VNode {
  let x = 0;
  return (
    <svg class="bar" viewBox={`0 0 ${width} 10`} width={width} height="10" aria-hidden="true">
      {documents.map((document, index) => {
        const long = ((uses.passages.get(document)?.size ?? 0) / most) * width;
        const at = x;
        x += long;
        return (
          long > 0 && <rect key={document} class={`kind-${index + 1}`} x={round(at)} width={round(long)} height="10" />
        );
      })}
    </svg>
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;

const count = ({ passages }: Uses): number => [...passages.values()].reduce((sum, { size }) => sum + size, 0);

/** The things that are below no other, each with those below it; what is spoken of most comes first. */
function nodesOf({ view, language, rows, all }: FigureInput): Node[] {
  const said = groupRows(
    rows.filter((row) => row['said']),
    'thing',
  );
  // The hierarchy stays whole when a choice leaves out what is said.
  const places = all.filter((row) => !row['said']);
  const below = groupRows(places, 'broader');
  const build = (thing: string, above: readonly string[]): Node => {
    const own = usesOf(said.get(thing) ?? []);
    const nodes = [...new Set((below.get(thing) ?? []).map((row) => valueIn(row, 'thing')))]
      // Something below itself would never end.
      .filter((each) => each !== thing && !above.includes(each))
      .map((each) => build(each, [...above, thing]));
    return {
      thing,
      name: view.index.label(thing, language) ?? thing,
      own,
      whole: nodes.reduce((sum, { whole }) => join(sum, whole), own),
      below: nodes.sort(order),
    };
  };
  const order = (a: Node, b: Node): number => count(b.whole) - count(a.whole) || a.name.localeCompare(b.name, language);
  return distinct(
    places.filter((row) => !row['broader']),
    'thing',
  )
    .map((thing) => build(thing, []))
    .filter(({ whole }) => rows.length === all.length || whole.said.size > 0)
    .sort(order);
}

function usesOf(rows: readonly Row[]): Uses {
  return {
    said: new Set(rows.map((row) => valueIn(row, 'said'))),
    passages: new Map(
      [...groupRows(rows, 'document')].map(([document, inIt]) => [document, new Set(distinct(inIt, 'source'))]),
    ),
  };
}

const join = (a: Uses, b: Uses): Uses => ({
  said: new Set([...a.said, ...b.said]),
  passages: new Map(
    [...new Set([...a.passages.keys(), ...b.passages.keys()])].map((document) => [
      document,
      new Set([...(a.passages.get(document) ?? []), ...(b.passages.get(document) ?? [])]),
    ]),
  ),
});
