/** What a query is answered with: rows of values, yes or no, or triples. */
export type AnswerKind = 'rows' | 'boolean' | 'graph';

/** A query to be asked from a program. */
export interface SnippetOptions {
  /** The address of the SPARQL endpoint. */
  readonly endpoint: string;
  readonly query: string;
  readonly kind: AnswerKind;
  /** The version of the dataset that is asked; the current one if left out. */
  readonly version?: string | undefined;
}

/** A way to ask a query from a program. */
export interface SnippetWriter {
  readonly name: string;
  readonly label: string;
  readonly write: (options: SnippetOptions) => string;
}

/**
 * The ways to ask a query from a program. Nothing but what comes with each language is needed. Queries are sent as
 * content, which may be of any length; only R, which reads an address, sends them in one.
 */
export const snippetWriters = [
  { name: 'curl', label: 'curl', write: writeCurl },
  { name: 'python', label: 'Python', write: writePython },
  { name: 'r', label: 'R', write: writeR },
  { name: 'javascript', label: 'JavaScript', write: writeJavaScript },
] as const satisfies readonly SnippetWriter[];

const acceptFor = { rows: 'text/csv', boolean: 'application/sparql-results+json', graph: 'text/turtle' } as const;
const parsed = { ...acceptFor, rows: 'application/sparql-results+json' } as const;

/** A word of a POSIX shell: within single quotes nothing means anything but the quote that ends them. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function writeCurl({ endpoint, query, kind, version }: SnippetOptions): string {
  return [
    `curl ${shell(endpoint)}`,
    `--header ${shell(`Accept: ${acceptFor[kind]}`)}`,
    ...(version ? [`--data-urlencode ${shell(`version=${version}`)}`] : []),
    `--data-urlencode ${shell(`query=${query.trimEnd()}`)}`,
  ].join(' \\\n  ');
}

/** A text over several lines in Python; the line ends at both sides keep a quote in the text from ending it. */
const python = (text: string): string =>
  `"""\n${text.replaceAll('\\', '\\\\').replaceAll('"""', '\\"\\"\\"').trimEnd()}\n"""`;

function writePython({ endpoint, query, kind, version }: SnippetOptions): string {
  const read: Record<AnswerKind, string> = {
    rows: `with urlopen(request) as response:
    answer = json.load(response)
for row in answer["results"]["bindings"]:
    print({name: term["value"] for name, term in row.items()})`,
    boolean: `with urlopen(request) as response:
    print(json.load(response)["boolean"])`,
    graph: `with urlopen(request) as response:
    print(response.read().decode("utf-8"))`,
  };
  return `${kind === 'graph' ? '' : 'import json\n'}from urllib.parse import urlencode
from urllib.request import Request, urlopen

query = ${python(query)}
data = urlencode({"query": query${version ? `, "version": ${JSON.stringify(version)}` : ''}}).encode("utf-8")
request = Request(${JSON.stringify(endpoint)}, data, {"Accept": "${parsed[kind]}"})
${read[kind]}
`;
}

/** A raw text in R, with as many dashes as keep the text from ending it. */
function r(text: string): string {
  let dashes = '';
  while (text.includes(`)${dashes}"`)) dashes += '-';
  return `r"${dashes}(${text.trimEnd()})${dashes}"`;
}

function writeR({ endpoint, query, kind, version }: SnippetOptions): string {
  const format = { rows: 'csv', boolean: 'csv', graph: 'turtle' }[kind];
  const address = `address <- paste0(
  ${JSON.stringify(endpoint)},
  "?format=${format}${version ? `&version=${version}` : ''}&query=", URLencode(query, reserved = TRUE)
)`;
  const read: Record<AnswerKind, string> = {
    rows: 'rows <- read.csv(address, encoding = "UTF-8")\nprint(rows)',
    boolean: 'print(readLines(address, warn = FALSE))',
    graph: 'cat(readLines(address, encoding = "UTF-8", warn = FALSE), sep = "\\n")',
  };
  return `query <- ${r(query)}\n${address}\n${read[kind]}\n`;
}

/** A template literal of JavaScript. */
const javaScript = (text: string): string =>
  `\`\n${text.trimEnd().replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${')}\n\``;

function writeJavaScript({ endpoint, query, kind, version }: SnippetOptions): string {
  const read: Record<AnswerKind, string> = {
    rows: `const { results } = await response.json();
for (const row of results.bindings)
  console.log(Object.fromEntries(Object.entries(row).map(([name, term]) => [name, term.value])));`,
    boolean: `const { boolean } = await response.json();
console.log(boolean);`,
    graph: 'console.log(await response.text());',
  };
  return `const query = ${javaScript(query)};
const response = await fetch(${JSON.stringify(endpoint)}, {
  method: 'POST',
  headers: { Accept: '${parsed[kind]}' },
  body: new URLSearchParams({ query${version ? `, version: ${JSON.stringify(version)}` : ''} }),
});
if (!response.ok) throw new Error(await response.text());
${read[kind]}
`;
}
