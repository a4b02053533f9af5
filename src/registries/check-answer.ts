import type { PoliteAnswer } from '../load/polite-fetch.ts';
import { findFormat, formats } from '../rdf/formats.ts';
import { readRdf } from '../rdf/read.ts';
import { foaf, rdfs, skos } from '../rdf/terms.ts';
import { entryOf, isSameName, type Link, type LinkedThing, type LinkFinding } from './check-links.ts';

/** What is asked of the address of a link: RDF if there is, a page otherwise. */
export const acceptRdf = [
  ...formats.filter(({ graphs }) => !graphs).map(({ mediaType }) => mediaType),
  'application/ld+json;q=0.8',
  'text/html;q=0.3',
  '*/*;q=0.1',
].join(', ');

/** Properties that name a thing. */
const naming = new Set([
  rdfs('label'),
  skos('prefLabel'),
  skos('altLabel'),
  foaf('name'),
  'https://schema.org/name',
  'http://schema.org/name',
  'http://www.geonames.org/ontology#name',
  'http://purl.org/dc/terms/title',
]);

/** Says what the answer at the address of a link means for it. */
export async function checkAnswer(link: Link, thing: LinkedThing, answer: PoliteAnswer): Promise<LinkFinding[]> {
  const findings: LinkFinding[] = [];
  const { status, final, mediaType } = answer;
  if (status === 404 || status === 410)
    return [
      {
        link,
        kind: 'gone',
        message: `${final} answers ${status}: the entry is ${status === 410 ? 'gone' : 'not there'}.`,
      },
    ];
  if (status < 200 || status >= 300)
    return [
      { link, kind: 'unreachable', message: `${final} answers ${status}: it could not be checked.`, remark: true },
    ];
  const [before, after] = [entryOf(link.target), entryOf(final)];
  if (before && after && before.scheme === after.scheme && before.key !== after.key)
    findings.push({
      link,
      kind: 'moved',
      message: `It leads to another entry: ${after.scheme.label.en} ${after.key}.`,
    });
  else if (answer.moved && plain(final) !== plain(link.target))
    findings.push({ link, kind: 'moved', message: `It has moved for good to ${final}.`, remark: true });
  const format = findFormat(mediaType);
  // Plain text is taken for N-Triples and JSON for JSON-LD only where a reader makes sense of it.
  if (!format) {
    const message = `It answers ${mediaType || 'without a media type'}, no RDF: only that it is there was checked.`;
    return [...findings, { link, kind: 'no-rdf', message, remark: true }];
  }
  const names = await namesIn(answer, link.target);
  if (!names) {
    const message = `It answers ${mediaType} that cannot be read: only that it is there was checked.`;
    return [...findings, { link, kind: 'no-rdf', message, remark: true }];
  }
  if (!names.length) {
    const message = `Its ${mediaType} gives no name of ${link.target}.`;
    return [...findings, { link, kind: 'no-rdf', message, remark: true }];
  }
  const ours = link.label === undefined ? thing.names : [link.label, ...thing.names];
  if (!ours.some((name) => names.some((other) => isSameName(name, other))))
    findings.push({
      link,
      kind: 'name',
      message: `It is called ${names
        .slice(0, 3)
        .map((name) => `"${name}"`)
        .join(', ')} there, none of ours (${ours.join(', ')}).`,
    });
  return findings;
}

const plain = (address: string): string => address.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/$/, '');

async function namesIn({ text, mediaType, final }: PoliteAnswer, target: string): Promise<string[] | undefined> {
  const format = findFormat(mediaType);
  if (!format) return undefined;
  try {
    const quads = await readRdf(text, format, { source: final, baseIRI: final });
    // Registries differ in http and https for one IRI.
    const about = quads.filter(({ subject }) => plain(subject.value) === plain(target));
    return about.filter(({ predicate }) => naming.has(predicate.value)).map(({ object }) => object.value);
  } catch {
    return undefined;
  }
}
