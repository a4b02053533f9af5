import { Agent, get } from 'node:http';

/** Asks a server by GET over connections that stay open. Lighter than fetch, whose own work would be measured too. */
export class Asker {
  readonly #agent: Agent;

  constructor(connections: number) {
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Resolves when the whole answer is there, and says whether it is one (status 200). */
  ask(url: string, accept: string): Promise<boolean> {
    return new Promise((resolve) => {
      // Without compression, which not all that is compared has.
      const request = get(url, { agent: this.#agent, headers: { accept } }, (response) => {
        response.resume().once('close', () => resolve(response.complete && response.statusCode === 200));
      });
      request.once('error', () => resolve(false));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
