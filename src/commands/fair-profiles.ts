import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Quad } from '@rdfjs/types';
import type { Profile } from '../fair/instance.ts';
import { CallFault, findReadable } from '../load/files.ts';
import { findFormat } from '../rdf/formats.ts';
import { readRdf, SyntaxFault } from '../rdf/read.ts';
import { blankNode, quad, rdf, sh } from '../rdf/terms.ts';
import { sparqlConstraints } from '../shapes/sparql-constraints.ts';
import { type Finding, prepareShapes } from '../shapes/validate.ts';

const shapeTypes = [sh('NodeShape'), sh('PropertyShape')];
// Examples beside shapes are often JSON-LD with contexts of others.
const readable = /\.(ttl|trig|nt|nq|rdf)$/;

/**
 * The SHACL shapes in a file, or in a folder and those below it. The files of one folder belong together, as shapes
 * refer to those in other files; files without shapes are passed over.
 */
export async function readProfiles(argument: string): Promise<Profile[]> {
  const files = (await findReadable(argument)).filter((file) => readable.test(file));
  const folders = new Map<string, Quad[]>();
  for (const [index, file] of files.entries()) {
    const quads = await readShapes(file, index);
    const isShapes = quads.some(
      ({ predicate, object }) => predicate.value === rdf('type') && shapeTypes.includes(object.value),
    );
    if (isShapes) folders.set(path.dirname(file), [...(folders.get(path.dirname(file)) ?? []), ...quads]);
  }
  if (!folders.size) throw new CallFault(`--shapes ${argument}: there is no file with SHACL shapes.`);
  const root = path.resolve(argument);
  return [...folders].map(([folder, quads]) =>
    makeProfile(path.relative(root, folder) || path.basename(folder), quads),
  );
}

async function readShapes(file: string, index: number): Promise<Quad[]> {
  const format = findFormat(path.extname(file).slice(1));
  if (!format) return [];
  try {
    const quads = await readRdf(await readFile(file, 'utf8'), format, { source: file, baseIRI: `file://${file}` });
    // Two files may give the same label to their blank nodes.
    const own = (term: Quad['subject'] | Quad['object']): Quad['object'] =>
      term.termType === 'BlankNode'
        ? (blankNode(`f${index}-${term.value}`) as unknown as Quad['object'])
        : (term as Quad['object']);
    return quads.map(
      ({ subject, predicate, object }) =>
        quad(own(subject) as never, predicate as never, own(object) as never) as unknown as Quad,
    );
  } catch (error) {
    throw error instanceof SyntaxFault ? new CallFault(`--shapes ${error}`) : error;
  }
}

function makeProfile(name: string, shapes: readonly Quad[]): Profile {
  const prepared = new Map<boolean, (data: Iterable<Quad>) => Promise<Finding[]>>();
  return {
    name,
    validate: async (graph, { sparql }) => {
      const check = prepared.get(sparql) ?? prepareShapes(shapes, sparql ? await sparqlConstraints() : undefined);
      prepared.set(sparql, check);
      return (await check(graph.quads)).map(({ severity, node, path: property, value, message }) => ({
        severity,
        text: [node, property, value, Object.values(message).join(' / ')].filter(Boolean).join(' '),
      }));
    },
  };
}
