import { LRUCache } from 'lru-cache';
import { type Coding, compress, worthCompressing } from './compress.ts';

/** Written answers that are kept: those used least go first when the bytes are full. */
export class BodyCache {
  readonly #kept: LRUCache<string, Uint8Array>;
  readonly #largest: number;
  readonly #underWay = new Map<string, Shared>();

  /** A cache of so many bytes. A body of more than a quarter of them is not kept: it would push out many small ones. */
  constructor(bytes: number) {
    this.#largest = Math.floor(bytes / 4);
    // The cache package wants a positive limit; with none at all, nothing is ever put in.
    this.#kept = new LRUCache({ maxSize: Math.max(1, bytes), sizeCalculation: ({ length }) => Math.max(1, length) });
  }

  /** Bytes kept now. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  /** The body under a key if it is kept: in a content coding where that is wanted and pays. */
  find(key: string, coding: Coding | undefined): Found | undefined {
    const coded = coding && this.#kept.get(codedKey(key, coding));
    if (coded) return { body: coded, coding };
    const body = this.#kept.get(key);
    return body && !(coding && worthCompressing(body)) ? { body, coding: undefined } : undefined;
  }

  /**
   * Like {@link find}, but makes what is not kept; requests for the same body at the same time share the work. The work
   * gets a signal that is raised when all who wait for it have gone. Each body is coded once.
   */
  async get(key: string, coding: Coding | undefined, gone: AbortSignal, make: Make): Promise<Found> {
    const body = await this.#share(key, gone, make);
    // What is too large to keep would be coded anew for each request.
    if (!coding || !worthCompressing(body) || body.length > this.#largest) return { body, coding: undefined };
    return { body: await this.#share(codedKey(key, coding), gone, () => compress(body, coding)), coding };
  }

  async #share(key: string, gone: AbortSignal, make: Make): Promise<Uint8Array> {
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const shared = this.#underWay.get(key) ?? this.#start(key, make);
    shared.waiting++;
    const leave = (): void => {
      if (--shared.waiting > 0) return;
      // Who asks from here on starts anew: this one is being stopped.
      if (this.#underWay.get(key) === shared) this.#underWay.delete(key);
      shared.stop.abort();
    };
    if (gone.aborted) leave();
    else gone.addEventListener('abort', leave, { once: true });
    try {
      return await shared.body;
    } finally {
      gone.removeEventListener('abort', leave);
    }
  }

  #start(key: string, make: Make): Shared {
    const stop = new AbortController();
    const body = make(stop.signal).then((made) => {
      if (made.length <= this.#largest) this.#kept.set(key, made);
      return made;
    });
    const shared: Shared = { body, stop, waiting: 0 };
    this.#underWay.set(key, shared);
    const end = (): void => {
      if (this.#underWay.get(key) === shared) this.#underWay.delete(key);
    };
    body.then(end, end);
    return shared;
  }
}

const codedKey = (key: string, coding: Coding): string => `${key}-${coding}`;

/** A body, and the content coding that it is in. */
interface Found {
  readonly body: Uint8Array;
  readonly coding: Coding | undefined;
}

/** Makes a body. */
type Make = (signal: AbortSignal) => Promise<Uint8Array>;

interface Shared {
  readonly body: Promise<Uint8Array>;
  readonly stop: AbortController;
  waiting: number;
}
