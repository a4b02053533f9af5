import type { Quad, Term } from '@rdfjs/types';
import { NotExpressible } from './not-expressible.ts';
import { rdf, xsd } from './terms.ts';
import { type Prefixes, sortTriples, usedPrefixes } from './write-turtle.ts';

/**
 * RDF/XML (W3C RDF 1.1 XML Syntax), flat: one `rdf:Description` a subject, so that any graph of RDF 1.1 fits without
 * nesting. Graph names are left out, each triple is written once.
 *
 * Throws {@link NotExpressible} for what the syntax cannot say: a predicate that ends in no XML name (section 4.2), a
 * control character in a literal, a triple term.
 */
export function writeRdfXml(quads: Iterable<Quad>, prefixes: Prefixes): string {
  const sorted = sortTriples(quads);
  const names = new QualifiedNames(usedPrefixes(sorted, prefixes));
  const body: string[] = [];
  let subject = '';
  for (const quad of sorted) {
    const about = subjectAttribute(quad.subject);
    const line = `    ${property(quad, names)}\n`;
    if (about !== subject) {
      if (subject) body.push('  </rdf:Description>\n');
      body.push(`  <rdf:Description ${about}>\n`);
    }
    body.push(line);
    subject = about;
  }
  if (subject) body.push('  </rdf:Description>\n');
  const declarations = names.declarations().map(([prefix, iri]) => `\n  xmlns:${prefix}="${escapeXml(iri)}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF${declarations.join('')}>\n${body.join('')}</rdf:RDF>\n`;
}

function subjectAttribute(term: Term): string {
  if (term.termType === 'NamedNode') return `rdf:about="${reference(term.value)}"`;
  if (term.termType === 'BlankNode') return `rdf:nodeID="${nodeId(term.value)}"`;
  throw new NotExpressible(`RDF/XML cannot have a ${term.termType} as subject. Ask for N-Quads or TriG.`);
}

function property({ predicate, object }: Quad, names: QualifiedNames): string {
  const name = names.shorten(predicate.value);
  switch (object.termType) {
    case 'NamedNode':
      return `<${name} rdf:resource="${reference(object.value)}"/>`;
    case 'BlankNode':
      return `<${name} rdf:nodeID="${nodeId(object.value)}"/>`;
    case 'Literal': {
      if (object.direction)
        throw new NotExpressible('RDF/XML cannot write the direction of a text. Ask for N-Quads or TriG.');
      const tag = object.language
        ? ` xml:lang="${object.language}"`
        : object.datatype.value === xsd('string')
          ? ''
          : ` rdf:datatype="${reference(object.datatype.value)}"`;
      return `<${name}${tag}>${escapeXml(object.value)}</${name}>`;
    }
    default:
      throw new NotExpressible(`RDF/XML cannot have a ${object.termType} as object. Ask for N-Quads or TriG.`);
  }
}

/** Gives predicates their XML names, and remembers the namespaces they need. */
class QualifiedNames {
  readonly #known: Map<string, string>;
  /** A graph has few predicates, each many times. */
  readonly #names = new Map<string, string>();
  readonly #used = new Map<string, string>([[rdf(''), 'rdf']]);

  constructor(prefixes: Prefixes) {
    this.#known = new Map(
      Object.entries(prefixes)
        .filter(([prefix]) => ncName.test(prefix) && !/^(xml|rdf$)/i.test(prefix))
        .map(([prefix, iri]) => [iri, prefix]),
    );
  }

  shorten(iri: string): string {
    const known = this.#names.get(iri);
    if (known) return known;
    const name = this.#name(iri);
    this.#names.set(iri, name);
    return name;
  }

  #name(iri: string): string {
    // The longest ending that is an NCName (Namespaces in XML 1.0, section 3).
    const local = nameEnding.exec(iri)?.[0];
    const space = local ? iri.slice(0, -local.length) : '';
    if (!local || !space || space === xmlns || (space === rdf('') && reserved.has(local)))
      throw new NotExpressible(
        `RDF/XML cannot write the predicate <${iri}>: it ends in no XML name that may stand there. Ask for another format.`,
      );
    let prefix = this.#used.get(space);
    if (!prefix) {
      prefix = this.#known.get(space) ?? this.#freePrefix();
      this.#used.set(space, prefix);
    }
    return `${prefix}:${local}`;
  }

  #freePrefix(): string {
    const taken = new Set([...this.#known.values(), ...this.#used.values()]);
    let number = 1;
    while (taken.has(`ns${number}`)) number++;
    return `ns${number}`;
  }

  declarations(): [string, string][] {
    return [...this.#used].map(([iri, prefix]): [string, string] => [prefix, iri]).sort(([a], [b]) => (a < b ? -1 : 1));
  }
}

// NCName without colon, by XML 1.0 (fifth edition), section 2.3.
const start =
  'A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u1FFF\\u200C\\u200D\\u2070-\\u218F\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFFD\\u{10000}-\\u{EFFFF}';
const more = `${start}.0-9\\u00B7\\u0300-\\u036F\\u203F-\\u2040-`;
const nameEnding = new RegExp(`[${start}][${more}]*$`, 'u');
const ncName = new RegExp(`^[${start}][${more}]*$`, 'u');
const xmlns = 'http://www.w3.org/2000/xmlns/';
// Names that the syntax keeps for itself (RDF 1.1 XML Syntax, section 5.1).
const reserved = new Set(
  'RDF ID about parseType resource nodeID datatype li Description aboutEach aboutEachPrefix bagID'.split(' '),
);

const nodeId = (label: string): string =>
  `b${label.replace(/[^A-Za-z0-9-]/gu, (character) => `_${character.codePointAt(0)?.toString(16)}_`)}`;

// Readers resolve what stands there (section 5.3), and so take such parts away (RFC 3986, section 5.2.4).
const dotSegment = /^[^?#]*\/\.{1,2}(?:[/?#]|$)/;
const mayHaveDots = (iri: string): boolean => iri.includes('/.');

function reference(iri: string): string {
  if (mayHaveDots(iri) && dotSegment.test(iri))
    throw new NotExpressible(
      `RDF/XML cannot write <${iri}>: its readers would resolve the dots. Ask for another format.`,
    );
  return escapeXml(iri);
}

// Characters that XML 1.0 (section 2.2) has no way to hold, not even escaped.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const notXml = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/;

const inNeedOfEscape = /[&<>"\r]/;

function escapeXml(text: string): string {
  if (notXml.test(text)) throw new NotExpressible('RDF/XML cannot write a control character. Ask for another format.');
  if (!inNeedOfEscape.test(text)) return text;
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/\r/g, '&#xD;');
}
