/** A typed link (RFC 8288). */
export interface Link {
  /** From where it goes. */
  readonly anchor: string;
  readonly target: string;
  readonly rel: string;
  readonly type: string | undefined;
}

/** The links of Link headers, or of a linkset in their syntax (RFC 9264, section 4.1): one for each relation. */
export function parseLinks(text: string, context: string): Link[] {
  const links: Link[] = [];
  for (const [, target = '', rest = ''] of text.matchAll(
    /<([^>]*)>((?:\s*;\s*[\w*-]+(?:\s*=\s*(?:"[^"]*"|[^\s",;]+))?)*)/g,
  )) {
    const parameters = new Map<string, string>();
    // Of each parameter only the first counts (RFC 8288, section 3.3).
    for (const [, name = '', quoted, plain] of rest.matchAll(/([\w*-]+)\s*=\s*(?:"([^"]*)"|([^\s",;]+))/g))
      if (!parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), quoted ?? plain ?? '');
    for (const rel of (parameters.get('rel') ?? '').split(/\s+/).filter(Boolean))
      links.push({
        anchor: resolve(parameters.get('anchor') ?? context, context),
        target: resolve(target, context),
        rel: rel.toLowerCase(),
        type: parameters.get('type'),
      });
  }
  return links;
}

const resolve = (target: string, context: string): string => parseAddress(target, context)?.href ?? target;

/** An address, resolved; undefined where it is none. */
export const parseAddress = (text: string, context?: string): URL | undefined =>
  URL.canParse(text, context) ? new URL(text, context) : undefined;

/** The links of a linkset in JSON (RFC 9264, section 4.2). Throws where it is none. */
export function parseLinkset(text: string): Link[] {
  const { linkset } = JSON.parse(text) as { linkset?: unknown };
  if (!Array.isArray(linkset)) throw new Error('There is no "linkset" in it that is a list.');
  return linkset.flatMap((each: unknown) => {
    const { anchor, ...relations } = (each ?? {}) as Record<string, unknown>;
    return Object.entries(relations).flatMap(([rel, targets]) => {
      if (!Array.isArray(targets)) throw new Error(`The targets of "${rel}" are no list.`);
      return targets.map((target: { href?: unknown; type?: unknown } | null) => {
        if (typeof target?.href !== 'string') throw new Error(`A target of "${rel}" has no "href".`);
        return {
          anchor: String(anchor ?? ''),
          target: target.href,
          rel,
          type: typeof target.type === 'string' ? target.type : undefined,
        };
      });
    });
  });
}

/** The targets of a relation. */
export const targetsOf = (links: readonly Link[], rel: string): string[] =>
  links.filter((link) => link.rel === rel).map(({ target }) => target);
