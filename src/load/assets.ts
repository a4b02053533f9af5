import { readText } from './files.ts';

/** A file that pages are sent with. Such files lie beside the sources, for built and unbuilt code alike. */
export const readAsset = (name: string): Promise<string> =>
  readText(new URL(`../../src/html/${name}`, import.meta.url).pathname);
