/** A path as it stands in an address: what an IRI has after "#" or "?" is part of it. */
export const encodePath = (path: string): string => encodeURI(path).replace(/[?#]/g, encodeURIComponent);
