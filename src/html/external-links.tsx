import type { VNode } from 'preact';
import type { Fact, FactGroup } from '../publish/facts.ts';
import { catalogueName, mappingOf } from '../publish/mappings.ts';
import { skos } from '../rdf/terms.ts';
import { Cite, type FactFrame, relationName } from './facts.tsx';
import { Name, Value } from './parts.tsx';
import { thingTexts } from './thing-texts.ts';
import { nameOfThing } from './view.ts';

interface Row extends Fact {
  readonly property: string;
}

/** Keys in registers and entries elsewhere, by catalogue, each with what the link rests on. */
export function ExternalLinks({ frame, groups }: { frame: FactFrame; groups: readonly FactGroup[] }): VNode | null {
  const { view, language } = frame;
  const words = thingTexts[language];
  const catalogues = new Map<string, Row[]>();
  for (const { property, facts } of groups)
    for (const fact of facts) {
      const name = catalogueName(view.index, fact.triple, language) || nameOfThing(view, property, language);
      catalogues.set(name, [...(catalogues.get(name) ?? []), { ...fact, property }]);
    }
  if (!catalogues.size) return null;
  return (
    <section id="links">
      <h2>{words.links}</h2>
      <dl class="facts">
        {[...catalogues]
          .sort(([a], [b]) => a.localeCompare(b, language))
          .map(([name, rows]) => (
            <>
              <dt key={name}>{name}</dt>
              <dd>
                <ul>
                  {rows.map((row) => (
                    <li key={`${row.property} ${row.value.value}`}>
                      <span class="meta">
                        {row.property === skos('notation')
                          ? words.key
                          : relationName(frame, { property: row.property, reversed: false })}
                      </span>{' '}
                      <Target frame={frame} row={row} />
                      <Cite frame={frame} sources={row.sources} triple={row.triple} />
                      <Grounds frame={frame} row={row} />
                    </li>
                  ))}
                </ul>
              </dd>
            </>
          ))}
      </dl>
    </section>
  );
}

function Target({ frame: { view, language }, row: { value } }: { frame: FactFrame; row: Row }): VNode {
  if (value.termType === 'Literal') return <code>{value.value}</code>;
  // The name that the graph knows for an entry of others stands before its address.
  const name = view.index.label(value.value, language);
  if (value.termType !== 'NamedNode' || !/^https?:/.test(value.value))
    return <Value view={view} term={value} language={language} />;
  return (
    <>
      {name !== undefined && `${name} `}
      <a href={value.value} rel="external">
        {value.value.replace(/^https?:\/\/(www\.)?/, '')}
      </a>
    </>
  );
}

/** How sure a link is, and the page of the mapping that says why. */
function Grounds({ frame: { view, language }, row: { triple } }: { frame: FactFrame; row: Row }): VNode | null {
  const words = thingTexts[language];
  const mapping = mappingOf(view.index, triple);
  if (!mapping) return null;
  const { confidence, iri } = mapping;
  return (
    <span class="meta">
      {' '}
      {confidence !== undefined &&
        `${words.certainty} ${new Intl.NumberFormat(language, { style: 'percent' }).format(Number(confidence))} · `}
      <Name view={view} iri={iri} language={language} as={words.mapping} />
    </span>
  );
}
