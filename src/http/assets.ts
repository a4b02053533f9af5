import { queryPart, readParameters, single } from './parameters.ts';
import { Problem } from './problem.ts';
import type { Route } from './site.ts';

const mediaTypes: Readonly<Record<string, string>> = { css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml' };

/** Style sheets and scripts. Pages name them with the hash of all of them, so that browsers may keep them for good. */
export const assetRoute: Route = {
  path: '/assets/:name',
  early: () => true,
  get: ({ assets }, request) => {
    const name = String(request.params['name']);
    const body = assets.read(name);
    const mediaType = mediaTypes[name.split('.').at(-1) ?? ''];
    if (!body || !mediaType) throw new Problem(404, 'not-found', `Pages use no file "${name}".`);
    const version = single(readParameters(queryPart(request)), 'v');
    return {
      kind: 'single',
      variant: { mediaType, body: () => body },
      caching: version === assets.hash ? 'permanent' : 'hour',
      key: `${assets.hash} ${name}`,
      undated: true,
    };
  },
};
