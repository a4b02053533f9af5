import { formats } from '../rdf/formats.ts';
import type { Answer, Variant } from './answer.ts';
import { documentLinks, landingLinks, type Signposts, type WebLink } from './links.ts';
import type { Site } from './site.ts';

/** The ending of an address, with the media type that it asks for. */
export interface Suffix {
  readonly extension: string;
  readonly mediaType: string;
}

/** The endings of documents. */
export const suffixes: readonly Suffix[] = [...formats, { extension: 'html', mediaType: 'text/html' }];

/** An address as what it has before an ending, and that ending. */
export function splitSuffix(
  address: string,
  endings: readonly Suffix[] = suffixes,
): { readonly stem: string; readonly suffix: Suffix | undefined } {
  const suffix = endings.find(({ extension }) => address.endsWith(`.${extension}`));
  return { stem: suffix ? address.slice(0, -suffix.extension.length - 1) : address, suffix };
}

/** All variants to choose from, or the one that an ending asks for. */
export function pick(variants: readonly Variant[], suffix: Suffix | undefined): Answer {
  const variant = suffix && variants.find(({ mediaType }) => mediaType === suffix.mediaType);
  return variant ? { kind: 'single', variant } : { kind: 'variants', variants };
}

/** Variants with their links: those of the landing page, or, with an ending, of that document; further ones first. */
export function signpost(
  site: Site,
  variants: readonly Variant[],
  posts: Signposts,
  suffix: Suffix | undefined,
  further: readonly WebLink[] = [],
): Variant[] {
  return variants.map((variant) => {
    if (suffix) return { ...variant, links: [...further, ...documentLinks(posts, variant.mediaType)] };
    // The links are those of the address, whatever it is answered in; what holds of one format goes from its own.
    const format = formats.find(({ mediaType }) => mediaType === variant.mediaType);
    const own: WebLink[] = format
      ? [{ target: posts.landing, rel: 'describes', type: 'text/html', anchor: posts.withSuffix(format.extension) }]
      : [];
    return { ...variant, links: [...further, ...own, ...landingLinks(site, posts)] };
  });
}

/** Links from one page of a list to others. */
export const stepLinks = (page: number, pages: number, address: (page: number) => string): WebLink[] =>
  [
    { rel: 'first', to: 1 },
    { rel: 'prev', to: page - 1 },
    { rel: 'next', to: page + 1 },
    { rel: 'last', to: pages },
  ]
    .filter(({ to }) => to >= 1 && to <= pages)
    .map(({ rel, to }) => ({ target: address(to), rel }));
