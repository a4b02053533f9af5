import type { Quad, Term } from '@rdfjs/types';
import { rdf, xsd } from './terms.ts';
import { type Prefixes, sortQuads, usedPrefixes } from './write-turtle.ts';

/** Says that a graph holds something that RDF/XML has no way to say. */
export class NotExpressible extends Error {}

/**
 * RDF/XML (W3C RDF 1.1 XML Syntax), flat: one `rdf:Description` a subject, so that any graph of RDF 1.1 fits without
 * nesting. Graph names are left out, each triple is written once.
 *
 * Throws {@link NotExpressible} for what the syntax cannot say: a predicate that ends in no XML name (section 4.2), a
 * control character in a literal, a triple term.
 */
export function writeRdfXml(quads: Iterable<Quad>, prefixes: Prefixes): string {
  const sorted = sortQuads(quads);
  const names = new QualifiedNames(usedPrefixes(sorted, prefixes));
  const body: string[] = [];
  let subject = '';
  let previous = '';
  for (const quad of sorted) {
    const about = subjectAttribute(quad.subject);
    const line = `    ${property(quad, names)}\n`;
    if (about !== subject) {
      if (subject) body.push('  </rdf:Description>\n');
      body.push(`  <rdf:Description ${about}>\n`);
    } else if (line === previous) continue;
    body.push(line);
    subject = about;
    previous = line;
  }
  if (subject) body.push('  </rdf:Description>\n');
  const declarations = names.declarations().map(([prefix, iri]) => `\n  xmlns:${prefix}="${escapeXml(iri)}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF${declarations.join('')}>\n${body.join('')}</rdf:RDF>\n`;
}

function subjectAttribute(term: Term): string {
  if (term.termType === 'NamedNode') return `rdf:about="${escapeXml(term.value)}"`;
  if (term.termType === 'BlankNode') return `rdf:nodeID="${nodeId(term.value)}"`;
  throw new NotExpressible(`RDF/XML cannot have a ${term.termType} as subject. Ask for N-Quads or TriG.`);
}

function property({ predicate, object }: Quad, names: QualifiedNames): string {
  const name = names.shorten(predicate.value);
  switch (object.termType) {
    case 'NamedNode':
      return `<${name} rdf:resource="${escapeXml(object.value)}"/>`;
    case 'BlankNode':
      return `<${name} rdf:nodeID="${nodeId(object.value)}"/>`;
    case 'Literal': {
      const tag = object.language
        ? ` xml:lang="${object.language}"`
        : object.datatype.value === xsd('string')
          ? ''
          : ` rdf:datatype="${escapeXml(object.datatype.value)}"`;
      return `<${name}${tag}>${escapeXml(object.value)}</${name}>`;
    }
    default:
      throw new NotExpressible(`RDF/XML cannot have a ${object.termType} as object. Ask for N-Quads or TriG.`);
  }
}

/** Gives predicates their XML names, and remembers the namespaces they need. */
class QualifiedNames {
  readonly #known: Map<string, string>;
  readonly #used = new Map<string, string>([[rdf(''), 'rdf']]);

  constructor(prefixes: Prefixes) {
    this.#known = new Map(Object.entries(prefixes).map(([prefix, iri]) => [iri, prefix]));
  }

  shorten(iri: string): string {
    // The longest ending that is an NCName (Namespaces in XML 1.0, section 3).
    const local = /[\p{L}_][\p{L}\p{N}_.·-]*$/u.exec(iri)?.[0];
    const space = local ? iri.slice(0, -local.length) : '';
    if (!local || !space)
      throw new NotExpressible(
        `RDF/XML cannot write the predicate <${iri}>: it ends in no XML name. Ask for another format.`,
      );
    let prefix = this.#used.get(space);
    if (!prefix) {
      prefix = this.#known.get(space) ?? `ns${this.#used.size}`;
      this.#used.set(space, prefix);
    }
    return `${prefix}:${local}`;
  }

  declarations(): [string, string][] {
    return [...this.#used].map(([iri, prefix]): [string, string] => [prefix, iri]).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

const nodeId = (label: string): string =>
  `b${label.replace(/[^\p{L}\p{N}_-]/gu, (c) => `_${c.codePointAt(0)?.toString(16)}_`)}`;

// Characters that XML 1.0 (section 2.2) has no way to hold, not even escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const notXml = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

function escapeXml(text: string): string {
  if (notXml.test(text)) throw new NotExpressible('RDF/XML cannot write a control character. Ask for another format.');
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '&#xD;');
}
