import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const prefixes = {
  ex: 'http://example.org/',
  sh: 'http://www.w3.org/ns/shacl#',
  rdfs: 'http://www.w3.org/2000/01/rdf-schema#',
};
const head = Object.entries(prefixes)
  .map(([prefix, namespace]) => `@prefix ${prefix}: <${namespace}> .\n`)
  .join('');
const sparqlHead = head.replace(/@prefix (.*) \.\n/g, 'PREFIX $1\n');

/** The description of a publication as small as one can be that has everything. */
export const description = {
  base: prefixes.ex,
  name: 'small',
  title: { en: 'Small', nl: 'Klein' },
  description: { en: 'A few things.', nl: 'Een paar dingen.' },
  license: 'https://creativecommons.org/licenses/by/4.0/',
  layers: [
    { name: 'things', files: '*.ttl', graph: 'graph/{1}' },
    { name: 'parts', files: 'parts/*/*.ttl', graph: 'part/{1}/{2}' },
  ],
  inferredGraph: 'graph/inferred',
  rules: '../rules/*.n3',
  shapes: '../shapes/*.ttl',
  shapesRules: '../rules/*.n3',
  queries: '../queries',
  pages: 'pages.json',
  prefixes,
};

/** A thing with a number, as Turtle. */
export const thing = (name: string, number: number, more = ''): string =>
  `${head}ex:${name} a ex:Thing ; rdfs:label "${name}"@en ; ex:number ${number} . ${more}\n`;

/** A query file that asks for all numbers. */
export const numbersQuery = `#+ title@en: Numbers\n#+ title@nl: Getallen\n#+ description@en: All of them.\n#+ description@nl: Allemaal.\n\n${sparqlHead}SELECT ?thing ?number WHERE { ?thing ex:number ?number } ORDER BY ?thing\n`;

/** The pages of a publication, with one of a query. */
export const pages = (title: string): string =>
  JSON.stringify(
    [
      {
        path: 'numbers',
        title: { en: title, nl: title },
        menu: { en: title, nl: title },
        sections: [{ title: { en: 'All', nl: 'Alle' }, query: 'pages/numbers', figure: 'table' }],
      },
    ],
    null,
    1,
  );

const files = (): Record<string, string> => ({
  'data/dataset.json': JSON.stringify(description, null, 1),
  'data/pages.json': pages('Numbers'),
  'data/one.ttl': thing('one', 1),
  'data/two.ttl': thing('two', 1),
  'data/parts/first/three.ttl': thing('three', 3),
  // A number is a number, and a thing has only one.
  'shapes/things.ttl': `${head}ex:ThingShape a sh:NodeShape ; sh:targetClass ex:Thing ;
    sh:property [ sh:path ex:number ; sh:maxCount 1 ; sh:message "A thing has one number."@en ] .\n`,
  'rules/types.n3': `${head}{ ?a ex:number ?b } => { ?a a ex:Numbered } .\n`,
  'queries/pages/numbers.rq': numbersQuery,
  'queries/collections/things.rq': numbersQuery,
  'queries/examples/numbers.rq': numbersQuery,
});

/** Writes a small publication into a folder and gives what writes more files there, by names below the folder. */
export function writePublication(folder: string): (name: string, text: string) => void {
  const write = (name: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files())) write(name, text);
  return write;
}
