import { dumpsPage } from '../html/pages.tsx';
import { listDumps } from '../publish/dumps.ts';
import { type Answer, html, json } from './answer.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

/** Where the whole graph is downloaded. */
export const dumpRoutes: readonly Route[] = [
  {
    path: '/dumps/',
    get: (site) => ({
      kind: 'variants',
      variants: [html((language) => dumpsPage(site, listDumps(site.dataset), language)), json(() => dumpList(site))],
    }),
  },
  { path: '/dumps/:file', get: (site, request) => dump(site, String(request.params['file'])) },
];

function dump(site: Site, file: string): Answer {
  const found = listDumps(site.dataset).find((each) => each.file === file);
  if (!found) throw new Problem(404, 'not-found', `There is no dump ${file}. The list is at /dumps/.`);
  return {
    kind: 'single',
    headers: { 'Content-Disposition': `attachment; filename="${file}"` },
    variant: {
      mediaType: found.gzip ? 'application/gzip' : found.format.mediaType,
      body: () => site.readDump(found),
    },
  };
}

const dumpList = (site: Site): unknown => ({
  version: site.dataset.version,
  dumps: listDumps(site.dataset).map(({ file, format, gzip }) => ({
    url: `${site.publicUrl}/dumps/${file}`,
    mediaType: format.mediaType,
    gzip,
  })),
});
