import type { Quad, Term } from '@rdfjs/types';
import type { VNode } from 'preact';
import { pointingAddress } from '../publish/description.ts';
import type { Fact, FactGroup } from '../publish/facts.ts';
import { statementOf } from '../publish/statements.ts';
import { type Whereabouts, whereaboutsOf } from '../publish/whereabouts.ts';
import { rdf } from '../rdf/terms.ts';
import { inLanguage } from './layout.tsx';
import { Name, Value } from './parts.tsx';
import type { Language } from './texts.ts';
import { thingTexts } from './thing-texts.ts';
import { baseOf, documentPath, nameOfThing, readerAddress, shorten, type View } from './view.ts';

/** How many values of a property are shown before the rest is folded away. */
const unfolded = 12;
/** How many values there must be before they are told apart by kind. */
const sortedFrom = 9;
/** Longer lists stand in two columns, where there is room. */
const columnsFrom = 6;
/** How many sources of one fact have numbers of their own. */
const citedSources = 4;

/** What the parts of a page of facts have in common. */
export interface FactFrame {
  readonly view: View;
  readonly language: Language;
  /** The thing that the page is about. */
  readonly iri: string;
  /** The list of sources, in the order of their numbers. */
  readonly sources: readonly Whereabouts[];
}

/** How a property reads on the page of a thing; from the other end with the thing at its end: "… is located in Leiden". */
export function relationName(
  { view, language, iri }: Pick<FactFrame, 'view' | 'language' | 'iri'>,
  { property, reversed }: Pick<FactGroup, 'property' | 'reversed'>,
): string {
  const words = thingTexts[language];
  if (property === rdf('type') && reversed) return words.ofThisKind;
  const name = nameOfThing(view, property, language);
  if (!reversed) return name;
  const own = nameOfThing(view, iri, language);
  return `… ${name} ${own.length > 32 ? words.this : own}`;
}

/** Facts as a list of properties with their values and the numbers of who says so. */
export function FactList({
  frame,
  groups,
  exact = false,
}: {
  frame: FactFrame;
  groups: readonly FactGroup[];
  /** Whether to tell of which vocabulary a property is: several have one of the same name. */
  exact?: boolean;
}): VNode | null {
  if (!groups.length) return null;
  return (
    <dl class="facts">
      {groups.map((group) => (
        <>
          <dt key={`${group.reversed} ${group.property}`}>
            <Relation frame={frame} group={group} />
            {exact && !group.property.startsWith(baseOf(frame.view)) && (
              <div class="meta">{shorten(frame.view, group.property)}</div>
            )}
          </dt>
          <dd>
            <Values frame={frame} group={group} />
          </dd>
        </>
      ))}
    </dl>
  );
}

function Relation({ frame, group }: { frame: FactFrame; group: FactGroup }): VNode {
  const { view, language } = frame;
  const name = relationName(frame, group);
  const address = readerAddress(view, group.property, language);
  const known = view.index.label(group.property, language) !== undefined && address.startsWith('/');
  return known ? <a href={address}>{name}</a> : <span>{name}</span>;
}

function Values({ frame, group }: { frame: FactFrame; group: FactGroup }): VNode {
  const facts = sortFacts(frame, group.facts);
  const kinds = facts.length >= sortedFrom ? byKind(frame, facts) : [];
  return (
    <>
      {kinds.length > 1 ? (
        kinds.map(({ kind, facts: own }) => (
          <div key={kind} class="kind">
            <span class="meta">
              {kind ? nameOfThing(frame.view, kind, frame.language) : '–'} · {own.length}
            </span>
            <Folded frame={frame} facts={own} />
          </div>
        ))
      ) : (
        <Folded frame={frame} facts={facts} />
      )}
      <Rest frame={frame} group={group} />
    </>
  );
}

function Folded({ frame, facts }: { frame: FactFrame; facts: readonly Fact[] }): VNode {
  // Nobody wants to open something for one or two more.
  const shown = facts.length <= unfolded + 2 ? facts : facts.slice(0, unfolded);
  const rest = facts.slice(shown.length);
  const list = (some: readonly Fact[]): VNode => (
    <ul class={some.length > columnsFrom ? 'many' : undefined}>
      {some.map((fact) => (
        <FactItem key={`${fact.value.value} ${languageOf(fact.value)}`} frame={frame} fact={fact} />
      ))}
    </ul>
  );
  return (
    <>
      {list(shown)}
      {rest.length > 0 && (
        <details>
          <summary>
            {rest.length} {thingTexts[frame.language].more}
          </summary>
          {list(rest)}
        </details>
      )}
    </>
  );
}

/** Facts one below the other, all of them. */
export const FactItems = ({ frame, facts }: { frame: FactFrame; facts: readonly Fact[] }): VNode => (
  <ul class="fact-items">
    {facts.map((fact) => (
      <FactItem key={`${fact.value.value} ${languageOf(fact.value)}`} frame={frame} fact={fact} />
    ))}
  </ul>
);

const languageOf = (term: Term): string => (term.termType === 'Literal' ? term.language : '');

function FactItem({ frame, fact }: { frame: FactFrame; fact: Fact }): VNode {
  return (
    <li>
      <Value view={frame.view} term={fact.value} language={frame.language} />
      <Cite frame={frame} sources={fact.sources} triple={fact.triple} />
    </li>
  );
}

/** The numbers of the sources that say something; where there are many, the statement's own page lists the rest. */
export function Cite({
  frame: { view, language, sources: list },
  sources,
  triple,
}: {
  frame: FactFrame;
  sources: readonly string[];
  triple: Quad;
}): VNode | null {
  const numbers = sources
    .map((source) => list.findIndex(({ iri }) => iri === source) + 1)
    .filter((number) => number > 0)
    .sort((a, b) => a - b);
  if (!numbers.length) return null;
  const shown = numbers.length <= citedSources + 1 ? numbers : numbers.slice(0, citedSources);
  const words = thingTexts[language];
  return (
    <span class="cite">
      {shown.map((number) => (
        <a key={number} href={`#says-${number}`} aria-label={`${words.saysWho} ${number}`}>
          {number}
        </a>
      ))}
      {shown.length < numbers.length && (
        <a href={statementPath(view, triple, language)}>+{numbers.length - shown.length}</a>
      )}
    </span>
  );
}

/** The page of the statement that a triple is. */
export function statementPath(view: View, triple: Quad, language: Language): string {
  const node = statementOf(baseOf(view), triple);
  return inLanguage(documentPath(view, node.value), language);
}

// How many there are, where not all are shown.
function Rest({ frame: { view, language, iri }, group }: { frame: FactFrame; group: FactGroup }): VNode | null {
  if (group.facts.length >= group.total || !group.reversed) return null;
  const address = pointingAddress({ address: documentPath(view, iri) }, group.property);
  return (
    <p class="meta">
      <a href={inLanguage(address, language)}>
        {thingTexts[language].all} {group.total}
      </a>
    </p>
  );
}

// Texts in the reader's language first; numbers by size; the rest by name.
function sortFacts({ view, language }: FactFrame, facts: readonly Fact[]): Fact[] {
  const collator = new Intl.Collator(language, { numeric: true });
  return facts
    .map((fact) => ({
      fact,
      foreign: languageOf(fact.value) !== '' && languageOf(fact.value) !== language,
      name: fact.value.termType === 'NamedNode' ? nameOfThing(view, fact.value.value, language) : fact.value.value,
    }))
    .sort((a, b) => Number(a.foreign) - Number(b.foreign) || collator.compare(a.name, b.name))
    .map(({ fact }) => fact);
}

function byKind({ view, language }: FactFrame, facts: readonly Fact[]): { kind: string; facts: Fact[] }[] {
  const kinds = new Map<string, Fact[]>();
  for (const fact of facts) {
    const kind = fact.value.termType === 'NamedNode' ? (view.index.types(fact.value.value)[0] ?? '') : '';
    kinds.set(kind, [...(kinds.get(kind) ?? []), fact]);
  }
  const name = (kind: string): string => nameOfThing(view, kind, language);
  return [...kinds]
    .map(([kind, own]) => ({ kind, facts: own }))
    .sort((a, b) => b.facts.length - a.facts.length || name(a.kind).localeCompare(name(b.kind), language));
}

/** The numbered list of who says what the page shows. */
export function Sources({ frame, plain }: { frame: FactFrame; plain: boolean }): VNode | null {
  const { language, sources } = frame;
  const words = thingTexts[language];
  if (!sources.length) return null;
  return (
    <section id="says-who">
      <h2>{words.saysWho}</h2>
      {plain && <p class="meta">{words.noSource}</p>}
      <ol class="sources">
        {sources.map((source, place) => (
          <li key={source.iri} id={`says-${place + 1}`}>
            <Source view={frame.view} source={source} language={language} />
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A source with where it stands. */
export function Source({ view, source, language }: { view: View; source: Whereabouts; language: Language }): VNode {
  const words = thingTexts[language];
  const { iri, license, origins, readingOf } = source;
  // A reading has the lines of the passage that it reads.
  const place = readingOf === undefined ? source : whereaboutsOf(view.index, readingOf);
  const { document } = place;
  return (
    <>
      <Name view={view} iri={iri} language={language} />
      {document !== undefined && (
        <>
          {' '}
          {words.inDocument} <Name view={view} iri={document} language={language} />
        </>
      )}
      <Lines source={place} language={language} />
      {readingOf !== undefined && <span class="meta"> · {words.reading}</span>}
      {license !== undefined && (
        <span class="meta">
          {' '}
          · {words.license}:{' '}
          <Name view={view} iri={license} language={language} as={nameOfLicense(view, license, language)} />
        </span>
      )}
      {document === undefined && origins.length > 0 && (
        <span class="meta">
          {' '}
          · {words.takenFrom}{' '}
          {origins.map((origin, place) => (
            <span key={origin}>
              {place > 0 && ', '}
              <a href={origin}>{origin.replace(/^https?:\/\/(www\.)?/, '').replace(/\/$/, '')}</a>
            </span>
          ))}
        </span>
      )}
    </>
  );
}

const nameOfLicense = ({ dataset, index }: View, iri: string, language: Language): string =>
  index.label(iri, language) ??
  dataset.publication?.catalogue?.values[iri]?.label[language] ??
  iri.replace(/^https?:\/\/(www\.)?/, '');

/** The lines of a passage. */
export function Lines({
  source: { startLine, endLine },
  language,
}: {
  source: Whereabouts;
  language: Language;
}): VNode | null {
  const words = thingTexts[language];
  if (startLine === undefined) return null;
  return (
    <span class="meta">
      ,{' '}
      {startLine === endLine || endLine === undefined
        ? `${words.line} ${startLine}`
        : `${words.lines} ${startLine}–${endLine}`}
    </span>
  );
}
