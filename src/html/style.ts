import { readFile } from 'node:fs/promises';

/** The style sheet. It lies beside the sources, for built and unbuilt code alike. */
export const readStyle = (): Promise<string> => readFile(new URL('../../src/html/style.css', import.meta.url), 'utf8');
