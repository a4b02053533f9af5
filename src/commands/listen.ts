import { createServer, type RequestListener, type Server } from 'node:http';
import type { ServeOptions } from './serve-options.ts';

/** Seconds without anything sent or read, after which a connection is given up (an answer under way gets twice that), if no query may last longer. */
const standstill = 60;

/** Listens as the options say. */
export function listen({ port: wanted, host, timeout }: ServeOptions): Promise<Server> {
  return new Promise((resolve, reject) => {
    // Above what the application takes for an address, so that it can say so itself.
    // Who sends a request drop by drop gives its connection back after a minute.
    const server = createServer({ maxHeaderSize: 65_536, headersTimeout: 20_000, requestTimeout: 60_000 });
    // Who takes an answer and does not read it would keep all of it in memory.
    server.setTimeout(1000 * Math.max(standstill, 2 * timeout));
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(new Error(`Port ${wanted} is in use. Stop what listens there, or choose another with --port.`));
    });
    server.listen(wanted, host, () => resolve(server));
  });
}

/** Whoever asks before the site is there waits for it: a request that no listener takes is never answered. */
export function holdRequests(server: Server): (app: RequestListener) => void {
  const held: Parameters<RequestListener>[] = [];
  const hold: RequestListener = (...asked) => void held.push(asked);
  server.on('request', hold);
  return (app) => {
    server.off('request', hold).on('request', app);
    for (const asked of held) app(...asked);
  };
}
