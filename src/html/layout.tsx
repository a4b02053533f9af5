import type { ComponentChildren } from 'preact';
import { render } from 'preact-render-to-string';
import { cataloguePath } from '../publish/catalogue/records.ts';
import { linksPath } from '../publish/crosswalk.ts';
import { type Language, texts } from './texts.ts';
import { assetPath, type View } from './view.ts';

interface Frame {
  readonly view: View;
  readonly language: Language;
  readonly title: string;
  /** The path of a page whose query says what is on it, so that the link to the other language keeps that query. */
  readonly path?: string;
  /** What the page is about, for search engines (schema.org as JSON-LD). */
  readonly structuredData?: object | undefined;
  readonly children: ComponentChildren;
}

/** A path with the language of its page. */
export const inLanguage = (path: string, language: Language): string =>
  `${path}${path.includes('?') ? '&' : '?'}lang=${language}`;

/** A whole page: head, header, content, footer. */
export function page({ view, language, title, path = '', structuredData, children }: Frame): string {
  const words = texts[language];
  const name = view.dataset.publication?.title[language] ?? 'RDF';
  const { asserted, inferred, described } = view.dataset.counts;
  return `<!doctype html>${render(
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title === name ? name : `${title} – ${name}`}</title>
        <link rel="stylesheet" href={assetPath(view, 'style.css')} />
        {structuredData && (
          // A "<" in a text would end the element.
          <script
            type="application/ld+json"
            dangerouslySetInnerHTML={{ __html: JSON.stringify(structuredData).replaceAll('<', '\\u003c') }}
          />
        )}
      </head>
      <body>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <header>
          <strong>{name}</strong>
          <nav>
            <a href={`/?lang=${language}`}>{words.home}</a> · <a href={`/sparql?lang=${language}`}>{words.sparql}</a> ·{' '}
            <a href={`/dumps/?lang=${language}`}>{words.dumps}</a>
            {view.dataset.publication?.catalogue && (
              <>
                {' '}
                · <a href={inLanguage(cataloguePath, language)}>{words.catalogue}</a>
              </>
            )}
            {view.dataset.publication && (
              <>
                {' '}
                · <a href={inLanguage(linksPath, language)}>{words.links}</a> ·{' '}
                <a href={`/ontology?lang=${language}`}>{words.ontology}</a>
              </>
            )}{' '}
            ·{' '}
            <a href={inLanguage(path, words.otherLanguage)} lang={words.otherLanguage} hreflang={words.otherLanguage}>
              {words.other}
            </a>
          </nav>
        </header>
        <main id="content">{children}</main>
        <footer>
          {words.version} {view.dataset.version} · {asserted} {words.asserted}, {inferred} {words.inferred}
          {described > 0 && `, ${described} ${words.described}`}
          {view.dataset.publication && (
            <>
              {' '}
              · {words.license}: <a href={view.dataset.publication.license}>{view.dataset.publication.license}</a>
            </>
          )}
        </footer>
      </body>
    </html>,
  )}`;
}
