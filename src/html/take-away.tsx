import type { VNode } from 'preact';
import { type Cited, citeAsBibtex, citeAsText } from './citation.ts';
import { Formats, Scroll } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import { thingTexts } from './thing-texts.ts';
import { documentPath, type View } from './view.ts';

/** What a page that can be cited knows beside what is on it. */
export interface DatedView extends View {
  /** When the current version was prepared here. */
  readonly modified: Date;
}

/** What a reader takes away from the page of a thing: its address, a citation, its RDF. */
export function TakeAway({
  view,
  iri,
  name,
  language,
}: {
  view: DatedView;
  iri: string;
  name: string;
  language: Language;
}): VNode {
  const words = thingTexts[language];
  const { publication, version } = view.dataset;
  const path = documentPath(view, iri);
  const publisher = publication?.catalogue?.publisher;
  const cited: Cited = {
    title: publication?.title[language] ?? 'RDF',
    part: name,
    publisher: publisher && view.index.label(publisher, language),
    version,
    date: view.modified.toISOString().slice(0, 10),
    license: publication?.license,
    address: iri,
  };
  return (
    <section id="take" class="take panel">
      <h2>{words.take}</h2>
      <h3>{words.permalink}</h3>
      <p class="copied">
        <code id="permalink">{iri}</code> <Copy of="permalink" name={words.permalink} language={language} />
      </p>
      <h3>{words.cite}</h3>
      {/* The script adds the day on which the page is read: the page itself may be as old as the version. */}
      <p class="copied" data-cited={JSON.stringify({ cited, words: wordsOfCitation(language) })}>
        <span id="citation">{citeAsText(cited, words)}</span>{' '}
        <Copy of="citation" name={words.cite} language={language} />
      </p>
      <details>
        <summary>{words.bibtex}</summary>
        <pre id="bibtex">{citeAsBibtex(cited, words)}</pre>
        <Copy of="bibtex" name={words.bibtex} language={language} />
      </details>
      <Formats words={texts[language].formats} address={(extension) => `${path}.${extension}`} />
      <details class="json-ld" data-source={`${path}.jsonld`} data-failed={words.failed}>
        <summary>{words.jsonLd}</summary>
        <p>
          <a href={`${path}.jsonld`}>{words.openJsonLd}</a>
        </p>
        <Scroll name={words.jsonLd}>
          <pre id="json-ld" hidden>
            {words.loading}
          </pre>
        </Scroll>
        <Copy of="json-ld" name={words.jsonLd} language={language} />
      </details>
    </section>
  );
}

const wordsOfCitation = (language: Language): object => {
  const { versionWord, licenceWord, accessedWord } = thingTexts[language];
  return { versionWord, licenceWord, accessedWord };
};

function Copy({ of, name, language }: { of: string; name: string; language: Language }): VNode {
  const words = thingTexts[language];
  return (
    <button
      type="button"
      class="quiet copy"
      hidden
      data-copy={of}
      data-done={words.copied}
      aria-label={`${words.copy}: ${name}`}
    >
      {words.copy}
    </button>
  );
}
