/** The schema.org JSON-LD of a page: every object in it. Throws where one is no JSON. */
export function structuredData(page: string): Record<string, unknown>[] {
  return [...page.matchAll(/<script[^>]*\btype="?application\/ld\+json"?[^>]*>([\s\S]*?)<\/script>/gi)].flatMap(
    ([, content = '']) => {
      const found = JSON.parse(content) as unknown;
      return (Array.isArray(found) ? found : [found]).filter(isObject);
    },
  );
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** The addresses that a sitemap, or a list of sitemaps, names. */
export const locationsOf = (xml: string): string[] =>
  [...xml.matchAll(/<loc>\s*([^<]*?)\s*<\/loc>/g)].map(([, address = '']) =>
    address.replace(/&(amp|lt|gt|quot|apos);/g, (_, name: string) => entities[name] ?? ''),
  );

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
