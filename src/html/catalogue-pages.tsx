import type { Quad, Term } from '@rdfjs/types';
import type { VNode } from 'preact';
import type { Catalogue } from '../publish/catalogue/catalogue.ts';
import type { CatalogueRecord, RecordOf } from '../publish/catalogue/records.ts';
import { containerTitles } from '../publish/catalogue/texts.ts';
import { structuredDataOf } from '../publish/schema-org.ts';
import { formats } from '../rdf/formats.ts';
import { dcterms, foaf, rdfs, skos, vcard } from '../rdf/terms.ts';
import { catalogueWords, kindTexts, propertyTexts } from './catalogue-texts.ts';
import { inLanguage, page } from './layout.tsx';
import { type Language, texts } from './texts.ts';
import { localAddress, type View } from './view.ts';

/** All that the catalogue tells of a dataset, a file, a service …, for people. */
export function cataloguePage(view: View, catalogue: Catalogue, record: CatalogueRecord, language: Language): string {
  const words = texts[language];
  const quads = catalogue.document(record);
  const iri = catalogue.iri(record);
  const name = (each: string): string | undefined => nameIn(quads, each, language);
  const title = name(iri) ?? iri;
  const description = choose(quads, iri, dcterms('description'), language);
  return page({
    view,
    language,
    title,
    structuredData: structuredDataOf(catalogue, record),
    children: (
      <>
        <p class="meta">{kindTexts[record.kind][language]}</p>
        <h1>{title}</h1>
        {description && <p class="lead">{description.value}</p>}
        <p class="meta">
          IRI: <code>{iri}</code>
        </p>
        <Properties view={view} catalogue={catalogue} record={record} quads={quads} language={language} />
        {record.kind === 'profile' && <Requirements record={record} language={language} />}
        {catalogue.children(record).map(({ kind, records }) => (
          <section key={kind} id={kind}>
            <h2>{containerTitles[kind][language]}</h2>
            <ul class={kind === 'distribution' ? undefined : 'cards'}>
              {records.map((each) => (
                <li key={each.path}>
                  <a href={inLanguage(each.path, language)}>{titleOf(catalogue, each, language)}</a>
                  {each.kind === 'distribution' ? (
                    <span class="meta">
                      {' '}
                      {each.file.bytes} {catalogueWords[language].size.toLowerCase()} ·{' '}
                      <a href={`/dumps/${each.file.file}`}>{each.file.file}</a>
                    </span>
                  ) : (
                    <p>{choose(catalogue.own(each), catalogue.iri(each), dcterms('description'), language)?.value}</p>
                  )}
                </li>
              ))}
            </ul>
          </section>
        ))}
        <p class="formats meta">
          {words.formats}:{' '}
          {formats.map((format) => (
            <span key={format.name}>
              <a href={`${record.path}.${format.extension}`}>{format.label}</a>{' '}
            </span>
          ))}
        </p>
      </>
    ),
  });
}

/** Properties of a record that its page shows elsewhere, or that mean nothing to people. */
const shownElsewhere: ReadonlySet<string> = new Set([dcterms('title'), dcterms('description'), foaf('page')]);

function Properties({
  view,
  catalogue,
  record,
  quads,
  language,
}: {
  view: View;
  catalogue: Catalogue;
  record: CatalogueRecord;
  quads: readonly Quad[];
  language: Language;
}): VNode {
  const iri = catalogue.iri(record);
  // The checksum is a thing of its own in RDF; a reader wants its value.
  const own = quads.filter(({ subject }) => subject.value === iri || subject.value === `${iri}#checksum`);
  const shown = Object.entries(propertyTexts).filter(([property]) => !shownElsewhere.has(property));
  return (
    <dl class="facts">
      {shown.map(([property, words]) => {
        const values = own.filter(({ predicate }) => predicate.value === property).map(({ object }) => object);
        const terms = values.filter(
          (term) => term.termType !== 'Literal' || !term.language || term.language === language,
        );
        return terms.length ? (
          <>
            <dt key={property}>{words[language]}</dt>
            <dd>
              <ul>
                {[...new Map(terms.map((term) => [term.value, term])).values()].map((term) => (
                  <li key={term.value}>
                    <Value view={view} catalogue={catalogue} term={term} quads={quads} language={language} />
                  </li>
                ))}
              </ul>
            </dd>
          </>
        ) : null;
      })}
    </dl>
  );
}

function Value({
  view,
  catalogue,
  term,
  quads,
  language,
}: {
  view: View;
  catalogue: Catalogue;
  term: Term;
  quads: readonly Quad[];
  language: Language;
}): VNode {
  const { value } = term;
  if (term.termType !== 'NamedNode') return <span>{value}</span>;
  const { publicUrl } = catalogue.resource;
  const local = value.startsWith(`${publicUrl}/`) ? value.slice(publicUrl.length) : localAddress(view, value);
  const record = catalogue.find(local);
  const text = record ? titleOf(catalogue, record, language) : nameIn(quads, value, language);
  // Only web addresses and mailboxes become links: a publication could hold javascript: IRIs.
  return /^(https?|mailto):/.test(value) ? <a href={local}>{text ?? value}</a> : <span>{text ?? value}</span>;
}

function Requirements({ record, language }: { record: RecordOf<'profile'>; language: Language }): VNode {
  const words = catalogueWords[language];
  return (
    <>
      <h2>{words.requires}</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.property}</th>
            <th scope="col">{words.values}</th>
          </tr>
        </thead>
        <tbody>
          {record.profile.properties.map(({ path, one }) => (
            <tr key={path}>
              <td>
                <a href={path}>{propertyTexts[path]?.[language] ?? path.replace(/^.*[#/]/, '')}</a>
              </td>
              <td>{one ? '1' : '≥ 1'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

const nameProperties = [dcterms('title'), skos('prefLabel'), rdfs('label'), foaf('name'), vcard('fn')];

function nameIn(quads: readonly Quad[], iri: string, language: Language): string | undefined {
  for (const property of nameProperties) {
    const found = choose(quads, iri, property, language);
    if (found) return found.value;
  }
  return undefined;
}

/** The value in the language, else any. */
function choose(quads: readonly Quad[], iri: string, property: string, language: Language): Term | undefined {
  const values = quads
    .filter(({ subject, predicate }) => subject.value === iri && predicate.value === property)
    .map(({ object }) => object);
  return values.find((term) => term.termType === 'Literal' && term.language === language) ?? values[0];
}

const titleOf = (catalogue: Catalogue, record: CatalogueRecord, language: Language): string =>
  nameIn(catalogue.own(record), catalogue.iri(record), language) ?? catalogue.iri(record);
