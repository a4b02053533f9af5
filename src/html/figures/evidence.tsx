import type { VNode } from 'preact';
import { Name } from '../parts.tsx';
import type { Language } from '../texts.ts';
import type { View } from '../view.ts';

/** A mark that opens the list of the passages that say so. */
export function Evidence({
  view,
  language,
  mark,
  what,
  sources,
  documents,
}: {
  view: View;
  language: Language;
  /** What the mark shows. */
  mark: string;
  /** What it is about, for who hears the page. */
  what: string;
  sources: readonly string[];
  /** Of which document each is, where the mark does not tell. */
  documents?: ReadonlyMap<string, string>;
}): VNode {
  return (
    // One list at a time: opening another closes it.
    <details class="evidence" name="evidence">
      <summary>
        {mark}
        <span class="unseen"> {what}</span>
      </summary>
      <ul>
        {sources.map((source) => {
          const document = documents?.get(source);
          return (
            <li key={source}>
              <Name view={view} iri={source} language={language} />
              {document && <div class="meta">{view.index.label(document, language)}</div>}
            </li>
          );
        })}
      </ul>
    </details>
  );
}
