import { cataloguePath, fairDataPointPath } from './catalogue/records.ts';
import { services } from './catalogue/services.ts';

/** Where programs find the list of APIs (RFC 9727). */
export const apiCatalogPath = '/.well-known/api-catalog';

/** The profile that a list of APIs names (RFC 9727, section 4.2). */
export const apiCatalogProfile = 'https://www.rfc-editor.org/info/rfc9727';

interface Target {
  readonly href: string;
  readonly type?: string;
}

/** A set of links as JSON (RFC 9264, section 4.2). */
export interface Linkset {
  readonly linkset: readonly ({ readonly anchor: string } & Readonly<Record<string, string | readonly Target[]>>)[];
}

/** The APIs of an instance: what each is, and where programs and people learn about it. */
export function listApis(
  publicUrl: string,
  { catalogue, statistics }: { readonly catalogue: boolean; readonly statistics: boolean },
): Linkset {
  const at = (path: string, type?: string): Target[] => [{ href: publicUrl + path, ...(type ? { type } : {}) }];
  const apis = [
    ...services.map(({ endpoint, describedAt, describedIn, page }) => ({
      anchor: publicUrl + endpoint,
      'service-desc': at(describedAt, describedIn),
      'service-doc': at(page, 'text/html'),
    })),
    {
      anchor: `${publicUrl}/dumps/`,
      'service-desc': at('/dumps/', 'application/json'),
      'service-doc': at('/dumps/', 'text/html'),
    },
    ...(catalogue
      ? [cataloguePath, fairDataPointPath].map((path) => ({
          anchor: publicUrl + path,
          'service-desc': at(path, 'text/turtle'),
          'service-doc': at(`${path}.html`, 'text/html'),
        }))
      : []),
  ];
  const items = apis.map(({ anchor }) => ({ href: anchor }));
  const metadata = statistics ? { 'service-meta': at('/.well-known/void', 'text/turtle') } : {};
  return { linkset: [{ anchor: publicUrl + apiCatalogPath, item: items, ...metadata }, ...apis] };
}
