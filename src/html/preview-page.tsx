import { render } from 'preact-render-to-string';
import type { Language } from './texts.ts';
import { assetPath, localAddress, shorten, type View } from './view.ts';

/** A thing in a frame of a page of others: what it is called, what it is, and where there is more. */
export function previewPage(view: View, iri: string, language: Language): string {
  const name = view.index.label(iri, language) ?? shorten(view, iri);
  const types = view.index.types(iri).map((type) => view.index.label(type, language) ?? shorten(view, type));
  return `<!doctype html>${render(
    <html lang={language}>
      <head>
        <meta charset="utf-8" />
        <title>{name}</title>
        <link rel="stylesheet" href={view.publicUrl + assetPath(view, 'style.css')} />
      </head>
      <body>
        <p>
          <a href={view.publicUrl + localAddress(view, iri)} target="_blank" rel="noopener">
            <strong>{name}</strong>
          </a>{' '}
          <span class="meta">{types.join(', ')}</span>
        </p>
        <p>{view.index.text(iri, language)}</p>
        <p class="meta">{iri}</p>
      </body>
    </html>,
  )}`;
}
