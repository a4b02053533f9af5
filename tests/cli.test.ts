import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canonicalNQuads } from '../src/rdf/canonical.ts';
import { type Format, findFormat, formats } from '../src/rdf/formats.ts';
import { readRdf } from '../src/rdf/read.ts';

const root = new URL('..', import.meta.url).pathname;
const main = path.join(root, 'dist/main.js');

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
const inFolder = (name: string): string => path.join(folder, name);
const write = (name: string, content: string): string => {
  mkdirSync(path.dirname(inFolder(name)), { recursive: true });
  writeFileSync(inFolder(name), content);
  return inFolder(name);
};

const children = new Set<ChildProcess>();
function start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
  const { PORT: _port, HOST: _host, PUBLIC_URL: _url, ...own } = process.env;
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, env: { ...own, LOG_LEVEL: 'silent', ...env } });
  children.add(child.on('exit', () => children.delete(child)));
  return child;
}

async function run(args: readonly string[], { input = '', env = {} } = {}): Promise<Ended> {
  const child = start(args, env);
  child.stdin?.end(input);
  const code = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout as never), text(child.stderr as never)]);
  return { code: await code, stdout, stderr };
}

const good = `@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

ex:a
  a ex:Thing ;
  rdfs:label "Zoë"@nl ;
  ex:knows ex:b ;
.

ex:b
  a ex:Thing ;
  rdfs:label "B"@en ;
.
`;
const sha256 = (lines: string): string => createHash('sha256').update(lines).digest('hex');
const passage = (name: string, from: number, to: number, hash: string): string => `@prefix ex: <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<http://example.org/${name}>
  a ex:Passage ; rdfs:label "${name}"@en ;
  ex:file "001.txt" ; ex:start ${from} ; ex:end ${to} ; ex:sha256 "${hash}" .
`;

/** A small publication of its own: a description, an ontology, a rule, a shape, a check query, and `things`. */
function publication(name: string, things: Record<string, string>): string {
  // Trees are of our own classes; and what is counted here is what is written here.
  const {
    trees: _trees,
    catalogueGraph: _graph,
    ...dataset
  } = JSON.parse(readFileSync(path.join(root, 'data/dataset.json'), 'utf8')) as Record<string, unknown>;
  const description = {
    ...dataset,
    base: 'http://example.org/',
    name: 'small',
    title: { en: 'Small graph', nl: 'Kleine graaf' },
    layers: [
      { name: 'ontology', files: 'ontology/*.ttl', graph: 'ontology' },
      { name: 'things', files: 'things/*.ttl', graph: 'graph/{1}', source: true },
    ],
    // An absolute path is as good as one in the folder.
    rules: path.join(root, 'data', String(dataset['rules'])),
    shapesRules: path.join(root, 'data', String(dataset['shapesRules'])),
    shapes: path.join(folder, name, 'shapes/*.ttl'),
    queries: 'queries',
    prefixes: { ex: 'http://example.org/', rdfs: 'http://www.w3.org/2000/01/rdf-schema#' },
    // They are about the project's own graph.
    trees: undefined,
    passages: undefined,
    pages: undefined,
    catalogueGraph: undefined,
  };
  write(
    `${name}/ontology/small.ttl`,
    `@prefix ex: <http://example.org/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
     ex:Thing rdfs:subClassOf ex:Being .`,
  );
  write(
    `${name}/shapes/labels.ttl`,
    `@prefix ex: <http://example.org/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
     @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
     ex:LabelShape a sh:NodeShape ; sh:targetClass ex:Being ; sh:property ex:LabelProperty .
     ex:LabelProperty sh:path rdfs:label ; sh:minCount 1 ;
       sh:message "Give the being a label."@en , "Geef het wezen een naam."@nl .`,
  );
  write(
    `${name}/queries/checks/lonely.rq`,
    `#+ title@en: Knows itself\n#+ title@nl: Kent zichzelf\nSELECT ?thing { ?thing <http://example.org/knows> ?thing }\n`,
  );
  write(
    `${name}/queries/examples/first.rq`,
    '#+ title@en: First\n#+ tags: first\nSELECT ?label # a note\nWHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label }\n',
  );
  write(
    `${name}/queries/server/passages.rq`,
    `PREFIX ex: <http://example.org/>
     SELECT ?passage ?file ?startLine ?endLine ?sha256 {
       ?passage a ex:Passage ; ex:file ?file ; ex:start ?startLine ; ex:end ?endLine ; ex:sha256 ?sha256 }`,
  );
  for (const [file, turtle] of Object.entries(things)) write(`${name}/things/${file}`, turtle);
  return write(`${name}/dataset.json`, JSON.stringify(description));
}

const unnamed = '@prefix ex: <http://example.org/> .\n\nex:nameless\n  a ex:Thing ;\n.\n';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cli-'));
  write('good.ttl', good);
  write('select.rq', 'SELECT ?name { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?name } ORDER BY ?name');
  write('construct.rq', 'CONSTRUCT WHERE { ?s ?p ?o }');
  write('ask.rq', 'ASK { ?s ?p ?o }');
  publication('sound', { 'good.ttl': good });
  publication('faulty', { 'good.ttl': good, 'faulty.ttl': unnamed });
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const parse = async (body: string, format: string, baseIRI = 'http://example.org/'): Promise<string> =>
  canonicalNQuads(await readRdf(body, findFormat(format) as Format, { source: 'stdout', baseIRI }));
const plain = (): string[] => ['--plain', '--data', 'good.ttl'];

describe('the command', () => {
  test.each([
    [['--help'], ['serve', 'check', 'query', 'dump']],
    [
      ['serve', '--help'],
      ['--port', '--host', '--public-url', '--allow-invalid', '--engine', '--workers', '--timeout', '--plain'],
    ],
    [
      ['check', '--help'],
      ['--sources', '--language', '--publication', '--data'],
    ],
    [
      ['query', '--help'],
      ['<file>', '--format', '"table"', '"json"', '"turtle"', '--graph', '--same-as', '--engine'],
    ],
    [
      ['dump', '--help'],
      ['--format', '--out', '"n-quads"'],
    ],
  ])('%j explains itself on stdout', async (args, words) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const word of words) expect(stdout).toContain(word);
  });

  test('--version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
    expect(await run(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  test.each([
    [[], /Usage/],
    [['publish'], /unknown command 'publish'/],
    [['dump', '--nothing'], /unknown option '--nothing'/],
    [['query'], /missing required argument 'file'/],
    [['query', 'ask.rq', '--format', 'pdf'], /'pdf' is invalid.*Allowed choices.*table/s],
    [['dump', '--format', 'csv'], /'csv' is invalid/],
    [['serve', '--port', '65536'], /whole number from 0 to 65535/],
    [['serve', '--port', 'x'], /whole number/],
    [['serve', '--workers', '0'], /whole number from 1 to 64/],
    [['serve', '--timeout', '0'], /number above 0/],
    // A timer of Node that is to wait for longer than three weeks does not wait at all.
    [['serve', '--timeout', 'Infinity'], /up to 86400, a day/],
    [['serve', '--stop-limit', '9999999'], /up to 86400, a day/],
    [['push', '--request-time', '9999999'], /up to 86400, a day/],
    [['serve', '--engine', 'other'], /'other' is invalid/],
    [['check', '--language', 'de'], /'de' is invalid/],
  ])('%j is called wrongly: exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test.each([
    [['dump', '--plain'], /--plain serves only what --data and --graph name/],
    [['dump', '--plain', '--data', 'nowhere.ttl'], /--data nowhere\.ttl: there is no such file/],
    [['dump', '--plain', '--graph', 'nonsense'], /--graph nonsense: give an absolute IRI/],
    [['dump', '--publication', 'nowhere.json'], /nowhere\.json: cannot be read as JSON/],
    [['query', 'nowhere.rq', '--plain', '--data', 'good.ttl'], /nowhere\.rq: the query file cannot be read \(ENOENT\)/],
  ])('%j names what is not there: exit code 2, in one line without a stack', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('query', () => {
  test('writes a table, and nothing else, to stdout', async () => {
    expect(await run(['query', 'select.rq', ...plain()])).toEqual({
      code: 0,
      stdout: 'name\n----\nB\nZoë\n',
      stderr: '',
    });
  });

  test('asks what the dataset says of itself too, where it has a graph for that', async () => {
    const described = JSON.parse(readFileSync(publication('described', { 'good.ttl': good }), 'utf8'));
    write('described/dataset.json', JSON.stringify({ ...described, catalogueGraph: 'about' }));
    const query = `SELECT ?n ?counted {
      GRAPH <http://example.org/about> { <http://example.org/dataset> <http://rdfs.org/ns/void#triples> ?n }
      { SELECT (COUNT(*) AS ?counted) { ?s ?p ?o } }
    }`;
    const args = ['query', '-', '--publication', 'described/dataset.json', '--format', 'csv'];
    const { stdout } = await run(args, { input: query });
    const [, n, counted] = /^n,counted\r?\n(\d+),(\d+)\r?\n$/.exec(stdout) ?? [];
    expect(Number(n), stdout).toBeGreaterThan(8);
    expect(counted).toBe(n);
  });

  test('shortens IRIs in a table by the prefixes of the publication', async () => {
    const args = ['query', '-', '--publication', 'sound/dataset.json'];
    const { stdout } = await run(args, { input: 'SELECT * { ?a <http://example.org/knows> ?b }' });
    expect(stdout).toBe('a     b\n----  ----\nex:a  ex:b\n');
  });

  test('takes the query from standard input, in UTF-8', async () => {
    const input = 'SELECT ?s { ?s ?p "Zoë"@nl }';
    expect(await run(['query', '-', '--format', 'csv', ...plain()], { input })).toEqual({
      code: 0,
      stdout: 's\r\nhttp://example.org/a\r\n',
      stderr: '',
    });
  });

  test.each([
    ['json', /^\{.*"value":"Zoë".*\}\n$/s],
    ['xml', /<literal xml:lang="nl">Zoë<\/literal>/],
    ['csv', /^name\r\nB\r\nZoë\r\n$/],
    ['tsv', /^\?name\n"B"@en\n"Zoë"@nl\n$/],
  ])('writes rows as %s', async (format, expected) => {
    const { code, stdout, stderr } = await run(['query', 'select.rq', '--format', format, ...plain()]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(expected);
  });

  test.each(formats.map(({ name }): [string] => [name]))('writes a graph as %s', async (format) => {
    const { code, stdout } = await run(['query', 'construct.rq', '--format', format, ...plain()]);
    expect(code).toBe(0);
    expect(await parse(stdout, format)).toBe(await parse(good, 'turtle'));
  });

  test.each([
    ['table', 'true\n'],
    ['csv', 'true\n'],
  ])('answers ASK as %s', async (format, expected) => {
    expect((await run(['query', 'ask.rq', '--format', format, ...plain()])).stdout).toBe(expected);
  });

  test.each(['oxigraph', 'comunica'])('asks %s', async (engine) => {
    const { stdout } = await run(['query', 'select.rq', '--engine', engine, '--format', 'csv', ...plain()]);
    expect(stdout).toBe('name\r\nB\r\nZoë\r\n');
  });

  test('reads named graphs as told', async () => {
    const input = 'SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g';
    const args = ['query', '-', '--format', 'csv', '--plain', '--graph', 'http://example.org/g=good.ttl'];
    expect((await run(args, { input })).stdout).toBe('g,n\r\nhttp://example.org/g,5\r\n');
  });

  test.each([
    ['SELECT ?x\nWHER { ?s ?p ?o }', /line 2, column 6, at "\{ \?s \?p \?o \}"/],
    ['DROP ALL', /DROP is an update/],
  ])('refuses %j with exit code 1', async (input, message) => {
    const { code, stdout, stderr } = await run(['query', '-', ...plain()], { input });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('refuses to ask others unless it is told whom', async () => {
    const input = 'SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }';
    const { code, stdout, stderr } = await run(['query', '-', ...plain()], { input });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/\(SERVICE\).*--federation/);
  });

  test('stops a query at its time limit', async () => {
    const input = `SELECT (COUNT(*) AS ?n) { ${'abcdefghijklmnopqrst'.replace(/./g, '?s$& ?p$& ?o$& . ')} }`;
    const { code, stdout, stderr } = await run(['query', '-', '--timeout', '0.3', ...plain()], { input });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('stopped after 0.3 s');
  });
});

describe('broken files', () => {
  test.each([
    ['broken/unclosed.ttl', '@prefix ex: <http://example.org/> .\n\nex:a ex:b "c ;\n  ex:d ex:e .\n', '3:11', '"c'],
    ['broken/stop.ttl', '@prefix ex: <http://example.org/> .\nex:a ex:b ex:c\nex:d ex:e ex:f .\n', '3:1', 'ex:d'],
    ['broken/prefix.ttl', 'ex:a <http://example.org/b> 1 .\n', '1:1', 'ex:'],
    ['broken/iri.ttl', '<http://example.org/a> <b c> 1 .\n', '1:24', '<b'],
  ])('%s is named with line, column and token', async (file, turtle, place, token) => {
    write(file, turtle);
    const { code, stdout, stderr } = await run(['dump', '--plain', '--data', file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain(`${file}:${place}: `);
    expect(stderr).toContain(token);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  test.each(['dump', 'check', 'serve'])('two of them are both reported by %s', async (command) => {
    const name = `two-broken-${command}`;
    publication(name, { 'good.ttl': good, 'x.ttl': '<a> <b> .\n', 'y.ttl': '\n<a> "b" <c> .\n' });
    const { code, stdout, stderr } = await run([command, '--publication', `${name}/dataset.json`]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^${name}/things/x\\.ttl:1:9: .+\n${name}/things/y\\.ttl:2:5: .+\n$`));
  });

  test('a broken shape is named by check', async () => {
    publication('bad-shape', { 'good.ttl': good });
    write('bad-shape/shapes/labels.ttl', '\n<a> <b> .\n');
    const { code, stderr } = await run(['check', '--publication', 'bad-shape/dataset.json']);
    expect(code).toBe(1);
    expect(stderr).toContain('bad-shape/shapes/labels.ttl:2:9: ');
  });
});

describe('check', () => {
  const check = (name: string, ...args: string[]): Promise<Ended> =>
    run(['check', '--publication', `${name}/dataset.json`, ...args]);

  test('has nothing to say of a sound graph', async () => {
    expect(await check('sound')).toEqual({
      code: 0,
      stdout: '',
      // ex:a and ex:b are beings too.
      stderr: '2 files, 6 triples asserted, 2 inferred: no faults.\n',
    });
  });

  test.each([
    ['en', 'Give the being a label.'],
    ['nl', 'Geef het wezen een naam.'],
  ])('finds what breaks a shape, with file and line, in %s', async (language, message) => {
    const { code, stdout, stderr } = await check('faulty', '--language', language);
    expect(code).toBe(1);
    expect(stdout).toBe(`faulty/things/faulty.ttl:3: violation: <http://example.org/nameless> ${message}\n`);
    expect(stderr).toContain(': 1 faults');
  });

  test('says of a warning what it is, and goes well', async () => {
    publication('warned', { 'faulty.ttl': unnamed });
    const shape = readFileSync(inFolder('warned/shapes/labels.ttl'), 'utf8');
    write('warned/shapes/labels.ttl', shape.replace('sh:minCount 1', 'sh:severity sh:Warning ; sh:minCount 1'));
    const { code, stdout, stderr } = await check('warned');
    expect(code).toBe(0);
    expect(stdout).toContain('warned/things/faulty.ttl:3: warning: <http://example.org/nameless>');
    expect(stderr).toMatch(/: no faults, 1 /);
  });

  test('asks the check queries', async () => {
    publication('selfish', { 'good.ttl': good.replace('ex:knows ex:b', 'ex:knows ex:a') });
    expect(await check('selfish')).toMatchObject({ code: 1, stdout: 'Knows itself: http://example.org/a\n' });
    expect((await check('selfish', '--language', 'nl')).stdout).toBe('Kent zichzelf: http://example.org/a\n');
  });

  test('checks what --data adds', async () => {
    write('added.ttl', unnamed);
    const { code, stdout } = await check('sound', '--data', 'added.ttl');
    expect(code).toBe(1);
    expect(stdout).toContain('<http://example.org/nameless> Give the being a label.');
  });

  test('compares passages with their sources', async () => {
    write('texts/001.txt', 'Onze missie\n\nWij zorgen.\nÉn wij onderzoeken.\n');
    const first = passage('p1', 1, 1, sha256('Onze missie'));
    publication('cited', {
      'p1.ttl': first,
      'p2.ttl': passage('p2', 3, 4, sha256('Wij zorgen.\nÉn wij onderzoeken.')),
    });
    expect(await check('cited', '--sources', 'texts')).toMatchObject({ code: 0, stdout: '' });
    publication('miscited', { 'p1.ttl': first, 'p2.ttl': passage('p2', 3, 3, '0'.repeat(64)) });
    expect(await check('miscited')).toMatchObject({ code: 0, stdout: '' });
    const { code, stdout, stderr } = await check('miscited', '--sources', 'texts');
    expect(code).toBe(1);
    expect(stdout.trim().split('\n')).toEqual([
      `001.txt:3: <http://example.org/p2> has SHA-256 ${'0'.repeat(64)}, but its lines 3 to 3 have ${sha256('Wij zorgen.')}.`,
      '001.txt:4: the line is in no passage.',
    ]);
    expect(stderr).toContain(': 2 faults');
  });

  test('says that a source is missing', async () => {
    publication('lost', { 'p1.ttl': passage('p1', 1, 1, sha256('x')) });
    mkdirSync(inFolder('other-texts'), { recursive: true });
    writeFileSync(inFolder('other-texts/002.txt'), 'x');
    const { code, stdout } = await check('lost', '--sources', 'other-texts');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^001\.txt: the source file is missing\./);
  });
});

describe('dump', () => {
  test.each(
    formats.map(({ name }): [string] => [name]),
  )('writes %s to stdout, twice the same bytes', async (format) => {
    const args = ['dump', '--format', format, ...plain()];
    const [first, second] = await Promise.all([run(args), run(args)]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(second).toEqual(first);
    expect(await parse(first.stdout, format)).toBe(await parse(good, 'turtle'));
  });

  test('writes Turtle when no format is said, inferences included', async () => {
    const { stdout } = await run(['dump', '--publication', 'sound/dataset.json']);
    const expected = `${good} ex:a a ex:Being . ex:b a ex:Being . ex:Thing rdfs:subClassOf ex:Being .`;
    expect(await parse(stdout, 'turtle')).toBe(await parse(expected, 'turtle'));
  });

  test('writes every dump into a folder, twice the same bytes', async () => {
    for (const out of ['out/one', 'out/two']) {
      const { code, stdout, stderr } = await run(['dump', '--publication', 'sound/dataset.json', '--out', out]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
      expect(stderr).toMatch(/^small\.ttl: \d+ bytes\n/);
    }
    const names = readdirSync(inFolder('out/one'));
    for (const { extension } of formats)
      for (const ending of ['', '.gz', '.br']) {
        expect(names).toContain(`small.${extension}${ending}`);
        expect(names).toContain(`small-inferred.${extension}${ending}`);
      }
    expect(readdirSync(inFolder('out/two'))).toEqual(names);
    for (const name of names) {
      const [one, two] = ['one', 'two'].map((each) => readFileSync(inFolder(`out/${each}/${name}`)));
      expect(one?.equals(two as Buffer), name).toBe(true);
      if (name.endsWith('.gz'))
        expect(gunzipSync(one as Buffer)).toEqual(readFileSync(inFolder(`out/one/${name.slice(0, -3)}`)));
    }
  });

  test('writes one part, which has a name', async () => {
    const part = ['dump', '--publication', 'sound/dataset.json', '--part'];
    const { code, stdout } = await run([...part, 'inferred', '--format', 'n-triples']);
    expect(code).toBe(0);
    const inferred = 'ex:a a ex:Being . ex:b a ex:Being . ex:Thing rdfs:subClassOf ex:Being .';
    expect(stdout.trim().split('\n').length).toBeGreaterThan(0);
    const known = (await parse(`${good} ${inferred}`, 'turtle')).split('\n');
    for (const line of (await parse(stdout, 'n-triples')).split('\n')) expect(known).toContain(line);
    expect(await run([...part, 'whole', '--format', 'n-quads'])).toEqual(
      await run(['dump', '--publication', 'sound/dataset.json', '--format', 'n-quads']),
    );
    const wrong = await run([...part, 'nowhere']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toContain('There are whole, ');
  });

  test('writes checksums that sha256sum finds right', async () => {
    await run(['dump', '--publication', 'sound/dataset.json', '--out', 'out/sums', '--part', 'inferred']);
    const said = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: inFolder('out/sums') });
    const files = readdirSync(inFolder('out/sums')).filter((file) => file !== 'SHA256SUMS');
    expect(String(said).trim().split('\n').sort()).toEqual(files.map((file) => `${file}: OK`).sort());
    expect(files).toHaveLength(18);
  });

  test('writes one format into a folder', async () => {
    await run(['dump', ...plain(), '--format', 'trig', '--out', 'out/trig']);
    expect(readdirSync(inFolder('out/trig')).sort()).toEqual([
      'SHA256SUMS',
      'dataset.trig',
      'dataset.trig.br',
      'dataset.trig.gz',
    ]);
  });

  test('a large dump arrives whole through a pipe', async () => {
    const lines = Array.from({ length: 30_000 }, (_, n) => `<http://example.org/${n}> <http://example.org/n> "${n}" .`);
    write('large.nt', `${lines.join('\n')}\n`);
    const { code, stdout } = await run(['dump', '--format', 'n-triples', '--plain', '--data', 'large.nt']);
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').sort()).toEqual([...lines].sort());
  });
});

describe('serve', () => {
  const listen = (port = 0): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer().on('error', reject);
      server.listen(port, '127.0.0.1', () => resolve(server));
    });
  const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  async function freePort(): Promise<number> {
    const server = await listen();
    const { port } = server.address() as AddressInfo;
    await close(server);
    return port;
  }

  /** Starts a server and waits for its greeting. */
  async function greeted(
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<{ greeting: string; stop: (signal: NodeJS.Signals) => Promise<{ code: number | null; stdout: string }> }> {
    const child = start(['serve', '--workers', '1', ...args], env);
    const stdout = text(child.stdout as never);
    const code = new Promise<number | null>((resolve) => child.on('close', resolve));
    let greeting = '';
    await new Promise<void>((resolve, reject) => {
      child.stderr?.on('data', (chunk: Buffer) => {
        greeting += String(chunk);
        if (/^Try: .*\n/m.test(greeting)) resolve();
      });
      void code.then((ended) => reject(new Error(`serve ended with ${ended}: ${greeting}`)));
    });
    const stop = async (signal: NodeJS.Signals) => {
      child.kill(signal);
      return { code: await code, stdout: await stdout };
    };
    return { greeting, stop };
  }

  test('greets, listens where --port says though PORT says otherwise, and ends well on SIGTERM', async () => {
    const [port, other] = [await freePort(), await freePort()];
    const args = ['--publication', 'sound/dataset.json', '--port', String(port)];
    const { greeting, stop } = await greeted(args, { PORT: String(other) });
    expect(greeting).toMatch(
      /^Loaded files: ontology 1, things 1\. Graph: 6 triples asserted, 2 inferred, in \d+\.\d s\. Version [0-9a-f]{16}\.$/m,
    );
    for (const address of [
      'Pages   http://localhost:@/',
      'SPARQL  http://localhost:@/sparql',
      'Dumps   http://localhost:@/dumps/',
    ])
      expect(greeting).toContain(`  ${address.replace('@', String(port))}\n`);
    // The command to try works as it stands.
    const [, url, query] =
      /^Try: curl (\S+) -H 'Accept: text\/csv' --data-urlencode 'query=(.*)'$/m.exec(greeting) ?? [];
    const body = new URLSearchParams({ query: String(query) });
    const answer = await fetch(String(url), { method: 'POST', headers: { Accept: 'text/csv' }, body });
    expect((await answer.text()).split('\r\n').sort()).toEqual(['', 'B', 'Zoë', 'label']);
    await expect(fetch(`http://127.0.0.1:${other}/`)).rejects.toThrow();
    expect(await stop('SIGTERM')).toEqual({ code: 0, stdout: '' });
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
  });

  test.each([
    'SIGTERM',
    'SIGINT',
  ] as const)('listens where PORT says, and ends well on %s while it answers', async (signal) => {
    const port = await freePort();
    const env = { PORT: String(port), PUBLIC_URL: 'https://example.org/graph/' };
    const { greeting, stop } = await greeted(plain(), env);
    expect(greeting).toContain('  SPARQL  https://example.org/graph/sparql\n');
    const query = `SELECT (COUNT(*) AS ?n) { ${'abcdefghijklmnopqrst'.replace(/./g, '?s$& ?p$& ?o$& . ')} }`;
    const answer = fetch(`http://127.0.0.1:${port}/sparql?${new URLSearchParams({ query })}`).catch(() => undefined);
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect(await stop(signal)).toEqual({ code: 0, stdout: '' });
    await answer;
  });

  // It went on listening, answered nobody and never ended.
  test('ends when what it needs for pages cannot be read', async () => {
    const file = publication('pageless', { 'good.ttl': good });
    writeFileSync(file, readFileSync(file, 'utf8').replace('{', '{"pages":"absent.json",'));
    const { code, stderr } = await run(['serve', '--port', '0', '--publication', file]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/absent\.json: cannot be read/) });
  });

  test('says that a port is taken, and what to do', async () => {
    const server = await listen();
    const { port } = server.address() as AddressInfo;
    try {
      const { code, stdout, stderr } = await run(['serve', '--port', String(port), ...plain()]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toBe(`Port ${port} is in use. Stop what listens there, or choose another with --port.\n`);
    } finally {
      await close(server);
    }
  });

  test('refuses a graph that breaks its shapes, with the report', async () => {
    const { code, stdout, stderr } = await run(['serve', '--port', '0', '--publication', 'faulty/dataset.json']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('faulty/things/faulty.ttl:3: violation: <http://example.org/nameless> Give the being');
    expect(stderr).toMatch(/breaks its shapes in 1 place.*--allow-invalid/);
  });

  test('serves it all the same when told to', async () => {
    const { greeting, stop } = await greeted([
      '--port',
      '0',
      '--publication',
      'faulty/dataset.json',
      '--allow-invalid',
    ]);
    expect(greeting).toContain('violation: <http://example.org/nameless>');
    const url = /Pages {3}(\S+)/.exec(greeting)?.[1] ?? '';
    expect(url).not.toContain(':0/');
    expect((await fetch(`${url}about/nameless`, { headers: { Accept: 'text/turtle' } })).status).toBe(200);
    expect((await stop('SIGTERM')).code).toBe(0);
  });
});

describe('when the reader has seen enough and goes, as head does,', () => {
  // The dump once ended in a stack trace: only the commands that wrote piece by piece expected it.
  const described = (): string => publication('head', { 'data/things.ttl': good });
  test.each<[string, () => string[]]>([
    ['dump', () => ['dump', '--publication', described()]],
    ['dump, line by line', () => ['dump', '--format', 'n-quads', '--plain', '--data', write('head.ttl', good)]],
    ['query', () => ['query', '--plain', '--data', write('head.ttl', good), write('head.rq', 'SELECT * { ?s ?p ?o }')]],
    ['coverage', () => ['coverage']],
    ['diff', () => ['diff', write('head.ttl', good), write('tail.ttl', good.replace('Zoë', 'Zoe'))]],
    ['import', () => ['import', 'ror', write('ror.jsonl', '{"id":"https://ror.org/05xvt9f17","names":[]}')]],
    ['fair', () => ['fair', '--list']],
    ['help', () => ['--help']],
  ])('%s ends quietly', async (_, args) => {
    const child = start(args());
    child.stdout?.destroy();
    const code = new Promise<number | null>((resolve) => child.on('close', resolve));
    const said = await text(child.stderr as never);
    expect(await code, said).toBe(141);
    expect(said).not.toMatch(/EPIPE|\bat .*:\d+:\d+/);
  });
});
