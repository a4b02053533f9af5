import type { VNode } from 'preact';
import { checksumFile, type DumpFile, type KeptDumps } from '../publish/dumps.ts';
import { graphStorePath } from '../publish/graph-statistics.ts';
import { fileFormatOf, isGraphFormat } from '../publish/link-tables.ts';
import type { Part } from '../publish/parts.ts';
import { changesPath } from './changes-paths.tsx';
import { dumpTexts } from './dump-texts.ts';
import { inLanguage, page } from './layout.tsx';
import { type Language, texts } from './texts.ts';
import type { View } from './view.ts';

/** Where a version's dumps are listed. */
export const versionPath = (version: string): string => `/dumps/${version}/`;

/** Where a dump is, for good. */
export const dumpPath = (version: string, file: string): string => versionPath(version) + encodeURIComponent(file);

/** The dumps of a version, part by part, and the versions that there are. */
export function dumpsPage(view: View, dumps: KeptDumps, versions: readonly string[], language: Language): string {
  const words = { ...texts[language], ...dumpTexts[language] };
  const { version, modified, parts } = dumps;
  const isCurrent = version === view.dataset.version;
  return page({
    view,
    language,
    path: isCurrent ? '/dumps/' : versionPath(version),
    title: isCurrent ? words.dumps : `${words.dumps}, ${words.version} ${version}`,
    children: (
      <>
        <h1>{words.dumps}</h1>
        <p class="lead">{words.lead}</p>
        <p class="meta">
          {words.version} <a href={inLanguage(versionPath(version), language)}>{version}</a>,{' '}
          {isCurrent ? words.current : words.earlier},{' '}
          <time dateTime={modified.toISOString()}>
            {new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: 'UTC' }).format(modified)}
          </time>
          . <a href={versionPath(version) + checksumFile}>{checksumFile}</a>: {words.checksums}
        </p>
        {parts
          .filter(({ name }) => name === '')
          .map((part) => (
            <PartDumps key={part.name} dumps={dumps} part={part} language={language} />
          ))}
        {parts.length > 1 && <h2>{words.parts}</h2>}
        {parts
          .filter(({ name }) => name !== '')
          .map((part) => (
            <PartDumps key={part.name} dumps={dumps} part={part} language={language} />
          ))}
        <h2>{words.versions}</h2>
        <p>{words.versionsText}</p>
        <ul>
          {versions.map((each) => (
            <li key={each}>
              <a href={inLanguage(versionPath(each), language)}>{each}</a>
              {each === view.dataset.version && `, ${words.current}`}
            </li>
          ))}
        </ul>
        <p>
          <a href={inLanguage(changesPath, language)}>{words.changes}</a>
        </p>
        <p>
          <a href={inLanguage(graphStorePath, language)}>{words.graphs}</a>: {words.graphsText}
        </p>
      </>
    ),
  });
}

/** The files of a part. The whole graph is open to see; its parts are unfolded by who wants one. */
function PartDumps({ dumps, part, language }: { dumps: KeptDumps; part: Part; language: Language }): VNode {
  const words = { ...texts[language], ...dumpTexts[language] };
  const number = new Intl.NumberFormat(language);
  const count = (
    <span class="meta">
      {number.format(part.triples)} {words.triples.toLowerCase()}
    </span>
  );
  if (part.name === '')
    return (
      <section id="whole">
        <h2>{words.whole}</h2>
        <p>{count}</p>
        <Files dumps={dumps} part={part} language={language} />
      </section>
    );
  return (
    <details class="part" id={part.name}>
      <summary>
        <h3>{inText(part.title, language)}</h3> {count}
      </summary>
      <p>{inText(part.description, language)}</p>
      <Files dumps={dumps} part={part} language={language} />
    </details>
  );
}

function Files({ dumps, part, language }: { dumps: KeptDumps; part: Part; language: Language }): VNode {
  const words = { ...texts[language], ...dumpTexts[language] };
  const number = new Intl.NumberFormat(language);
  const files = dumps.files.filter((each) => each.part === part.name);
  const plainFiles = files.filter(({ coding }) => coding === undefined);
  return (
    <>
      <div class="wide">
        <table class="files">
          <thead>
            <tr>
              <th scope="col">{words.format}</th>
              <th scope="col" class="number">
                {words.held}
              </th>
              {[words.plain, 'gzip', 'brotli'].map((each) => (
                <th key={each} scope="col" class="number">
                  {each}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {plainFiles.map((plain) => (
              <tr key={plain.file}>
                <th scope="row">
                  {fileFormatOf(plain.format).label}
                  {!isGraphFormat(plain.format) && <div class="meta">{words.table}</div>}
                  {plain.statements && <div class="meta">{words[plain.statements]}</div>}
                </th>
                <td class="number">{number.format(plain.triples)}</td>
                {[undefined, 'gzip', 'br'].map((coding) => (
                  <td key={coding} class="number">
                    <FileLink
                      version={dumps.version}
                      file={files.find((each) => sameText(each, plain) && each.coding === coding)}
                      language={language}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <details>
        <summary>{words.digests}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard. */}
        <pre tabIndex={0}>{plainFiles.map(({ sha256, file }) => `${sha256}  ${file}\n`)}</pre>
      </details>
    </>
  );
}

const sameText = (a: DumpFile, b: DumpFile): boolean => a.format === b.format && a.statements === b.statements;

const inText = (text: Part['title'], language: Language): string | undefined =>
  text[language] ?? Object.values(text)[0];

function FileLink(props: { version: string; file: DumpFile | undefined; language: Language }): VNode | null {
  const { version, file, language } = props;
  if (!file) return null;
  return (
    <a href={dumpPath(version, file.file)} title={file.file}>
      <span class="unseen">{file.file}, </span>
      {sizeOf(file.bytes, language)}
    </a>
  );
}

function sizeOf(bytes: number, language: Language): string {
  const [unit, divisor] = bytes < 1e6 ? ['kilobyte', 1e3] : ['megabyte', 1e6];
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: unit as string,
    maximumSignificantDigits: 3,
  }).format(bytes / Number(divisor));
}
