import { ourGround, rorGround } from './data.ts';
import { type GraphName, type Ground, kinds, type Server, type ServerName, startServer } from './servers.ts';

/** Starts this server and those peers that are wanted, on the same data. They have to be stopped. */
export async function startAll(
  graph: GraphName,
  only: readonly ServerName[],
  ror: string,
): Promise<{ servers: Server[]; ground: Ground }> {
  const servers: Server[] = [];
  let ground: Ground = graph === 'ror' ? await rorGround(ror) : { graph, file: '' };
  try {
    // This server comes first: our graph for the peers is its dump.
    for (const { name, label } of kinds) {
      if (!only.includes(name) && name !== 'ours') continue;
      process.stderr.write(`Starting ${label} on ${graph} … `);
      const server = await startServer(name, ground);
      process.stderr.write(`${server.startSeconds.toFixed(1)} s\n`);
      servers.push(server);
      if (name === 'ours' && graph === 'ours') ground = await ourGround(server.url);
    }
  } catch (error) {
    await Promise.all(servers.map((server) => server.stop()));
    throw error;
  }
  return { servers, ground };
}
