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
}: {
  view: View;
  language: Language;
  /** What the mark shows. */
  mark: string;
  /** What it is about, for who hears the page. */
  what: string;
  sources: readonly string[];
}): VNode {
  return (
    <details class="evidence">
      <summary>
        {mark}
        <span class="unseen"> {what}</span>
      </summary>
      <ul>
        {sources.map((source) => (
          <li key={source}>
            <Name view={view} iri={source} language={language} />
          </li>
        ))}
      </ul>
    </details>
  );
}
