import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '../setup/server.ts';

/** A graph of a server, in Turtle. */
export interface ServedGraph {
  /** Its name; none for the default graph. */
  readonly graph?: string;
  readonly text: string;
}

/** Starts a real server over just these graphs, for as long as `use` takes. */
export async function withServer<T>(
  graphs: readonly ServedGraph[],
  use: (url: string) => Promise<T>,
  port = 0,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'conformance-'));
  try {
    const files = graphs.map(async ({ graph, text }, index) => {
      const file = path.join(folder, `${index}.ttl`);
      await writeFile(file, text);
      return { graph, file };
    });
    const written = await Promise.all(files);
    const running = await serve({
      plain: true,
      data: written.filter(({ graph }) => graph === undefined).map(({ file }) => file),
      graph: written.filter(({ graph }) => graph !== undefined).map(({ graph, file }) => `${graph}=${file}`),
      workers: 1,
      store: path.join(folder, 'store'),
      port,
    });
    try {
      return await use(running.url);
    } finally {
      await running.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A port that is free now: for data that name the server that holds them. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
