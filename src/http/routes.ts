import { apiRoute } from './api.ts';
import { assetRoute } from './assets.ts';
import { catalogueRoutes } from './catalogue.ts';
import { changesRoutes } from './changes.ts';
import { discoveryRoutes } from './discovery.ts';
import { dumpRoutes } from './dumps.ts';
import { healthRoutes } from './health.ts';
import { linkOutRoutes } from './link-out.ts';
import { pageRoutes } from './pages.ts';
import { queryHelpRoutes } from './query-help.ts';
import { reconcileRoutes } from './reconcile/routes.ts';
import { resolveRoute } from './resolve.ts';
import { searchRoutes } from './search.ts';
import type { Route } from './site.ts';
import { sparqlRoute } from './sparql.ts';
import { thingRoutes } from './things.ts';
import { voidRoutes } from './void.ts';

/** Every route, in the order in which they are tried. */
export const routes: readonly Route[] = [
  sparqlRoute,
  ...queryHelpRoutes,
  ...healthRoutes,
  ...pageRoutes,
  assetRoute,
  apiRoute,
  ...catalogueRoutes,
  ...discoveryRoutes,
  ...voidRoutes,
  ...dumpRoutes,
  ...changesRoutes,
  resolveRoute,
  ...searchRoutes,
  ...reconcileRoutes,
  ...linkOutRoutes,
  ...thingRoutes,
];
