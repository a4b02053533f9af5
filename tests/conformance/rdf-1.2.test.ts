import { Readable } from 'node:stream';
import type { Quad } from '@rdfjs/types';
import { TestCaseQueryEvaluationHandler } from 'rdf-test-suite';
import { describe, expect, test } from 'vitest';
import { canonicalNQuads } from '../../src/rdf/canonical.ts';
import { type Format, findFormat } from '../../src/rdf/formats.ts';
import { NotExpressible } from '../../src/rdf/not-expressible.ts';
import { readRdf } from '../../src/rdf/read.ts';
import { engineOver } from './adapter.ts';
import { strict } from './compare.ts';
import { engineMaker } from './run.ts';

// What docs/sparql-1.2.md says of formats.

const origin = { source: 'test', baseIRI: 'http://e/' };
const turtle = findFormat('turtle') as Format;
const read = (text: string): Promise<Quad[]> => readRdf(text, turtle, origin);

const prefix = 'VERSION "1.2" PREFIX : <http://e/> ';
const samples = {
  'a triple term': ':a :says <<( :b :c "d"@en )>> .',
  'a triple term in another': ':a :says <<( :b :says <<( :c :d 1 )>> )>> .',
  'a reified triple': '<< :b :c :d ~ :r >> :saidBy :a .',
  'an annotated triple': ':b :c :d ~ :r {| :saidBy :a |} .',
  'a text with a direction': ':a :says "ب"@ar--rtl .',
  'a text with a direction in a triple term': ':a :says <<( :b :c "ب"@ar--rtl )>> .',
} as const;

describe.each(Object.entries(samples))('%s', (_name, text) => {
  test.each(['turtle', 'trig', 'n-triples', 'n-quads'])('comes back from %s', async (name) => {
    const quads = await read(prefix + text);
    const format = findFormat(name) as Format;
    const again = await readRdf(await format.write(quads, { '': 'http://e/' }), format, origin);
    expect(await canonicalNQuads(again)).toBe(await canonicalNQuads(quads));
  });

  test.each(['json-ld', 'rdf-xml'])('is refused in %s, and not left out', async (name) => {
    const quads = await read(prefix + text);
    const write = async () => (findFormat(name) as Format).write(quads, {});
    await expect(write()).rejects.toThrow(NotExpressible);
  });

  test.each(['oxigraph', 'comunica'] as const)('comes out of %s in JSON and XML alike', async (name) => {
    const engine = await engineOver(await engineMaker(name), await read(prefix + text));
    const rows = async (resultFormat: 'json' | 'xml') => {
      const query = 'SELECT * { ?s ?p ?o }';
      const { body, mediaType } = await engine.query({ query, resultFormat, graphFormat: undefined, prefixes: {} });
      return TestCaseQueryEvaluationHandler.parseQueryResult(
        mediaType,
        `http://e/result.${resultFormat}`,
        Readable.from([Buffer.from(body)]),
      );
    };
    const [json, xml] = [await rows('json'), await rows('xml')];
    expect(strict(json).equals(xml)).toBe(true);
    expect(JSON.stringify(json.value)).toContain(text.includes('--') ? 'rtl' : 'Quad');
  });
});

test.each([
  [
    'rdf-xml',
    '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://e/" xmlns:its="http://www.w3.org/2005/11/its" its:version="2.0" r:version="1.2"><r:Description r:about="http://e/a"><says r:parseType="Triple"><r:Description r:about="http://e/b"><c its:dir="rtl" xml:lang="ar">ب</c></r:Description></says></r:Description></r:RDF>',
    ':a :says <<( :b :c "ب"@ar--rtl )>> .',
  ],
  [
    'json-ld',
    '{"@context":{"@version":1.1},"@id":"http://e/a","http://e/says":{"@value":"ب","@language":"ar","@direction":"rtl"}}',
    ':a :says "ب"@ar--rtl .',
  ],
])('%s files are read as far as the format goes', async (name, text, triples) => {
  const quads = await readRdf(text, findFormat(name) as Format, origin);
  expect(await canonicalNQuads(quads)).toBe(await canonicalNQuads(await read(prefix + triples)));
});
