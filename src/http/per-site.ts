import type { Site } from './site.ts';

/** What is made of a site once, when it is first asked for: see `GraphIndex.remember`. */
export function onceForSite<T>(make: (site: Site) => T): (site: Site) => T {
  const makers = perSite(make);
  return (site) => site.index.remember(makers(site));
}

/** The same of what takes long to make: see `GraphIndex.later`. */
export function laterForSite<T>(make: (site: Site) => Promise<T>): (site: Site) => Promise<T> {
  const makers = perSite(make);
  return (site) => site.index.later(makers(site));
}

// An index keeps what is made by the function that makes it: one for each site.
function perSite<T>(make: (site: Site) => T): (site: Site) => () => T {
  const known = new WeakMap<Site, () => T>();
  return (site) => {
    const maker = known.get(site) ?? (() => make(site));
    known.set(site, maker);
    return maker;
  };
}
