/** A request to be made from a program. */
export interface RequestExample {
  readonly url: string;
  readonly accept?: string;
  /** Fields of a form, sent by POST. */
  readonly form?: Readonly<Record<string, string>>;
  /** The name of the file to which the answer goes; printed if left out. */
  readonly file?: string;
}

/** A way to make a request from a program. */
interface RequestWriter {
  readonly name: string;
  readonly label: string;
  readonly write: (example: RequestExample) => string;
}

/** The ways to make a request from a program, with nothing but what comes with each language. */
export const requestWriters: readonly RequestWriter[] = [
  { name: 'curl', label: 'curl', write: writeCurl },
  { name: 'python', label: 'Python', write: writePython },
  { name: 'r', label: 'R', write: writeR },
  { name: 'javascript', label: 'JavaScript', write: writeJavaScript },
];

/** A word of a POSIX shell: within single quotes nothing means anything but the quote that ends them. */
const shell = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
/** A text of Python, R or JavaScript: what JSON writes means the same in each. */
const text = (value: string): string => JSON.stringify(value);
const fields = (form: Readonly<Record<string, string>>, tie: string): string =>
  Object.entries(form)
    .map(([name, value]) => `${text(name)}${tie}${text(value)}`)
    .join(', ');

function writeCurl({ url, accept, form, file }: RequestExample): string {
  return [
    `curl --location ${shell(url)}`,
    ...(accept ? [`--header ${shell(`Accept: ${accept}`)}`] : []),
    ...Object.entries(form ?? {}).map(([name, value]) => `--data-urlencode ${shell(`${name}=${value}`)}`),
    ...(file ? [`--output ${shell(file)}`] : []),
  ].join(' \\\n  ');
}

function writePython({ url, accept, form, file }: RequestExample): string {
  const given = [
    text(url),
    ...(form ? [`urlencode({${fields(form, ': ')}}).encode("utf-8")`] : []),
    ...(accept ? [`headers={"Accept": ${text(accept)}}`] : []),
  ].join(', ');
  const read = file
    ? `with urlopen(request) as response, open(${text(file)}, "wb") as file:\n    shutil.copyfileobj(response, file)\n`
    : 'with urlopen(request) as response:\n    print(response.read().decode("utf-8"))\n';
  return `${file ? 'import shutil\n' : ''}${form ? 'from urllib.parse import urlencode\n' : ''}from urllib.request import Request, urlopen

request = Request(${given})
${read}`;
}

function writeR({ url, accept, form, file }: RequestExample): string {
  const address = form
    ? `address <- paste0(\n  ${text(url)}, "?",\n${Object.entries(form)
        .map(([name, value]) => `  ${text(`${name}=`)}, URLencode(${text(value)}, reserved = TRUE)`)
        .join(', "&",\n')}\n)`
    : `address <- ${text(url)}`;
  const headers = accept ? `, headers = c(Accept = ${text(accept)})` : '';
  const read = file
    ? `download.file(address, ${text(file)}, mode = "wb"${headers})`
    : `connection <- url(address${headers})\ncat(readLines(connection, encoding = "UTF-8", warn = FALSE), sep = "\\n")\nclose(connection)`;
  return `${address}\n${read}\n`;
}

function writeJavaScript({ url, accept, form, file }: RequestExample): string {
  const options = [
    ...(form ? ["method: 'POST'"] : []),
    ...(accept ? [`headers: { Accept: ${text(accept)} }`] : []),
    ...(form ? [`body: new URLSearchParams({ ${fields(form, ': ')} })`] : []),
  ];
  const given = options.length ? `, {\n${options.map((each) => `  ${each},\n`).join('')}}` : '';
  const read = file
    ? `await writeFile(${text(file)}, Buffer.from(await response.arrayBuffer()));`
    : 'console.log(await response.text());';
  return `${file ? `import { writeFile } from ${text('node:fs/promises')};\n\n` : ''}const response = await fetch(${text(url)}${given});
if (!response.ok) throw new Error(await response.text());
${read}
`;
}
