import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { finished } from 'node:stream/promises';
import { rorGround } from './data.ts';
import { mixFolder, readMix } from './mix.ts';
import { workFolder } from './servers.ts';

/** Data of a size. */
export interface ScaleData {
  /** N-Triples. */
  readonly file: string;
  /** Lines of it: a few of a copy are those of the first. */
  readonly lines: number;
}

const firstLine = /^<(https:\/\/ror\.org\/[0-9a-z]+)> <http:\/\/www\.w3\.org\/1999\/02\/22-rdf-syntax-ns#type> /;

/**
 * About so many triples of the records: whole records, those that the mix asks for first; beyond what there is, copies
 * whose records have other IRIs. Names, places and kinds are the same in all copies: what is asked by them finds as many
 * times more, what is asked by IRI does not.
 */
export async function scaleData(records: string, triples: number): Promise<ScaleData> {
  const { file: whole } = await rorGround(records);
  const all = await linesOf(whole);
  if (all.length <= triples * 1.1 && triples * 0.9 <= all.length) return { file: whole, lines: all.length };
  const file = path.join(workFolder, `${path.basename(whole, '.nt')}-${triples}.nt`);
  const lines = triples < all.length ? choose(all, triples) : all;
  const copies = Math.max(1, Math.round(triples / all.length));
  if (!existsSync(file)) {
    mkdirSync(workFolder, { recursive: true });
    const draft = `${file}.draft`;
    const target = createWriteStream(draft);
    for (let copy = 0; copy < copies; copy++)
      for (let start = 0; start < lines.length; start += 10_000) {
        const part = lines.slice(start, start + 10_000).map((line) => (copy ? shift(line, copy) : line));
        if (!target.write(`${part.join('\n')}\n`)) await once(target, 'drain');
      }
    target.end();
    await finished(target);
    renameSync(draft, file);
  }
  return { file, lines: lines.length * copies };
}

const shift = (line: string, copy: number): string =>
  line
    .replaceAll('<https://ror.org/', `<https://ror.org/copy${copy}/`)
    .replaceAll('/organizations/', `/organizations/copy${copy}-`);

async function linesOf(file: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY }))
    lines.push(line);
  return lines;
}

// A record goes on until the next begins.
function choose(all: readonly string[], triples: number): string[] {
  const asked = new Set(
    readMix(mixFolder('ror')).flatMap(({ text }) => text.match(/https:\/\/ror\.org\/[0-9a-z]+/g) ?? []),
  );
  const records: { readonly iri: string; readonly lines: string[] }[] = [];
  for (const line of all) {
    const [, iri] = firstLine.exec(line) ?? [];
    // A record has several types.
    if (iri !== undefined && iri !== records.at(-1)?.iri) records.push({ iri, lines: [] });
    records.at(-1)?.lines.push(line);
  }
  const chosen = records.filter(({ iri }) => asked.has(iri)).flatMap(({ lines }) => lines);
  // From all over the file: it is in the order of IRIs, which says nothing of what a record is about.
  const others = records.filter(({ iri }) => !asked.has(iri));
  const step = Math.max(1, Math.floor(all.length / triples));
  for (let at = 0; at < others.length && chosen.length < triples; at += step) chosen.push(...(others[at]?.lines ?? []));
  return chosen;
}
