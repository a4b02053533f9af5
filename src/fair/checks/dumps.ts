import { createHash } from 'node:crypto';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { canonicalNQuads } from '../../rdf/canonical.ts';
import { type Format, findFormat, formats } from '../../rdf/formats.ts';
import { dcat, dcterms, mergeGraphs, voidTerm } from '../../rdf/terms.ts';
import type { Group } from '../check.ts';
import { askedOf, type Distribution, type Instance, mediaTypeOf, told } from '../instance.ts';
import { expectReply, lookAtEach, some } from '../looking.ts';

const digestOf = (sha256: string): string => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
const fileOf = ({ downloadURL }: Distribution): string => downloadURL.slice(downloadURL.lastIndexOf('/') + 1);
const typeOf = ({ compressFormat, mediaType }: Distribution): string => compressFormat ?? mediaType;
const bySize = (a: Distribution, b: Distribution): number => a.byteSize - b.byteSize;
const address = ({ downloadURL }: Distribution): string => downloadURL;

/** The smallest file of each type, plain or compressed. */
function smallest(files: readonly Distribution[]): Distribution[] {
  const found = new Map<string, Distribution>();
  for (const each of [...files].sort(bySize)) {
    const key = `${each.mediaType} ${each.compressFormat}`;
    if (!found.has(key)) found.set(key, each);
  }
  return [...found.values()];
}

/** The plain files of the dataset that is no part of another. */
async function wholeFiles(instance: Instance): Promise<Distribution[]> {
  const { graph } = await instance.document('/catalog');
  const files = await instance.distributions();
  return files.filter(({ dataset, compressFormat }) => {
    const parts = graph.values(dataset, dcterms('isPartOf'));
    return compressFormat === undefined && !parts.some((each) => graph.is(each, dcat('Dataset')));
  });
}

/** Whether the files can be relied on. */
export const dumps: Group = {
  name: 'dumps',
  title: 'Dumps',
  checks: [
    {
      id: 'dumps.formats',
      asks: 'The whole dataset is there in Turtle, JSON-LD, N-Triples, RDF/XML, N-Quads and TriG, and compressed',
      standard: 'Data on the Web Best Practices, 12, 14 and 17',
      remedy: 'Prepare the dataset anew with `umcnl prepare`.',
      supports: ['I1', 'A1'],
      run: async (instance, notes) => {
        const types = new Set((await wholeFiles(instance)).map(({ mediaType }) => mediaType));
        const missing = formats.map(({ mediaType }) => mediaType).filter((each) => !types.has(each));
        notes.expect(
          !missing.length,
          'the files of the whole dataset in /catalog',
          missing.length ? `none in ${some(missing)}` : some([...types]),
        );
        const codings = new Set((await instance.distributions()).map(({ compressFormat }) => compressFormat));
        notes.expect(
          codings.has('application/gzip'),
          'the compressed files in /catalog',
          [...codings].filter(Boolean).join(', ') || 'none',
          'warning',
        );
      },
    },
    {
      id: 'dumps.downloads',
      asks: 'Every file in the catalogue answers, with the type and size that the catalogue states',
      standard: 'W3C DCAT 3: downloadURL, mediaType, byteSize; NDE requirements for datasets',
      remedy: 'Let no proxy change types, or compress what is a file.',
      supports: ['A1', 'F3'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.distributions(), address, async (file) => {
          const reply = await instance.follow(file.downloadURL, { method: 'HEAD' });
          const { 'content-length': length, 'accept-ranges': ranges } = reply.headers;
          const fit = reply.status === 200 && mediaTypeOf(reply) === typeOf(file) && Number(length) === file.byteSize;
          notes.expect(
            fit,
            `HEAD ${file.downloadURL}`,
            `${told(reply)}, ${length ?? 'unknown'} bytes; the catalogue states ${typeOf(file)}, ${file.byteSize} bytes`,
          );
          if (ranges !== 'bytes') notes.fail(`HEAD ${file.downloadURL}`, `Accept-Ranges: ${ranges ?? 'none'}`);
        }),
    },
    {
      id: 'dumps.checksums',
      asks: 'Files have the SHA-256 that the catalogue and Repr-Digest state',
      standard: 'W3C DCAT 3: spdx:checksum; RFC 9530, sections 2 and 3',
      remedy: 'Let nothing change files on the way; prepare the dataset anew with `umcnl prepare`.',
      supports: ['R1.2', 'A1'],
      run: async (instance, notes) => {
        const files = await instance.distributions();
        const { sizeLimit } = instance.options;
        const [large] = [...(await wholeFiles(instance))].sort(bySize).reverse();
        const chosen = [...new Set([...smallest(files), ...(large ? [large] : []), ...instance.sample(files)])];
        await lookAtEach(notes, chosen, address, async (file) => {
          const asked = `GET ${file.downloadURL}`;
          if (file.byteSize > sizeLimit) return notes.skip(asked, `${file.byteSize} bytes are more than --size allows`);
          const reply = await instance.follow(file.downloadURL, { discard: true });
          const digest = reply.headers['repr-digest'];
          const fit = reply.status === 200 && reply.sha256 === file.sha256.toLowerCase();
          notes.expect(
            fit,
            asked,
            fit ? `SHA-256 ${reply.sha256}` : `${told(reply)}, SHA-256 ${reply.sha256} instead of ${file.sha256}`,
          );
          notes.expect(digest === digestOf(reply.sha256), asked, `Repr-Digest: ${digest ?? 'none'}`);
        });
      },
    },
    {
      id: 'dumps.checksum-file',
      asks: 'SHA256SUMS lists every file with the checksum in the catalogue',
      standard: 'GNU coreutils, sha256sum; W3C DCAT 3: spdx:checksum',
      remedy: 'Prepare the dataset anew with `umcnl prepare`.',
      supports: ['R1.2'],
      run: async (instance, notes) => {
        const reply = await instance.follow('/dumps/SHA256SUMS');
        if (!expectReply(notes, reply, 200, 'text/plain')) return;
        const listed = new Map(
          [...String(reply.body).matchAll(/^([0-9a-f]{64}) [ *](.+)$/gm)].map(([, sum = '', file = '']) => [file, sum]),
        );
        const files = await instance.distributions();
        const wrong = files.filter(
          (each) => listed.get(decodeURIComponent(fileOf(each))) !== each.sha256.toLowerCase(),
        );
        notes.expect(
          !wrong.length && files.length > 0,
          askedOf(reply),
          wrong.length
            ? `missing or different: ${some(wrong.map(fileOf))}`
            : `${files.length} files, as in the catalogue`,
        );
      },
    },
    {
      id: 'dumps.ranges',
      asks: 'A download that broke off can be resumed: parts make the whole, none beyond the end, none of another version',
      standard: 'RFC 9110, sections 13.1.5 and 14',
      remedy: 'Let Range, If-Range and 206 through.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, instance.sample(smallest(await instance.distributions()), 3), address, async (file) => {
          const asked = `GET ${file.downloadURL}`;
          const middle = Math.floor(file.byteSize / 2);
          const first = await instance.get(file.downloadURL, { headers: { Range: `bytes=0-${middle - 1}` } });
          const rest = await instance.get(file.downloadURL, { headers: { Range: `bytes=${middle}-` } });
          const sum = createHash('sha256').update(first.body).update(rest.body).digest('hex');
          const fit =
            first.status === 206 &&
            rest.status === 206 &&
            sum === file.sha256.toLowerCase() &&
            rest.headers['content-range'] === `bytes ${middle}-${file.byteSize - 1}/${file.byteSize}`;
          notes.expect(
            fit,
            `${asked} in two ranges`,
            `${first.status} and ${rest.status}, Content-Range: ${rest.headers['content-range'] ?? 'none'}, ${fit ? 'the parts make the whole' : 'the parts do not make the whole'}`,
          );
          const beyond = await instance.get(file.downloadURL, { headers: { Range: `bytes=${file.byteSize}-` } });
          expectReply(notes, beyond, 416, undefined, `${asked} from beyond its end`);
          const other = await instance.get(file.downloadURL, {
            headers: { Range: 'bytes=0-9', 'If-Range': '"another"' },
            discard: true,
          });
          expectReply(notes, other, 200, undefined, `${asked}, If-Range of another file`);
        }),
    },
    {
      id: 'dumps.permanent',
      asks: 'A file of a version has a strong ETag and never changes; the address without a version leads to the current one',
      standard: 'RFC 9110, section 8.8.3; RFC 8246; Data on the Web Best Practices, 7 and 11',
      remedy: 'Let ETag and Cache-Control through.',
      supports: ['F1', 'A2'],
      run: async (instance, notes) => {
        const { graph } = await instance.document('/catalog');
        await lookAtEach(notes, instance.sample(smallest(await instance.distributions()), 3), address, async (file) => {
          const reply = await instance.get(file.downloadURL, { method: 'HEAD' });
          const { etag = '', 'cache-control': caching = '' } = reply.headers;
          notes.expect(/^"/.test(etag), askedOf(reply), `ETag: ${etag || 'none'}`);
          notes.expect(
            /immutable|max-age=[1-9]\d{5}/.test(caching),
            askedOf(reply),
            `Cache-Control: ${caching || 'none'}`,
            'warning',
          );
          const again = await instance.get(file.downloadURL, { headers: { 'If-None-Match': etag } });
          expectReply(notes, again, 304, undefined, `GET ${file.downloadURL}, If-None-Match: ${etag}`);
          const version = graph.value(file.dataset, dcat('version'));
          const named = version !== undefined && file.downloadURL.includes(`/${version}/`);
          notes.expect(
            named,
            `dcat:version of ${file.dataset}`,
            named ? `${version} is in the address` : `${version ?? 'none'} is not in ${file.downloadURL}`,
          );
          const current = graph.value(file.iri, dcat('accessURL')) ?? file.downloadURL;
          const led = await instance.follow(current, { method: 'HEAD' });
          notes.expect(
            instance.named(led.address) === file.downloadURL,
            `HEAD ${current}`,
            `${led.hops.map(({ status }) => status).join(', ')} ${led.status} at ${led.address}`,
          );
        });
      },
    },
    {
      id: 'dumps.compressed',
      asks: 'Compressed files hold just what the plain ones hold',
      standard: 'RFC 1952; RFC 7932',
      remedy: 'Prepare the dataset anew with `umcnl prepare`.',
      supports: ['A1'],
      run: async (instance, notes) => {
        const files = await instance.distributions();
        const plainOf = new Map(files.map((each) => [fileOf(each), each]));
        const coded = smallest(files.filter(({ compressFormat }) => compressFormat !== undefined));
        if (!coded.length) notes.fail('compressed files in /catalog', 'none');
        await lookAtEach(notes, instance.sample(coded, 6), address, async (file) => {
          const plain = plainOf.get(fileOf(file).replace(/\.(gz|br)$/, ''));
          const { body } = await instance.get(file.downloadURL);
          const limit = { maxOutputLength: instance.options.sizeLimit };
          const text = fileOf(file).endsWith('.gz') ? gunzipSync(body, limit) : brotliDecompressSync(body, limit);
          const same = createHash('sha256').update(text).digest('hex') === plain?.sha256.toLowerCase();
          notes.expect(
            same,
            `GET ${file.downloadURL}`,
            same ? 'the same as the plain file' : 'not the same as the plain file',
          );
        });
      },
    },
    {
      id: 'dumps.same-graph',
      asks: 'The files of a part hold the same graph in every format, with as many triples as the catalogue states',
      standard: 'RDF 1.1 Concepts: isomorphism of graphs; VoID: statistics',
      remedy: 'Prepare the dataset anew with `umcnl prepare`.',
      supports: ['I1'],
      run: async (instance, notes) => {
        const types = new Set<string>(formats.map(({ mediaType }) => mediaType));
        const files = (await instance.distributions()).filter(
          ({ compressFormat, mediaType }) => compressFormat === undefined && types.has(mediaType),
        );
        const { graph } = await instance.document('/catalog');
        const [least] = [...files].sort(bySize).filter(({ mediaType }) => mediaType === 'application/n-triples');
        if (!least) return notes.fail('N-Triples in /catalog', 'none');
        const own = files.filter(({ dataset }) => dataset === least.dataset);
        const texts = new Map<string, string>();
        await lookAtEach(notes, own, address, async (file) => {
          const reply = await instance.follow(file.downloadURL);
          const parsed = await instance.readText(
            String(reply.body),
            findFormat(file.mediaType) as Format,
            file.downloadURL,
          );
          texts.set(file.downloadURL, await canonicalNQuads([...mergeGraphs(parsed.quads)]));
        });
        const expected = texts.get(least.downloadURL) ?? '';
        for (const [file, text] of texts)
          notes.expect(
            text === expected,
            `GET ${file}`,
            text === expected ? 'the same graph' : 'not the same graph as in N-Triples',
          );
        const stated = Number(graph.value(least.dataset, voidTerm('triples')));
        const counted = expected.split('\n').length - 1;
        notes.expect(
          stated === counted,
          `void:triples of ${least.dataset}`,
          `${stated}; there are ${counted} in ${fileOf(least)}`,
        );
      },
    },
    {
      id: 'dumps.whole',
      asks: 'The whole dataset in N-Triples has as many triples as SPARQL counts',
      standard: 'Data on the Web Best Practices, 17; SPARQL 1.1 Query Language: RDF dataset',
      remedy: 'Prepare the dataset anew with `umcnl prepare`, and start the server again.',
      supports: ['A1', 'R1'],
      run: async (instance, notes) => {
        const files = (await wholeFiles(instance)).filter(({ mediaType }) => mediaType === 'application/n-triples');
        const [file] = [...files].sort(bySize);
        if (!file) return notes.fail('N-Triples of the whole in /catalog', 'none');
        if (file.byteSize > instance.options.sizeLimit)
          return notes.skip(`GET ${file.downloadURL}`, 'larger than --size allows');
        const { body } = await instance.follow(file.downloadURL);
        const lines = body.reduce((sum, byte) => sum + Number(byte === 10), 0);
        const [totals] = await instance.rows('totals');
        const counted = Number(totals?.['triples']);
        notes.expect(lines === counted, `GET ${file.downloadURL}`, `${lines} triples; SPARQL counts ${counted}`);
      },
    },
    {
      id: 'dumps.list',
      asks: 'The dumps are listed for people and for programs, with size, type and checksum',
      standard: 'Data on the Web Best Practices, 1 and 17',
      remedy: 'Let /dumps/ through.',
      supports: ['F2', 'F4'],
      run: async (instance, notes) => {
        const page = await instance.follow('/dumps/', { headers: { Accept: 'text/html' } });
        expectReply(notes, page, 200, 'text/html');
        const list = await instance.follow('/dumps/', { headers: { Accept: 'application/json' } });
        if (!expectReply(notes, list, 200, 'application/json')) return;
        const { dumps: files } = JSON.parse(String(list.body)) as {
          dumps?: { url?: string; sha256?: string; bytes?: number }[];
        };
        const known = new Map((files ?? []).map((each) => [each.url, each]));
        const missing = (await instance.distributions()).filter((each) => {
          const found = known.get(each.downloadURL);
          return found?.sha256 !== each.sha256 || found?.bytes !== each.byteSize;
        });
        notes.expect(
          !missing.length,
          askedOf(list),
          missing.length
            ? `missing or different: ${some(missing.map(fileOf))}`
            : `${known.size} files, as in the catalogue`,
        );
      },
    },
    {
      id: 'dumps.unknown-version',
      asks: 'A version that there never was gets 404, and not some other version',
      standard: 'RFC 9110, section 15.5.5',
      remedy: 'Let the server’s own answers through.',
      supports: ['A2'],
      run: async (instance, notes) => {
        const reply = await instance.get('/dumps/0000000000000000/', { headers: { Accept: 'application/json' } });
        expectReply(notes, reply, 404, 'application/problem+json');
      },
    },
  ],
};
