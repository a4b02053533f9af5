import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { constants } from 'node:os';

/** What to do besides answering out when a server stops. */
export interface StopSteps {
  /** Seconds from the word to stop until all is closed. */
  readonly limit: number;
  /** Refuses the queries that wait and those that still come, and lets those that run go on. */
  readonly refuseWaiting?: () => void;
  /** Ends the workers; queries that still run are refused. */
  readonly close: () => Promise<void>;
}

/** Part of the limit that is kept for refusing what has not ended, in seconds at most. */
const reserve = 1;

/** Knows the answers under way on a server, and stops it without cutting them off. */
export class Drain {
  readonly #server: Server;
  readonly #open = new Set<ServerResponse>();
  readonly #byConnection = new WeakMap<Socket, Set<ServerResponse>>();
  #stopped: Promise<void> | undefined;
  #whenIdle: () => void = () => undefined;

  /** Make it before the server has its application: it wants to see each request first. */
  constructor(server: Server) {
    this.#server = server;
    server.on('request', ({ socket }, response) => {
      this.#watch(response);
      this.#endWithConnection(response, socket);
    });
  }

  /** Whether the server takes no new connections. */
  get stopping(): boolean {
    return this.#stopped !== undefined;
  }

  /** Answers under way. */
  get open(): number {
    return this.#open.size;
  }

  /**
   * Stops the server: no new connections; answers under way get until shortly before the limit, then are refused.
   * Resolves within the limit. Called again, it gives the same promise.
   */
  stop(steps: StopSteps): Promise<void> {
    this.#stopped ??= this.#stop(steps);
    return this.#stopped;
  }

  async #stop({ limit, refuseWaiting, close }: StopSteps): Promise<void> {
    const kept = Math.min(reserve, limit / 4);
    const idle = new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    });
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const response of this.#open) endConnection(response);
    refuseWaiting?.();
    if (this.#open.size) await withinSeconds(limit - kept, idle);
    await withinSeconds(kept / 2, close());
    // The refusals get to their clients; then whatever connection is left is cut.
    await withinSeconds(kept / 2, closed);
    this.#server.closeAllConnections();
    await closed;
  }

  #watch(response: ServerResponse): void {
    this.#open.add(response);
    if (this.stopping) endConnection(response);
    response.once('close', () => {
      this.#open.delete(response);
      if (!this.stopping) return;
      // An answer begun before the word to stop has left its connection open.
      this.#server.closeIdleConnections();
      if (!this.#open.size) this.#whenIdle();
    });
  }

  // Node tells only the answer that is being written when its connection closes: of those that a client has asked for
  // ahead (pipelining) nothing would be heard again, and they would be kept for ever.
  #endWithConnection(response: ServerResponse, socket: Socket): void {
    let answers = this.#byConnection.get(socket);
    if (!answers) {
      const all = new Set<ServerResponse>();
      this.#byConnection.set(socket, all);
      socket.once('close', () => {
        for (const each of all)
          if (!each.socket) {
            each.destroy();
            each.emit('close');
          }
      });
      answers = all;
    }
    answers.add(response);
    response.once('close', () => answers.delete(response));
  }
}

/** Asks the client not to use the connection again. */
function endConnection(response: ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}

async function withinSeconds(seconds: number, task: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, seconds * 1000);
  });
  await Promise.race([task, over]).finally(() => clearTimeout(timer));
}

/**
 * Has the files taken up on SIGHUP, as services do when they are told to reload. In a terminal, the signal says that the
 * terminal is closed: there it ends the process, as it does where nobody listens. So call it before anything else, and
 * what it gives back when there is something to renew: a signal that comes earlier counts then.
 */
export function renewOnSignal(): (renew: () => Promise<void>) => void {
  let early = false;
  let take = (): void => {
    early = true;
  };
  if (!process.stdin.isTTY && !process.stderr.isTTY) process.on('SIGHUP', () => take());
  return (renew) => {
    take = () => void renew();
    if (early) take();
  };
}

/** Milliseconds in which a second signal is the same word again: npm passes on the Ctrl-C that we have had already. */
const echo = 300;

/**
 * Calls `first` on the first SIGTERM or SIGINT, with the exit code of a process that it ends: 128 and the signal's
 * number, as shells count. A second signal ends the process at once. Call what it gives back to hear no more.
 */
export function hearSignals(first: (code: number) => void): () => void {
  const signals = ['SIGTERM', 'SIGINT'] as const;
  let since: number | undefined;
  const hear = (signal: (typeof signals)[number]): void => {
    const code = 128 + constants.signals[signal];
    if (since === undefined) {
      since = performance.now();
      first(code);
    } else if (performance.now() - since > echo) process.exit(code);
  };
  for (const signal of signals) process.on(signal, hear);
  return () => {
    for (const signal of signals) process.off(signal, hear);
  };
}

/** Ends the process on SIGTERM and SIGINT: after `stop`, with exit code 0; 1 if stopping failed; at once when told twice. */
export function stopOnSignals(stop: () => Promise<void>): void {
  hearSignals(() => {
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
