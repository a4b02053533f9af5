import type { VNode } from 'preact';
import { Cite, Copy } from './cite.tsx';
import { Formats, Scroll } from './parts.tsx';
import { type Language, texts } from './texts.ts';
import { thingTexts } from './thing-texts.ts';
import { documentPath, type View } from './view.ts';

/** What a reader takes away from the page of a thing: its address, a citation, its RDF. */
export function TakeAway({
  view,
  iri,
  name,
  language,
}: {
  view: View;
  iri: string;
  name: string;
  language: Language;
}): VNode {
  const words = thingTexts[language];
  const path = documentPath(view, iri);
  return (
    <section id="take" class="take panel">
      <h2>{words.take}</h2>
      <h3>{words.permalink}</h3>
      <p class="copied">
        <code id="permalink">{iri}</code> <Copy of="permalink" name={words.permalink} language={language} />
      </p>
      <h3>{words.cite}</h3>
      <Cite view={view} part={name} address={iri} language={language} />
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
