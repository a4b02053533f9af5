import type { VNode } from 'preact';
import { type Cited, citeAsBibtex, citeAsText } from './citation.ts';
import type { Language } from './texts.ts';
import { thingTexts } from './thing-texts.ts';
import type { View } from './view.ts';

/** How to cite the dataset, or a part of it, as a line of text and in BibTeX, each to be copied. */
export function Cite({
  view,
  part,
  address,
  language,
}: {
  view: View;
  /** What of the dataset is cited. */
  part?: string;
  address: string;
  language: Language;
}): VNode {
  const words = thingTexts[language];
  const { versionWord, licenceWord, accessedWord } = words;
  const { publication, version } = view.dataset;
  const publisher = publication?.catalogue?.publisher;
  const cited: Cited = {
    title: publication?.title[language] ?? 'RDF',
    ...(part === undefined ? {} : { part }),
    publisher: publisher && view.index.label(publisher, language),
    version,
    date: view.modified?.toISOString().slice(0, 10),
    license: publication?.license,
    address,
  };
  return (
    <>
      {/* The script adds the day on which the page is read: the page itself may be as old as the version. */}
      <p class="copied" data-cited={JSON.stringify({ cited, words: { versionWord, licenceWord, accessedWord } })}>
        <span id="citation">{citeAsText(cited, words)}</span>{' '}
        <Copy of="citation" name={words.cite} language={language} />
      </p>
      <details>
        <summary>{words.bibtex}</summary>
        <pre id="bibtex">{citeAsBibtex(cited, words)}</pre>
        <Copy of="bibtex" name={words.bibtex} language={language} />
      </details>
    </>
  );
}

/** A button that copies the text of an element; hidden where no script runs. */
export function Copy({ of, name, language }: { of: string; name: string; language: Language }): VNode {
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
