import type { Answer, Variant } from './answer.ts';
import { linksetFormats, linksetOf, type Signposts } from './links.ts';
import type { Site } from './site.ts';

/** All links of a thing or a list, and of what belongs to it (RFC 9264). */
export function answerLinkset(site: Site, posts: Signposts, extension: string | undefined): Answer {
  const variants = linksetFormats.map((format): Variant & { extension: string } => ({
    extension: format.extension,
    mediaType: format.mediaType,
    aliases: format.aliases,
    links: [{ target: posts.landing, rel: 'about', type: 'text/html' }],
    body: () => format.write(linksetOf(site, posts)),
  }));
  const variant = variants.find((each) => each.extension === extension);
  return variant ? { kind: 'single', variant } : { kind: 'variants', variants };
}
