import type { VNode } from 'preact';
import { cataloguePath } from '../publish/catalogue/records.ts';
import { graphStorePath } from '../publish/graph-statistics.ts';
import { apiTexts } from './api-texts.ts';
import { page } from './layout.tsx';
import { type RequestExample, requestWriters } from './request-snippets.ts';
import { snippetWriters } from './snippets.ts';
import type { Language } from './texts.ts';
import { baseOf, localPath, type View } from './view.ts';

/** What the examples are about. */
export interface ApiExamples {
  /** A thing of the graph, a list that it is in, and an identifier that it has elsewhere. */
  readonly listed:
    | { readonly thing: string; readonly collection: string; readonly identifier: string | undefined }
    | undefined;
  /** A graph with a name. */
  readonly graph: string | undefined;
  readonly query: string;
}

type Topic = Exclude<keyof (typeof apiTexts)['en'], 'title' | 'lead' | 'copy' | 'copied' | 'runnable' | 'outline'>;

/** One way of asking, in several programming languages. */
export interface ApiExample {
  readonly topic: Topic;
  readonly code: readonly { readonly name: string; readonly label: string; readonly code: string }[];
}

/** The examples on the page, with addresses of this instance. */
export function apiExamples(view: View, examples: ApiExamples): ApiExample[] {
  const { publicUrl, dataset } = view;
  const { listed, graph, query } = examples;
  const name = listed ? (view.index.label(listed.thing, 'en') ?? listed.thing) : '';
  const ask = (topic: Topic, request: RequestExample): ApiExample => ({
    topic,
    code: requestWriters.map(({ name: writer, label, write }) => ({ name: writer, label, code: write(request) })),
  });
  const file = `${dataset.publication?.name ?? 'data'}.nq.gz`;
  const names = JSON.stringify({ a: { query: name } });
  return [
    {
      topic: 'sparql',
      code: snippetWriters.map(({ name: writer, label, write }) => ({
        name: writer,
        label,
        code: write({ endpoint: `${publicUrl}/sparql`, query, kind: 'rows' }),
      })),
    },
    ...(listed
      ? [
          ask('thing', { url: `${publicUrl}/${localPath(view, listed.thing)}`, accept: 'application/ld+json' }),
          ask('list', { url: `${publicUrl}/${listed.collection}?page=1`, accept: 'text/turtle' }),
          ask('search', { url: `${publicUrl}/search.json?q=${encodeURIComponent(name)}` }),
          ask('reconcile', { url: `${publicUrl}/reconcile`, form: { queries: names } }),
        ]
      : []),
    ...(listed?.identifier
      ? [
          ask('resolve', {
            url: `${publicUrl}/resolve?id=${encodeURIComponent(listed.identifier)}`,
            accept: 'text/turtle',
          }),
        ]
      : []),
    ask('dumps', { url: `${publicUrl}/dumps/${file}`, file }),
    ...(graph
      ? [
          ask('graphs', {
            url: `${publicUrl}${graphStorePath}?graph=${encodeURIComponent(graph)}`,
            accept: 'text/turtle',
          }),
        ]
      : []),
    ...(dataset.publication?.catalogue
      ? [ask('catalogue', { url: publicUrl + cataloguePath, accept: 'text/turtle' })]
      : []),
    ask('changes', { url: `${publicUrl}/changes.atom` }),
  ];
}

/** How programs use this instance: each interface with code that runs as it stands. */
export function apiPage(view: View, examples: ApiExamples, language: Language): string {
  const words = apiTexts[language];
  const shown = apiExamples(view, examples);
  return page({
    view,
    language,
    title: words.title,
    path: '/api',
    children: (
      <>
        <h1>{words.title}</h1>
        <p class="lead">{words.lead}</p>
        <nav aria-label={words.outline}>
          <ul class="outline">
            {shown.map(({ topic }) => (
              <li key={topic}>
                <a href={`#${topic}`}>{words[topic].title}</a>
              </li>
            ))}
          </ul>
        </nav>
        {shown.map((each) => (
          <section key={each.topic} id={each.topic}>
            <h2>{words[each.topic].title}</h2>
            <p>{words[each.topic].text}</p>
            {each.code.map((code, index) => (
              <Code key={code.name} {...code} topic={each.topic} open={index === 0} language={language} />
            ))}
          </section>
        ))}
        <p class="meta">
          {words.runnable} <code>{baseOf(view)}</code>
        </p>
      </>
    ),
  });
}

/** Code in one language; of those with one topic, one is open at a time. */
function Code({
  name,
  label,
  code,
  topic,
  open,
  language,
}: ApiExample['code'][number] & { topic: string; open: boolean; language: Language }): VNode {
  const words = apiTexts[language];
  const id = `${topic}-${name}`;
  return (
    <details class="code" name={topic} open={open}>
      <summary>{label}</summary>
      <button type="button" class="quiet" data-copy={id} data-done={words.copied} hidden>
        {words.copy}
      </button>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard. */}
      <pre id={id} tabIndex={0}>
        <code>{code}</code>
      </pre>
    </details>
  );
}
