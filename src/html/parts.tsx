import type { Literal, Quad, Term } from '@rdfjs/types';
import type { ComponentChildren, VNode } from 'preact';
import { pageOfKey } from '../publish/onward-links.ts';
import { formats } from '../rdf/formats.ts';
import { rdf } from '../rdf/terms.ts';
import { inLanguage } from './layout.tsx';
import { type Language, texts } from './texts.ts';
import { nameOfThing, readerAddress, type View } from './view.ts';

/** The name of a thing, or another word for it, linked to its page here or to its own address. */
export function Name({ view, iri, language, as }: { view: View; iri: string; language: Language; as?: string }): VNode {
  const address = readerAddress(view, iri, language);
  const name = as ?? nameOfThing(view, iri, language);
  // Only web addresses become links: a graph could hold javascript: IRIs.
  return /^(https?:|\/)/.test(address) ? <a href={address}>{name}</a> : <span>{name}</span>;
}

/** What may be wider than the page, and scrolls then; by keyboard as well, for which it can be focused. */
export const Scroll = ({ name, children }: { name: string; children: ComponentChildren }): VNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard.
  <section class="wide" tabIndex={0} aria-label={name}>
    {children}
  </section>
);

/** A term as a person reads it. */
export function Value({ view, term, language }: { view: View; term: Term; language: Language }): VNode {
  if (term.termType === 'NamedNode') return <Name view={view} iri={term.value} language={language} />;
  // A key says little without the registry that it is a key of, and that is its datatype.
  if (term.termType === 'Literal' && view.index.label(term.datatype.value, language))
    return <Key view={view} term={term} language={language} />;
  if (term.termType === 'Literal')
    return (
      <span lang={term.language || undefined}>
        {term.value}
        {term.language && term.language !== language && <span class="meta"> ({term.language})</span>}
      </span>
    );
  return <span>{term.value}</span>;
}

/** A value of a datatype that the graph describes: its key, linked to the page that its catalogue has, and its scheme. */
function Key({ view, term, language }: { view: View; term: Literal; language: Language }): VNode {
  const { value, datatype } = term;
  const found = pageOfKey(view.index, datatype.value, value);
  return (
    <span class="key">
      <Name view={view} iri={datatype.value} language={language} />:{' '}
      {found ? (
        <a href={found.url} rel="external">
          {value}
        </a>
      ) : (
        <span>{value}</span>
      )}
    </span>
  );
}

/** Triples as a list of properties with their values, or with their subjects. */
export function Facts({
  view,
  quads,
  language,
  side,
}: {
  view: View;
  quads: readonly Quad[];
  language: Language;
  side: 'object' | 'subject';
}): VNode {
  const groups = new Map<string, Term[]>();
  for (const each of quads) {
    if (each.predicate.value === rdf('type')) continue;
    groups.set(each.predicate.value, [...(groups.get(each.predicate.value) ?? []), each[side]]);
  }
  return (
    <dl class="facts">
      {[...groups].map(([property, terms]) => (
        <>
          <dt key={property}>
            <Name view={view} iri={property} language={language} />
          </dt>
          <dd>
            <ul>
              {terms.map((term) => (
                <li key={term.value}>
                  <Value view={view} term={term} language={language} />
                </li>
              ))}
            </ul>
          </dd>
        </>
      ))}
    </dl>
  );
}

/** Triples as a table. */
export function Triples({ view, quads, language }: { view: View; quads: readonly Quad[]; language: Language }): VNode {
  return (
    <div class="wide">
      <table>
        <tbody>
          {quads.map((each) => (
            <tr key={`${each.subject.value} ${each.predicate.value} ${each.object.value}`}>
              <td>
                <Value view={view} term={each.subject} language={language} />
              </td>
              <td>
                <Name view={view} iri={each.predicate.value} language={language} />
              </td>
              <td>
                <Value view={view} term={each.object} language={language} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The example queries by the group of users who ask them, each with a link that runs it. */
export function Examples({ view, language }: { view: View; language: Language }): VNode {
  const words = texts[language];
  const groups = [...new Set(view.examples.map(({ tags }) => tags[0] ?? ''))].sort();
  return (
    <>
      <h2>{words.examples}</h2>
      {groups.map((group) => (
        <section key={group}>
          <h3>{words[group as 'policy-analyst'] ?? group}</h3>
          <ul class="cards">
            {view.examples
              .filter(({ tags }) => (tags[0] ?? '') === group)
              .map((example) => (
                <li key={example.name}>
                  <a href={`/sparql?lang=${language}&format=html&query=${encodeURIComponent(example.query)}`}>
                    {example.title[language]}
                  </a>
                  <p>{example.description[language]}</p>
                  {example.endpoints.length > 0 && (
                    <p class="meta endpoints">
                      {words.asks}:{' '}
                      {example.endpoints.map((each, at) => (
                        <span key={each}>
                          {at > 0 && ', '}
                          <code>{new URL(each).hostname}</code>
                        </span>
                      ))}
                    </p>
                  )}
                </li>
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** The same in the other formats. */
export const Formats = ({ words, address }: { words: string; address: (extension: string) => string }): VNode => (
  <p class="formats meta">
    {words}:{' '}
    {formats.map((format) => (
      <span key={format.name}>
        <a href={address(format.extension)}>{format.label}</a>{' '}
      </span>
    ))}
  </p>
);

/** The way from one page of a list to the others. */
export function Steps({
  page,
  pages,
  language,
  address,
}: {
  page: number;
  pages: number;
  language: Language;
  address: (page: number) => string;
}): VNode | null {
  const words = texts[language];
  const steps = [
    { word: words.first, to: 1 },
    { word: words.previous, to: page - 1 },
    { word: words.next, to: page + 1 },
    { word: words.last, to: pages },
  ].filter(({ to }) => to !== page && to >= 1 && to <= pages);
  if (pages < 2) return null;
  return (
    <nav>
      {words.page} {page} {words.of} {pages}:{' '}
      {steps.map(({ word, to }) => (
        <span key={word}>
          <a href={inLanguage(address(to), language)}>{word}</a>{' '}
        </span>
      ))}
    </nav>
  );
}
