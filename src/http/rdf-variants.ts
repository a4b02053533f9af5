import type { Quad } from '@rdfjs/types';
import type { Request } from 'express';
import { type JsonLdStyle, jsonLdForms, jsonLdWriter } from '../publish/json-ld.ts';
import { type Format, formats } from '../rdf/formats.ts';
import type { Tree } from '../rdf/json-ld-tree.ts';
import type { Prefixes } from '../rdf/write-turtle.ts';
import type { Variant } from './answer.ts';
import { queryPart, readParameters, single } from './parameters.ts';
import { Problem } from './problem.ts';
import type { Site } from './site.ts';

/** Quads in each format, written only when they are asked for in it. */
export const rdfVariants = (quads: () => readonly Quad[], prefixes: Prefixes): Variant[] =>
  formats.map(
    (format: Format): Variant => ({
      mediaType: format.mediaType,
      aliases: format.aliases,
      body: () => format.write(quads(), prefixes),
    }),
  );

/** The address of the JSON-LD context. */
export const contextUrl = ({ publicUrl }: Pick<Site, 'publicUrl'>): string => `${publicUrl}/context.jsonld`;

/** A graph that has a shape: the same triples in each format, called for only when they are to be written. */
export interface Shaped {
  readonly triples: () => readonly Quad[];
  /** The triples in the graphs that they come from. */
  readonly inGraphs: () => readonly Quad[];
  /** For JSON-LD. */
  readonly tree: () => Tree;
}

/** A graph in each format: as a tree in JSON-LD, in its graphs where the format has graphs. */
export function shapedVariants(site: Site, request: Request, { triples, inGraphs, tree }: Shaped): Variant[] {
  const prefixes = site.dataset.publication?.prefixes ?? {};
  const style = readStyle(request);
  const writeTree = jsonLdWriter(site.context, contextUrl(site));
  return formats.map((format: Format): Variant => {
    const { mediaType, aliases } = format;
    if (format.name === 'json-ld')
      return {
        mediaType,
        aliases,
        ...(style.form ? { parameters: `profile="${profiles}${style.form}"` } : {}),
        body: () => writeTree(tree(), style),
      };
    return { mediaType, aliases, body: () => format.write(format.graphs ? inGraphs() : triples(), prefixes) };
  });
}

const profiles = 'http://www.w3.org/ns/json-ld#';

/** How a request wants its JSON-LD: `context=inline` in the address, and a profile in Accept (JSON-LD 1.1, section 8). */
function readStyle(request: Request): JsonLdStyle {
  const context = single(readParameters(queryPart(request)), 'context');
  if (context !== undefined && context !== 'inline')
    throw new Problem(
      400,
      'bad-request',
      `The parameter "context" has "${context}". Give "inline" to have the context in the document, or leave it out.`,
    );
  const [, quoted, bare] =
    /application\/ld\+json\s*;[^,]*?profile\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(request.headers.accept ?? '') ?? [];
  const wanted = (quoted ?? bare ?? '').split(/\s+/);
  const form = jsonLdForms.find((each) => wanted.includes(profiles + each));
  return { ...(form ? { form } : {}), inline: context === 'inline' };
}
