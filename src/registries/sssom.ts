import type { Quad, Term } from '@rdfjs/types';
import Papa from 'papaparse';
import { parse as parseYaml, stringify as writeYaml } from 'yaml';
import { dcterms, owl, rdf, rdfs } from '../rdf/terms.ts';
import type { Prefixes } from '../rdf/write-turtle.ts';

const sssom = (name: string): string => `https://w3id.org/sssom/${name}`;
const semapv = 'https://w3id.org/semapv/vocab/';

/** How a slot's value is written: as it is, as a name with a prefix, or several of them. */
type Form = 'text' | 'reference' | 'texts' | 'references' | 'number';

interface Slot {
  readonly name: string;
  readonly form: Form;
  /** The properties by which our graphs say it, the first that there is. */
  readonly properties: readonly string[];
}

const slot = (name: string, form: Form, ...properties: string[]): Slot => ({ name, form, properties });

/** What a set of mappings says of itself, in the order of the head (SSSOM 1.1). */
const setSlots: readonly Slot[] = [
  slot('mapping_set_id', 'text', sssom('mapping_set_id')),
  slot('mapping_set_version', 'text', owl('versionInfo')),
  slot('mapping_set_title', 'text', dcterms('title'), rdfs('label')),
  slot('mapping_set_description', 'text', dcterms('description')),
  slot('creator_id', 'references', dcterms('creator')),
  slot('license', 'text', dcterms('license')),
  slot('subject_source', 'reference', sssom('subject_source')),
  slot('object_source', 'reference', sssom('object_source')),
  slot('mapping_date', 'text', dcterms('created')),
  slot('publication_date', 'text', dcterms('issued')),
  slot('mapping_tool', 'text', sssom('mapping_tool')),
  slot('mapping_tool_version', 'text', sssom('mapping_tool_version')),
  slot('see_also', 'texts', rdfs('seeAlso'), dcterms('source')),
  slot('comment', 'text', rdfs('comment')),
];

/** The columns of the table, in the order of the standard; those without a value are left out. */
const mappingSlots: readonly Slot[] = [
  slot('subject_id', 'reference', owl('annotatedSource')),
  slot('subject_label', 'text', sssom('subject_label')),
  slot('predicate_id', 'reference', owl('annotatedProperty')),
  slot('object_id', 'reference', owl('annotatedTarget')),
  slot('object_label', 'text', sssom('object_label')),
  slot('mapping_justification', 'reference', sssom('mapping_justification')),
  slot('object_type', 'text'),
  slot('object_source', 'reference', sssom('object_source')),
  slot('mapping_date', 'text', dcterms('created')),
  slot('mapping_tool', 'text', sssom('mapping_tool')),
  slot('mapping_tool_version', 'text', sssom('mapping_tool_version')),
  slot('confidence', 'number', sssom('confidence')),
  slot('match_string', 'texts', sssom('match_string')),
  slot('similarity_score', 'number', sssom('similarity_score')),
  slot('similarity_measure', 'text', sssom('similarity_measure')),
  slot('see_also', 'texts', rdfs('seeAlso')),
  slot('comment', 'text', rdfs('comment')),
];

/** Columns that every table has. */
const needed: readonly string[] = ['subject_id', 'predicate_id', 'object_id', 'mapping_justification'];

/** A value of a slot: IRIs in full, several as a list. */
export type SlotValue = string | number | readonly string[];
/** Slots by name. */
export type Slots = Readonly<Record<string, SlotValue>>;

/** A set of mappings (SSSOM): what it says of itself, and its mappings. */
export interface MappingSet {
  readonly slots: Slots;
  readonly mappings: readonly Slots[];
}

/** What stands for the thing that was looked for and not found. */
export const noTermFound = sssom('NoTermFound');

/** A justification by its name in the vocabulary semapv. */
export const justification = (name: string): string => semapv + name;

/** Says where a table breaks the standard. */
export class SssomFault extends Error {}

/**
 * The sets of mappings that quads describe: `sssom:MappingSet` with its `sssom:mappings`, in the order of their IRIs.
 *
 * @param labelOf gives the name of one of our things; without it subjects have no label.
 */
export function readMappingSets(
  quads: Iterable<Quad>,
  labelOf: (iri: string) => string | undefined = () => undefined,
): (MappingSet & { readonly iri: string })[] {
  const about = new Map<string, Map<string, Term[]>>();
  const sets: string[] = [];
  for (const { subject, predicate, object } of quads) {
    const properties = about.get(subject.value) ?? new Map<string, Term[]>();
    about.set(subject.value, properties);
    const values = properties.get(predicate.value) ?? [];
    properties.set(predicate.value, values);
    // A graph and the merge may both be given.
    if (!values.some((value) => value.equals(object))) values.push(object);
    if (predicate.value === rdf('type') && object.value === sssom('MappingSet')) sets.push(subject.value);
  }
  const read = (node: string, slots: readonly Slot[]): Record<string, SlotValue> => readSlots(about.get(node), slots);
  return [...new Set(sets)].sort().map((iri) => ({
    iri,
    slots: read(iri, setSlots),
    mappings: (about.get(iri)?.get(sssom('mappings')) ?? [])
      .map(({ value }) => value)
      .sort()
      .map((node) => {
        const target = about.get(node)?.get(owl('annotatedTarget'))?.[0];
        const slots = read(node, mappingSlots);
        const label = labelOf(String(slots['subject_id']));
        if (label && !slots['subject_label']) slots['subject_label'] = label;
        return target?.termType === 'Literal' ? asLiteral(slots, target.value) : slots;
      }),
  }));
}

// The standard has a literal in the place of the label, and then no identifier.
function asLiteral({ object_id: _, object_label: name, comment, ...slots }: Slots, key: string): Slots {
  const called = name ? `Name in the record: ${String(name)}.` : '';
  return {
    ...slots,
    object_label: key,
    object_type: 'rdfs literal',
    comment: [called, comment].filter(Boolean).join(' '),
  };
}

function readSlots(
  properties: ReadonlyMap<string, readonly Term[]> | undefined,
  slots: readonly Slot[],
): Record<string, SlotValue> {
  const found: Record<string, SlotValue> = {};
  for (const { name, form, properties: names } of slots) {
    const values = names.map((property) => properties?.get(property)).find((each) => each?.length);
    if (!values) continue;
    if (form === 'texts' || form === 'references') found[name] = values.map(({ value }) => value).sort();
    else {
      const english = values.find((value) => value.termType === 'Literal' && value.language === 'en');
      const { value } = english ?? (values[0] as Term);
      found[name] = form === 'number' ? Number(value) : value;
    }
  }
  return found;
}

/** A set of mappings as SSSOM/TSV: a head in YAML, then a table. IRIs are shortened by these prefixes. */
export function writeSssom(set: MappingSet, prefixes: Prefixes): string {
  const used = new Map<string, string>();
  const shorten = shortener(prefixes, used);
  const cell = ({ name, form }: Slot, slots: Slots): string => {
    const value = slots[name];
    if (value === undefined) return '';
    const list = [value].flat().map((each) => (form.startsWith('reference') ? shorten(String(each)) : String(each)));
    // A bar divides values; one within a value is escaped.
    return form === 'texts' || form === 'references'
      ? list.map((each) => each.replace(/\|/g, '\\|')).join('|')
      : (list[0] ?? '');
  };
  const columns = mappingSlots.filter(
    ({ name }) => needed.includes(name) || set.mappings.some((mapping) => mapping[name] !== undefined),
  );
  const rows = set.mappings.map((mapping) => columns.map((column) => cell(column, mapping).replace(/[\t\r\n]+/g, ' ')));
  rows.sort((a, b) => (a.join('\t') < b.join('\t') ? -1 : 1));
  const head: Record<string, unknown> = {};
  for (const { name, form } of setSlots) {
    const value = set.slots[name];
    if (value === undefined) continue;
    const list = [value].flat().map((each) => (form.startsWith('reference') ? shorten(String(each)) : each));
    head[name] = form === 'texts' || form === 'references' ? list : list[0];
  }
  const version = set.mappings.some((mapping) => mapping['object_type'] === 'rdfs literal')
    ? { sssom_version: '1.1' }
    : {};
  const map = Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1)));
  const yaml = writeYaml({ ...version, ...head, curie_map: map }, { lineWidth: 0 });
  const table = Papa.unparse([columns.map(({ name }) => name), ...rows], { delimiter: '\t', newline: '\n' });
  return `${yaml.trimEnd().replace(/^/gm, '#')}\n${table}\n`;
}

// The longest namespace counts. What no prefix covers is shortened by its protocol: an identifier must have a prefix.
function shortener(prefixes: Prefixes, used: Map<string, string>): (iri: string) => string {
  const known = Object.entries({ http: 'http://', https: 'https://', sssom: sssom(''), semapv, ...prefixes }).sort(
    ([, a], [, b]) => b.length - a.length,
  );
  return (iri) => {
    const [prefix, namespace] = known.find(([, each]) => iri.startsWith(each)) ?? [];
    if (prefix === undefined || namespace === undefined) return iri;
    used.set(prefix, namespace);
    return `${prefix}:${iri.slice(namespace.length)}`;
  };
}

/** Reads SSSOM/TSV; IRIs come out in full. Throws {@link SssomFault} with the line to mend. */
export function parseSssom(text: string): MappingSet {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const end = lines.findIndex((line) => !line.startsWith('#'));
  let head: Record<string, unknown>;
  try {
    head = (parseYaml(
      lines
        .slice(0, end)
        .map((line) => line.slice(1))
        .join('\n'),
    ) ?? {}) as Record<string, unknown>;
  } catch (error) {
    throw new SssomFault(`The head is no YAML: ${(error as Error).message}`);
  }
  const { data, errors } = Papa.parse<string[]>(lines.slice(end).join('\n'), { delimiter: '\t', skipEmptyLines: true });
  const [first] = errors;
  if (first) throw new SssomFault(`Line ${end + 1 + (first.row ?? 0)}: ${first.message}.`);
  const [columns = [], ...rows] = data;
  for (const name of needed) if (!columns.includes(name)) throw new SssomFault(`The table has no column ${name}.`);
  const expand = expander(head['curie_map']);
  const mappings = rows.map((row, index) => {
    const slots: Record<string, SlotValue> = {};
    for (const [at, name] of columns.entries()) {
      const value = row[at];
      if (value === undefined || value === '') continue;
      slots[name] = readCell(value, mappingSlots.find((each) => each.name === name)?.form ?? 'text', (curie) =>
        expand(curie, `Line ${end + 2 + index}, column ${name}`),
      );
    }
    return slots;
  });
  return { slots: readHead(head, expand), mappings };
}

function readHead(
  { curie_map: _, ...head }: Record<string, unknown>,
  expand: (curie: string, where: string) => string,
): Slots {
  const slots: Record<string, SlotValue> = {};
  for (const [name, value] of Object.entries(head)) {
    const form = setSlots.find((each) => each.name === name)?.form ?? 'text';
    const list = [value].flat().map((each) => (each instanceof Date ? each.toISOString().slice(0, 10) : String(each)));
    const read = list.map((each) => (form.startsWith('reference') ? expand(each, `The head, ${name}`) : each));
    slots[name] = Array.isArray(value) ? read : (read[0] as string);
  }
  return slots;
}

function readCell(value: string, form: Form, expand: (curie: string) => string): SlotValue {
  if (form === 'number') return Number(value);
  if (form === 'text') return value;
  if (form === 'reference') return expand(value);
  // Divided by bars that are not escaped.
  const list = value.split(/(?<!\\)\|/).map((each) => each.replace(/\\\|/g, '|'));
  return form === 'references' ? list.map(expand) : list;
}

/** Prefixes that the standard takes for granted. */
const builtIn: Prefixes = {
  owl: owl(''),
  rdf: rdf(''),
  rdfs: rdfs(''),
  semapv,
  skos: 'http://www.w3.org/2004/02/skos/core#',
  sssom: sssom(''),
  xsd: 'http://www.w3.org/2001/XMLSchema#',
};

function expander(map: unknown): (curie: string, where: string) => string {
  const prefixes: Prefixes = { ...builtIn, ...(map as Prefixes | undefined) };
  return (curie, where) => {
    const cut = curie.indexOf(':');
    const namespace = prefixes[curie.slice(0, cut)];
    if (cut < 0 || namespace === undefined)
      throw new SssomFault(`${where}: "${curie}" has no prefix that the head's curie_map explains.`);
    return namespace + curie.slice(cut + 1);
  };
}
