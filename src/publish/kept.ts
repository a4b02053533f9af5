/** Answers that are asked for once, then kept: as long as the dataset is as it was. */
export class Kept<T> {
  readonly #epoch: () => number;
  readonly #found = new Map<string, { readonly epoch: number; readonly answer: Promise<T> }>();

  /** `epoch` tells how often the dataset may have changed; without it, it never does. */
  constructor(epoch: () => number = () => 0) {
    this.#epoch = epoch;
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const epoch = this.#epoch();
    const found = this.#found.get(key);
    if (found?.epoch === epoch) return found.answer;
    const kept = { epoch, answer: ask() };
    this.#found.set(key, kept);
    // A failure is not kept: the next request asks again.
    kept.answer.catch(() => {
      if (this.#found.get(key) === kept) this.#found.delete(key);
    });
    return kept.answer;
  }
}
