import type { Quad } from '@rdfjs/types';
import { type Format, formats } from '../rdf/formats.ts';
import type { Prefixes } from '../rdf/write-turtle.ts';
import type { Variant } from './answer.ts';

/** Quads in each format, written only when they are asked for in it. */
export const rdfVariants = (quads: () => readonly Quad[], prefixes: Prefixes): Variant[] =>
  formats.map(
    (format: Format): Variant => ({
      mediaType: format.mediaType,
      aliases: format.aliases,
      body: () => format.write(quads(), prefixes),
    }),
  );
