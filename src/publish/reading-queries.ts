import type { Quad, Term } from '@rdfjs/types';
import { QueryFault } from '../engine/engine.ts';
import { literal, namedNode, owl, quad, skos } from '../rdf/terms.ts';
import { writeNQuads, writeNTriples } from '../rdf/write-turtle.ts';
import { type Answering, askTerms } from './ask.ts';
import type { Answers, Want } from './wants.ts';

/** A triple that an engine has given. */
export interface Given {
  readonly quad: Quad;
  /** The triple, without its graph. */
  readonly line: string;
  /** Whether it was found in a named graph, and not in the default graph. */
  readonly graph: boolean;
}

type Kind = Want['kind'];
type WantOf<K extends Kind> = Extract<Want, { kind: K }>;

/** Wants of triples: asked many at a time. */
interface TripleKind<K extends Kind> {
  /** Triples that are read at most; of a longer list, the beginning. */
  readonly limit: number;
  /** A want as it stands in the list of a query; undefined for what can be in no graph. */
  readonly write: (want: WantOf<K>) => string | undefined;
  readonly triples: (engine: Answering, list: string) => Promise<Given[]>;
}

/** Wants of anything else: asked one by one. `onCut` is told when there was more than is read. */
interface FactKind<K extends Kind> {
  readonly ask: (engine: Answering, want: WantOf<K>, onCut: () => void) => Promise<Answers[K]>;
}

/** Wants of a fact for each of many things: asked many at a time. */
interface ListKind<K extends Kind> {
  readonly write: (want: WantOf<K>) => string | undefined;
  readonly facts: (engine: Answering, list: string) => Promise<ReadonlyMap<string, Answers[K]>>;
  readonly otherwise: Answers[K];
}

type KindOf<K extends Kind> = TripleKind<K> | FactKind<K> | ListKind<K>;

const writeIri = (iri: string): string | undefined =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what an IRI in a query cannot hold.
  /^[a-z][a-z0-9+.-]*:[^\u0000-\u0020<>"{}|^`\\]*$/i.test(iri) ? `<${iri}>` : undefined;

const writeTerm = (term: Term): string | undefined => {
  if (term.termType === 'NamedNode') return writeIri(term.value);
  if (term.termType !== 'Literal') return undefined;
  const line = writeNTriples([quad(namedNode('x:'), namedNode('x:'), term as never) as unknown as Quad]);
  return line.slice('<x:> <x:> '.length, line.lastIndexOf(' .'));
};

const required = (iri: string): string => writeIri(iri) ?? '<urn:x-none>';

// What has a graph is in the default graph as well where that is the merge of all; elsewhere it may be in one of both.
const inBoth = (values: string, pattern: string): string =>
  `{ ${values} ${pattern} } UNION { ${values} GRAPH ?g { ${pattern} } }`;

const triplesOf =
  (where: (list: string) => string, limit: number) =>
  async (engine: Answering, list: string): Promise<Given[]> => {
    const rows = await askTerms(engine, `SELECT ?s ?p ?o ?g WHERE { ${where(list)} } LIMIT ${limit + 1}`);
    return rows.flatMap(({ s, p, o, g }) => {
      if (!s || !p || !o) return [];
      const triple = quad(s as never, p as never, o as never) as unknown as Quad;
      const whole = g ? (quad(s as never, p as never, o as never, g as never) as unknown as Quad) : triple;
      return [{ quad: whole, line: writeNQuads([triple]), graph: g !== undefined }];
    });
  };

const iriOf = ({ iri }: { readonly iri: string }): string | undefined => writeIri(iri);

// Its own parts are not meant, nor what a graph says.
const others = (iri: string, property: string, without: string | undefined): string => {
  const triple = `?s ${property} ${required(iri)}`;
  const own = `?s != ${required(iri)} && !STRSTARTS(STR(?s), "${required(iri).slice(1, -1)}#")`;
  const stated = without === undefined ? '' : `FILTER NOT EXISTS { GRAPH ${required(without)} { ${triple} } }`;
  return `${triple} FILTER(isIRI(?s) && ${own}) ${stated}`;
};

const within = (graph: string | undefined): string =>
  graph === undefined ? '?s ?p ?o' : `GRAPH ${required(graph)} { ?s ?p ?o }`;

/** Things, and names of them, that are listed at most: what fits into memory beside all else. */
const mostThings = 500_000;
const mostNames = 400_000;
/** Things whose properties are counted at most, and properties that are told: a person chooses among them. */
const mostCounted = 100_000;
const mostProperties = 1000;
/** Uses of a class or property up to which the examples are the first in order: sorting a million takes seconds. */
const sortedUses = 20_000;

/** How each kind of want is asked for. */
export const kinds: { readonly [K in Kind]: KindOf<K> } = {
  subject: {
    limit: 20_000,
    write: iriOf,
    triples: triplesOf((list) => inBoth(`VALUES ?s { ${list} }`, '?s ?p ?o'), 20_000),
  },
  object: {
    limit: 10_000,
    write: ({ property, object }) => {
      const terms = [writeIri(property), writeTerm(object)];
      return terms.includes(undefined) ? undefined : `(${terms.join(' ')})`;
    },
    triples: triplesOf((list) => inBoth(`VALUES (?p ?o) { ${list} }`, '?s ?p ?o'), 10_000),
  },
  property: {
    limit: 50_000,
    write: iriOf,
    triples: triplesOf((list) => inBoth(`VALUES ?p { ${list} }`, '?s ?p ?o'), 50_000),
  },
  graph: {
    limit: 50_000,
    write: iriOf,
    triples: triplesOf((list) => `VALUES ?g { ${list} } GRAPH ?g { ?s ?p ?o }`, 50_000),
  },
  sample: {
    ask: async (engine, { graph, limit }) => {
      const rows = await askTerms(engine, `SELECT ?s ?p ?o WHERE { ${within(graph)} } LIMIT ${limit}`);
      return rows.map(({ s, p, o }) => quad(s as never, p as never, o as never) as unknown as Quad);
    },
  },
  size: {
    ask: async (engine, { graph }) => {
      const [row] = await askTerms(engine, `SELECT (COUNT(*) AS ?n) WHERE { ${within(graph)} }`);
      return Number(row?.['n']?.value ?? 0);
    },
  },
  named: {
    write: iriOf,
    facts: (engine, list) =>
      askFacts(engine, `SELECT ?i WHERE { VALUES ?i { ${list} } FILTER EXISTS { GRAPH ?i { ?s ?p ?o } } }`, () => true),
    otherwise: false,
  },
  mentioned: {
    write: iriOf,
    facts: (engine, list) =>
      askFacts(
        engine,
        `SELECT ?i WHERE { VALUES ?i { ${list} } FILTER(EXISTS { ?s ?p ?i } || EXISTS { ?t ?i ?o }) }`,
        () => true,
      ),
    otherwise: false,
  },
  mentions: {
    write: iriOf,
    facts: (engine, list) =>
      askFacts(engine, `SELECT ?i (COUNT(*) AS ?n) WHERE { VALUES ?i { ${list} } ?s ?p ?i } GROUP BY ?i`, ({ n }) =>
        Number(n?.value),
      ),
    otherwise: 0,
  },
  pointing: {
    ask: async (engine, { iri, without }) => {
      const rows = await askTerms(
        engine,
        `SELECT ?p (COUNT(DISTINCT ?s) AS ?n) WHERE { ${others(iri, '?p', without)} } GROUP BY ?p ORDER BY STR(?p)`,
      );
      // Without a solution there is one group all the same, in some engines.
      return rows.flatMap(({ p, n }) => (p && n ? [{ property: p.value, total: Number(n.value) }] : []));
    },
  },
  members: {
    ask: async (engine, { iri, property, from, limit, without }) => {
      const rows = await askTerms(
        engine,
        `SELECT DISTINCT ?s WHERE { ${others(iri, required(property), without)} } ORDER BY STR(?s) LIMIT ${limit} OFFSET ${from}`,
      );
      return values(rows, 's');
    },
  },
  parts: {
    ask: async (engine, { iri }) =>
      values(
        await askTerms(
          engine,
          `SELECT DISTINCT ?s WHERE { ?s ?p ${required(iri)} FILTER(isIRI(?s) && STRSTARTS(STR(?s), "${required(iri).slice(1, -1)}#")) }`,
        ),
        's',
      ).filter((each) => each.length > iri.length + 1),
  },
  things: {
    ask: async (engine, { base, limit = mostThings }, onCut) => {
      const list = { select: 'DISTINCT ?s', where: `?s a ?type FILTER(${isBelow('s', base)})`, limit };
      const rows = limit < mostThings ? await askInPieces(engine, list) : await askLong(engine, list, onCut);
      return values(rows, 's').sort();
    },
  },
  types: {
    ask: async (engine, { base }, onCut) => {
      const where = `?s a ?v FILTER(isIRI(?v) && ${isBelow('s', base)})`;
      return grouped(await askLong(engine, { select: '?s ?v', where, limit: mostNames }, onCut));
    },
  },
  names: {
    ask: async (engine, { base, properties }, onCut) => {
      const list = properties.flatMap((iri) => writeIri(iri) ?? []).join(' ');
      const named = (pattern: string): LongList => ({
        select: '?s ?v',
        where: `VALUES ?p { ${list} } ${pattern} FILTER(isLiteral(?v) && ${isBelow('s', base)})`,
        limit: mostNames,
      });
      const own = await askLong(engine, named('?s ?p ?v'), onCut);
      const twins = await askLong(engine, named(`?s <${owl('sameAs')}> ?t . ?t ?p ?v`), onCut);
      return grouped(own.concat(twins));
    },
  },
  called: {
    ask: async (engine, { base, properties, words, all, limit }) => {
      const has = words.map((word) => `CONTAINS(LCASE(STR(?name)), ${writeTerm(literal(word) as unknown as Term)})`);
      const rows = await askTerms(
        engine,
        `SELECT DISTINCT ?s WHERE {
          VALUES ?p { ${properties.flatMap((iri) => writeIri(iri) ?? []).join(' ')} } ?s ?p ?name
          FILTER((${has.join(all ? ' && ' : ' || ')}) && ${isBelow('s', base)})
        } LIMIT ${limit}`,
      );
      return values(rows, 's').sort();
    },
  },
  uses: {
    ask: async (engine, { of, iri, examples }) => {
      const pattern = of === 'class' ? `?s a ${required(iri)}` : `?s ${required(iri)} ?o`;
      const [counted] = await askTerms(engine, `SELECT (COUNT(*) AS ?n) WHERE { ${pattern} }`);
      const count = Number(counted?.['n']?.value ?? 0);
      const order = count <= sortedUses ? 'ORDER BY STR(?s) ' : '';
      const rows = count
        ? await askTerms(engine, `SELECT DISTINCT ?s WHERE { ${pattern} } ${order}LIMIT ${examples}`)
        : [];
      return { count, examples: values(rows, 's') };
    },
  },
  datatypes: {
    ask: async (engine, { iri, base }) => {
      const ours = base === undefined ? '' : `&& ${isBelow('s', base)}`;
      const rows = await askTerms(
        engine,
        `SELECT DISTINCT (DATATYPE(?o) AS ?i) WHERE { ?s ${required(iri)} ?o FILTER(isLiteral(?o) ${ours}) }`,
      );
      return values(rows, 'i').sort();
    },
  },
  counts: {
    ask: async (engine) => ({
      classes: new Map(await askCounts(engine, 'SELECT ?i (COUNT(*) AS ?n) WHERE { ?s a ?i } GROUP BY ?i')),
      properties: new Map(await askCounts(engine, 'SELECT ?i (COUNT(*) AS ?n) WHERE { ?s ?i ?o } GROUP BY ?i')),
    }),
  },
  properties: {
    ask: async (engine, { base, classes }) => {
      const list = classes.flatMap((iri) => writeIri(iri) ?? []).join(' ');
      const things = `SELECT DISTINCT ?s WHERE { VALUES ?type { ${list} } ?s a ?type FILTER(${isBelow('s', base)}) } LIMIT ${mostCounted}`;
      const count = (pattern: string): Promise<[string, number][]> =>
        askCounts(
          engine,
          `SELECT ?i (COUNT(DISTINCT ?s) AS ?n) WHERE { { ${things} } ${pattern} } GROUP BY ?i ORDER BY DESC(?n) LIMIT ${mostProperties}`,
        );
      const properties = await count('?s ?i ?o');
      const keys = await count(`?s <${skos('notation')}> ?key FILTER(isLiteral(?key)) BIND(DATATYPE(?key) AS ?i)`);
      return new Map([...properties.filter(([property]) => property !== skos('notation')), ...keys]);
    },
  },
};

const isBelow = (name: string, base: string): string =>
  `isIRI(?${name}) && STRSTARTS(STR(?${name}), "${required(base).slice(1, -1)}")`;

type Rows = Readonly<Record<string, Term>>[];

/** A list of things `s`, and of something about them, that may be too long for one answer. */
interface LongList {
  readonly select: string;
  readonly where: string;
  /** Rows that are read at most. */
  readonly limit: number;
}

async function askLong(engine: Answering, list: LongList, onCut: () => void): Promise<Rows> {
  const rows = await askInPieces(engine, list);
  if (rows.length >= list.limit) onCut();
  return rows;
}

/** Digits by which a list is parted at most: into 4096 pieces. */
const mostDigits = 3;

// What an answer may have is set for clients: a low limit is no reason to have no search. Parted by a hash of the IRIs,
// no piece is much larger than another, and none has to be sorted.
async function askInPieces(engine: Answering, { select, where, limit }: LongList, digits = ''): Promise<Rows> {
  const part = digits && ` FILTER(STRSTARTS(MD5(STR(?s)), "${digits}"))`;
  try {
    return await askTerms(engine, `SELECT ${select} WHERE { ${where}${part} } LIMIT ${limit}`);
  } catch (error) {
    const isTooLarge = error instanceof QueryFault && error.kind === 'too-large';
    if (!isTooLarge || digits.length >= mostDigits) throw error;
  }
  const found: Rows = [];
  for (const digit of '0123456789abcdef') {
    if (found.length >= limit) break;
    const piece = { select, where, limit: limit - found.length };
    for (const row of await askInPieces(engine, piece, digits + digit)) found.push(row);
  }
  return found;
}

const values = (rows: Rows, name: string): string[] => rows.flatMap((row) => row[name]?.value ?? []);

/** The values `v` by their subjects `s`. */
function grouped(rows: Rows): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { s, v } of rows) {
    if (!s || !v) continue;
    const known = groups.get(s.value);
    if (known) known.push(v.value);
    else groups.set(s.value, [v.value]);
  }
  return groups;
}

async function askCounts(engine: Answering, query: string): Promise<[string, number][]> {
  const rows = await askTerms(engine, query);
  return rows.flatMap(({ i, n }): [string, number][] =>
    i?.termType === 'NamedNode' ? [[i.value, Number(n?.value)]] : [],
  );
}

async function askFacts<T>(
  engine: Answering,
  query: string,
  read: (row: Readonly<Record<string, Term>>) => T,
): Promise<Map<string, T>> {
  const rows = await askTerms(engine, query);
  return new Map(rows.flatMap((row): [string, T][] => (row['i'] ? [[row['i'].value, read(row)]] : [])));
}
