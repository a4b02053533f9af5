import type { Term } from '@rdfjs/types';
import { xsd } from '../rdf/terms.ts';
import type { ChangedThings, Changes, Statement } from './changes.ts';
import { type GraphIndex, labelProperties } from './graph-index.ts';
import type { ThingHistory } from './thing-history.ts';

/** Changes as plain JSON: the numbers, and what is shown of the rest. Terms are as in SPARQL's JSON results. */
export const writeChanges = (changes: Changes): Record<string, unknown> => {
  const { from, to, total, kept, inferred, catalogue, graphs, things, index } = changes;
  const names = labelsOf(index);
  const label = (iri: string): { label?: Readonly<Record<string, string>> } => {
    const found = names.get(iri);
    return found ? { label: found } : {};
  };
  const list = ({ count, shown }: ChangedThings) => ({
    count,
    more: count - shown.length,
    list: shown.map(({ thing, removed, added, statements }) => ({
      thing,
      ...label(thing),
      types: index.types(thing),
      removed,
      added,
      more: removed + added - statements.length,
      statements: statements.map(jsonStatement),
    })),
  });
  return {
    from,
    to,
    total,
    kept,
    inferred,
    catalogue,
    graphs: graphs.map((each) => ({ ...each, ...(each.graph ? label(each.graph) : {}) })),
    things: {
      appeared: list(things.appeared),
      gone: list(things.gone),
      changed: list(things.changed),
      unnamed: list(things.unnamed),
    },
  };
};

/** What changed of one thing, version by version, as plain JSON. */
export const writeThingHistory = ({ steps }: ThingHistory) =>
  steps.map(({ from, to, happening, removed, added, statements }) => ({
    from,
    to: to.version,
    ...(to.prepared === undefined ? {} : { prepared: to.prepared }),
    happening,
    removed,
    added,
    more: removed + added - statements.length,
    statements: statements.map(jsonStatement),
  }));

const jsonStatement = ({ change, quad }: Statement): Record<string, unknown> => ({
  change,
  predicate: quad.predicate.value,
  object: jsonTerm(quad.object),
  ...(quad.graph.value ? { graph: quad.graph.value } : {}),
});

/** What each thing is called, by language; `@none` for a text without one, as in JSON-LD. */
function labelsOf(index: GraphIndex): Map<string, Record<string, string>> {
  const labels = new Map<string, Record<string, string>>();
  for (const property of labelProperties) {
    const found = new Map<string, Record<string, string>>();
    for (const { subject, object } of index.statements(property)) {
      if (object.termType !== 'Literal' || labels.has(subject.value)) continue;
      const own = found.get(subject.value) ?? {};
      own[object.language || '@none'] ??= object.value;
      found.set(subject.value, own);
    }
    for (const [thing, own] of found) labels.set(thing, own);
  }
  return labels;
}

/** A term as in SPARQL 1.1 Query Results JSON Format, section 3.2.2; triple terms as in SPARQL 1.2. */
function jsonTerm(term: Term): Record<string, unknown> {
  switch (term.termType) {
    case 'NamedNode':
      return { type: 'uri', value: term.value };
    case 'BlankNode':
      return { type: 'bnode', value: term.value };
    case 'Quad':
      return {
        type: 'triple',
        value: {
          subject: jsonTerm(term.subject),
          predicate: jsonTerm(term.predicate),
          object: jsonTerm(term.object),
        },
      };
    case 'Literal':
      return {
        type: 'literal',
        value: term.value,
        ...(term.language
          ? { 'xml:lang': term.language }
          : term.datatype.value === xsd('string')
            ? {}
            : { datatype: term.datatype.value }),
        ...(term.direction ? { 'its:dir': term.direction } : {}),
      };
    default:
      return { type: term.termType, value: term.value };
  }
}
