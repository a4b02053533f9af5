import { type Answer, json } from './answer.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

const state = (site: Site) => ({ version: site.dataset.version, workers: site.pool.state.ready });

// Changed files that cannot be published are no reason to send requests elsewhere: what was served before still is.
const rebuild = ({ operations }: Site) => {
  const renewed = operations?.renewed?.();
  return renewed ? { rebuild: renewed } : {};
};

/** True for a moment only. */
const now = (status: string, site: Site, more = {}): Answer => ({
  kind: 'single',
  caching: 'never',
  variant: json(() => ({ status, ...state(site), ...more })),
});

/** Whether the process answers at all: who runs it restarts it when not. */
const alive: Route = {
  path: '/healthz',
  early: () => true,
  get: (site) => now('ok', site),
};

/** Whether queries can be sent here: who spreads the load sends them elsewhere when not. */
const ready: Route = {
  path: '/readyz',
  early: () => true,
  get: async (site) => {
    const why = site.operations?.stopping()
      ? 'The server is stopping.'
      : !site.loading.done()
        ? 'The dataset is being read.'
        : await site.pool.check();
    if (why)
      throw new Problem(503, 'not-ready', `${why} Ask again in a few seconds.`, {
        headers: { 'Retry-After': '5' },
        extra: { ...state(site), ...rebuild(site) },
      });
    return now('ready', site, rebuild(site));
  },
};

/** The numbers, for Prometheus and what reads its format. */
const metrics: Route = {
  path: '/metrics',
  early: () => true,
  get: ({ operations }) => {
    if (!operations?.options.metrics) throw new Problem(404, 'not-found', 'This server gives no metrics.');
    const { mediaType, write } = operations.metrics;
    return { kind: 'single', caching: 'never', variant: { mediaType, body: write } };
  },
};

/** Routes for those who run the server. */
export const healthRoutes: readonly Route[] = [alive, ready, metrics];
