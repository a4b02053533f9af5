import { queryPart, readParameters } from '../parameters.ts';
import type { Route } from '../site.ts';
import * as draft from './draft.ts';
import { preview, propose, suggest } from './suggest.ts';
import * as old from './version-0-2.ts';

/** The Reconciliation Service API: version 0.2, and the draft of 1.0 below it. */
export const reconcileRoutes: readonly Route[] = [
  {
    path: old.path,
    limited: true,
    get: (site, request) => old.answer(site, request, readParameters(queryPart(request))),
    post: async (site, request) => old.answer(site, request, await old.formParameters(site, request)),
    accepts: { 'Accept-Post': old.formType },
  },
  { path: `${old.path}/properties`, limited: true, get: propose },
  { path: `${old.path}/preview`, get: preview },
  { path: `${old.path}/suggest/:what`, limited: true, get: suggest },
  { path: draft.path, get: draft.manifest },
  {
    path: `${draft.path}/match`,
    limited: true,
    get: () => draft.needsPost('queries'),
    post: draft.match,
    accepts: { 'Accept-Post': 'application/json' },
  },
  {
    path: `${draft.path}/extend`,
    limited: true,
    get: () => draft.needsPost('ids and properties'),
    post: draft.extend,
    accepts: { 'Accept-Post': 'application/json' },
  },
  { path: `${draft.path}/extend/propose`, limited: true, get: propose },
  { path: `${draft.path}/preview`, get: preview },
  { path: `${draft.path}/suggest/:what`, limited: true, get: suggest },
];
