import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type PushContent, type Pushed, type PushOptions, pushDataset } from '../../src/engine/remote/push.ts';
import { type Credentials, createRemoteClient } from '../../src/engine/remote/remote-client.ts';
import { openStore, type StoreAddresses, type StoreLimits } from '../../src/engine/remote/remote-store.ts';
import { splitGraphs } from '../../src/load/graph-files.ts';
import type { RunningServer } from './sparql-servers/sparql-server.ts';

export const marker = 'http://example.org/graph/pushed';

const folders: string[] = [];

/** Takes away what {@link contentOf} has written. */
export function removeContents(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Canonical N-Quads as they are pushed. */
export async function contentOf(version: string, nquads: string | { readonly file: string }): Promise<PushContent> {
  const folder = mkdtempSync(path.join(tmpdir(), 'push-test-'));
  folders.push(folder);
  const file = typeof nquads === 'string' ? path.join(folder, 'dataset.nq') : nquads.file;
  if (typeof nquads === 'string') writeFileSync(file, nquads.split('\n').sort().join('\n').trimStart());
  const { named, unnamed, merged } = await splitGraphs(file, folder, { merge: true });
  return { version, graphs: named, defaultGraph: merged, unnamed: unnamed?.triples ?? 0, marker };
}

/** How a push went, and what was said. */
export interface Told extends Pushed {
  readonly said: readonly string[];
}

/** Pushes to a server, with hardly a pause between attempts. */
export async function pushTo(
  { query, store, update }: Pick<RunningServer, 'query'> & Partial<RunningServer>,
  content: PushContent,
  options: Partial<PushOptions> & Partial<Omit<StoreLimits, 'again'>> & { readonly credentials?: Credentials } = {},
): Promise<Told> {
  const said: string[] = [];
  const client = createRemoteClient({ connections: 4, credentials: options.credentials });
  const requestSize = options.requestSize ?? 2 ** 25;
  const addresses: StoreAddresses = { query, graphs: store, update };
  const limits = { attempts: 3, firstPause: 0.01, timeLimit: 60, ...options, requestSize };
  const remote = openStore(client, addresses, { ...limits, again: (reason) => said.push(reason) });
  try {
    const settings = { defaultGraph: 'auto', force: false, allowDifferences: false, connections: 2 } as const;
    const say = (remark: string): void => void said.push(remark);
    const pushed = await pushDataset(remote, content, {
      ...settings,
      say,
      progress: () => undefined,
      ...options,
      requestSize,
    });
    return { ...pushed, said };
  } finally {
    await client.close();
  }
}

/** Rows of a query, as CSV without quotes. */
export async function rowsOf({ query: url }: Pick<RunningServer, 'query'>, query: string): Promise<string[]> {
  const headers = { accept: 'text/csv' };
  const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams({ query }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${text}`);
  const [, ...lines] = text.trim().split(/\r?\n/);
  return lines.map((line) => line.replaceAll('"', ''));
}
