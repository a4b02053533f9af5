import type { Request } from 'express';
import { isVersionName } from '../dataset/versions.ts';
import { dumpPath, dumpsPage, versionPath } from '../html/dumps-page.tsx';
import { checksumFile, compressedTypes, type DumpFile, type KeptDumps, writeChecksums } from '../publish/dumps.ts';
import { fileFormatOf } from '../publish/link-tables.ts';
import { type Answer, html, json } from './answer.ts';
import { acceptedCodings } from './compress.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

/**
 * Where the whole graph and its parts are downloaded. A file of a version has an address for good; without the version
 * an address leads to the current one.
 */
export const dumpRoutes: readonly Route[] = [
  { path: '/dumps/', get: (site) => listDumps(site, site.dataset.version) },
  {
    path: '/dumps/:name',
    get: (site, request) => {
      const name = String(request.params['name']);
      return isVersionName(name) ? listDumps(site, name) : toCurrent(site, name);
    },
  },
  {
    path: '/dumps/:version/:file',
    get: (site, request) => sendDump(site, request, String(request.params['version']), String(request.params['file'])),
  },
];

async function listDumps(site: Site, version: string): Promise<Answer> {
  const dumps = await openDumps(site, version);
  // An earlier release of this program kept none for its versions.
  const withDumps = (await site.versions?.list())?.filter(({ prepared }) => prepared !== undefined);
  const kept = withDumps?.map((each) => each.version) ?? [];
  return {
    kind: 'variants',
    variants: [html((language) => dumpsPage(site, dumps, kept, language)), json(() => dumpList(site, dumps, kept))],
    // Another process may keep versions in the same place.
    key: [versionPath(version), ...kept].join(' '),
  };
}

/** Which file is the current one changes, and what is at the address of a version never does. */
function toCurrent(site: Site, file: string): Answer {
  const { dumps, dataset } = site;
  if (file !== checksumFile && !dumps.files.some((each) => each.file === file)) throw noFile(file, '/dumps/');
  return { kind: 'redirect', status: 302, location: dumpPath(dataset.version, file) };
}

async function sendDump(site: Site, request: Request, version: string, file: string): Promise<Answer> {
  const dumps = await openDumps(site, version);
  if (file === checksumFile)
    return {
      kind: 'single',
      caching: 'permanent',
      version,
      variant: { mediaType: 'text/plain', body: () => writeChecksums(dumps) },
    };
  const asked = dumps.files.find((each) => each.file === file);
  if (!asked) throw noFile(file, versionPath(version));
  // Compressed already: who takes a coding gets the file that was made with the plain one.
  const coded =
    asked.coding === undefined
      ? acceptedCodings(request.headers['accept-encoding'])
          .map((coding) =>
            dumps.files.find((each) => each.coding === coding && hasTextOf(each, asked) && each.bytes < asked.bytes),
          )
          .find((each) => each !== undefined)
      : undefined;
  const sent = coded ?? asked;
  return {
    kind: 'file',
    path: dumps.pathOf(sent.file),
    mediaType: mediaTypeOf(asked),
    coding: coded?.coding,
    negotiated: asked.coding === undefined,
    bytes: sent.bytes,
    sha256: sent.sha256,
    tag: asked.sha256,
    modified: dumps.modified,
    headers: { 'Content-Disposition': `attachment; ${fileName(file)}` },
    absent: () => gone(site, version),
  };
}

const hasTextOf = (one: DumpFile, other: DumpFile): boolean =>
  one.part === other.part && one.format === other.format && one.statements === other.statements;

const mediaTypeOf = ({ format, coding }: DumpFile): string =>
  coding ? compressedTypes[coding] : fileFormatOf(format).mediaType;

// RFC 6266: a name with other characters is written as RFC 8187 says.
const fileName = (file: string): string =>
  /^[\w.-]+$/.test(file)
    ? `filename="${file}"`
    : `filename*=UTF-8''${encodeURIComponent(file).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`)}`;

async function openDumps(site: Site, version: string): Promise<KeptDumps> {
  const dumps = isVersionName(version) ? await site.openDumps(version) : undefined;
  if (dumps) return dumps;
  if ((await site.versions?.listRemoved())?.includes(version)) throw gone(site, version);
  throw new Problem(404, 'not-found', `There is no version ${version} of the dataset. The versions are at /dumps/.`);
}

const noFile = (file: string, list: string): Problem =>
  new Problem(404, 'not-found', `There is no dump ${file}. The list is at ${list}.`);

function gone({ dataset, publicUrl }: Site, version: string): Problem {
  const current = publicUrl + versionPath(dataset.version);
  return new Problem(
    410,
    'version-gone',
    `Version ${version} of the dataset is no longer kept here. The current version is at ${current}`,
    { headers: { Link: `<${current}>; rel="latest-version"` }, extra: { currentVersion: dataset.version, current } },
  );
}

const dumpList = ({ dataset, publicUrl }: Site, dumps: KeptDumps, versions: readonly string[]): unknown => ({
  version: dumps.version,
  current: dumps.version === dataset.version,
  prepared: dumps.modified.toISOString(),
  checksums: publicUrl + dumpPath(dumps.version, checksumFile),
  parts: dumps.parts.map(({ name, title, description, triples }) => ({ name, title, description, triples })),
  dumps: dumps.files.map((each) => ({
    url: publicUrl + dumpPath(dumps.version, each.file),
    ...each,
    mediaType: mediaTypeOf(each),
  })),
  versions: versions.map((version) => ({ version, url: publicUrl + versionPath(version) })),
});
