import {
  type Conflict,
  type CrosswalkRow,
  conflicts,
  crosswalk,
  linksets,
  linksPath,
  mappingSets,
  unlinked,
} from '../publish/crosswalk.ts';
import { inLanguage, page } from './layout.tsx';
import { linkTexts } from './link-texts.ts';
import { Name } from './parts.tsx';
import { ResolveForm } from './resolve-page.tsx';
import type { Language } from './texts.ts';
import type { View } from './view.ts';

/** What the graph is linked to, and how others link to it. */
export function linksPage(view: View, language: Language): string {
  const words = linkTexts[language];
  const rows = crosswalk(view.index);
  const without = unlinked(view.index, rows);
  const disagreeing = conflicts(rows);
  const [first] = mappingSets(view.index);
  const part = view.dataset.inputs.find(({ graph }) => graph === first?.iri)?.part;
  const mine = `${view.publicUrl}/reconcile`;
  return page({
    view,
    language,
    title: words.links,
    path: linksPath,
    children: (
      <>
        <h1>{words.links}</h1>
        <p class="lead">{words.linksText}</p>
        <ResolveForm language={language} />
        <h2>{words.catalogues}</h2>
        <div class="wide">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.catalogue}</th>
                <th scope="col">{words.linkCount}</th>
                <th scope="col">{words.thingCount}</th>
                <th scope="col">{words.download}</th>
              </tr>
            </thead>
            <tbody>
              {mappingSets(view.index).map(({ iri, name, slots }) => {
                const own = rows.filter(({ catalogue }) => catalogue === name);
                return (
                  <tr key={iri}>
                    <td>
                      <Name view={view} iri={iri} language={language} />
                      <div class="meta">
                        {view.index.text(iri, language)}{' '}
                        {slots['license'] !== undefined && (
                          <>
                            {words.license}: <a href={String(slots['license'])}>{String(slots['license'])}</a>
                          </>
                        )}
                      </div>
                    </td>
                    <td>{own.length}</td>
                    <td>{new Set(own.map((row) => row.iri)).size}</td>
                    <td>
                      <a href={`/links/${name}.sssom.tsv`}>SSSOM</a>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
        <p>
          {words.whole}: <a href="/links/crosswalk.csv">CSV</a> · <a href="/links/crosswalk.json">JSON</a> ·{' '}
          <a href="/links/all.sssom.tsv">SSSOM</a>
          {part !== undefined && (
            <>
              . <a href={`${inLanguage('/dumps/', language)}#${part}`}>{words.withVersions}</a>
            </>
          )}
        </p>
        <h2>{words.linksets}</h2>
        <p>{words.linksetsText}</p>
        <div class="wide">
          <table>
            <tbody>
              {linksets(view.index).map(({ target, links }) => (
                <tr key={target}>
                  <td>{target}</td>
                  <td>{links}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        {disagreeing.length > 0 && (
          <>
            <h2>{words.conflicts}</h2>
            <p>{words.conflictsText}</p>
            <ul class="conflicts">
              {disagreeing.map((conflict) => (
                <Disagreement key={conflict.iri} view={view} conflict={conflict} language={language} />
              ))}
            </ul>
          </>
        )}
        <h2 id="reconciliation">{words.openRefine}</h2>
        <p>{words.openRefineText}</p>
        <p>
          <code>{mine}</code>
        </p>
        <p>{words.reconciliationText}</p>
        <p>
          <code>{`${mine}/v1`}</code>
        </p>
        <h2>
          {words.unlinked} ({without.length})
        </h2>
        <details>
          <summary>{words.show}</summary>
          <ul>
            {without.map((iri) => (
              <li key={iri}>
                <Name view={view} iri={iri} language={language} />
              </li>
            ))}
          </ul>
        </details>
      </>
    ),
  });
}

/** One thing, with each of its entries: what it is called there, how close it is, how sure that is, and why. */
const Disagreement = ({ view, conflict, language }: { view: View; conflict: Conflict; language: Language }) => {
  const words = linkTexts[language];
  return (
    <li>
      <Name view={view} iri={conflict.iri} language={language} />
      <ul>
        {conflict.rows.map((row: CrosswalkRow) => (
          <li key={row.identifier}>
            {row.url ? <a href={row.url}>{row.identifier}</a> : row.identifier}{' '}
            <span class="meta">
              {row.relation}, {words.confidence} {row.confidence}
            </span>
            {row[`note_${language}`] && <p class="note">{row[`note_${language}`]}</p>}
          </li>
        ))}
      </ul>
    </li>
  );
};
