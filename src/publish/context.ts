import type { Dataset } from '../dataset/build.ts';
import { rdf, xsd } from '../rdf/terms.ts';

interface Usage {
  iris: boolean;
  readonly datatypes: Set<string>;
}

// JSON has these itself.
const native = new Set([xsd('string'), xsd('integer'), xsd('boolean')]);

/**
 * The JSON-LD context of a dataset (JSON-LD 1.1), made from how its properties are used: short keys, values that are
 * things as plain IRIs, texts by language, so that whoever reads the JSON need not know RDF.
 */
export function makeContext({ publication, defaultGraph }: Dataset): Record<string, unknown> {
  const prefixes = publication?.prefixes ?? {};
  const properties = new Map<string, Usage>();
  const classes = new Set<string>();
  for (const { predicate, object } of defaultGraph) {
    if (predicate.value === rdf('type')) {
      if (object.termType === 'NamedNode') classes.add(object.value);
      continue;
    }
    const usage = properties.get(predicate.value) ?? { iris: false, datatypes: new Set() };
    if (object.termType === 'Literal') usage.datatypes.add(object.datatype.value);
    else usage.iris = true;
    properties.set(predicate.value, usage);
  }
  const own = publication ? `${publication.base}` : '';
  const context: Record<string, unknown> = { '@version': 1.1, ...prefixes, id: '@id', type: '@type' };
  // The publication's own terms take the short names first.
  const byOwner = (a: string, b: string): number =>
    Number(b.startsWith(own)) - Number(a.startsWith(own)) || (a < b ? -1 : 1);
  for (const iri of [...classes].sort(byOwner)) add(context, iri, iri);
  for (const iri of [...properties.keys()].sort(byOwner)) add(context, iri, define(iri, properties.get(iri) as Usage));
  return context;
}

function add(context: Record<string, unknown>, iri: string, definition: unknown): void {
  const name = /[A-Za-z][\w-]*$/.exec(iri)?.[0];
  if (name && !(name in context)) context[name] = definition;
}

function define(iri: string, { iris, datatypes }: Usage): unknown {
  if (iris && !datatypes.size) return { '@id': iri, '@type': '@id' };
  const [datatype, ...others] = datatypes;
  if (iris || others.length || !datatype) return iri;
  if (datatype === rdf('langString')) return { '@id': iri, '@container': '@language' };
  return native.has(datatype) ? iri : { '@id': iri, '@type': datatype };
}
