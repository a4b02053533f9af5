import { closeSync, openSync } from 'node:fs';
import { finish, type GrowingFile, grow, newGrowingFile } from '../engine/growing-file.ts';
import { type WrittenImage, writeImageApart } from '../engine/image.ts';

/**
 * The image of a large dataset's engine. It is made in a thread of its own that loads the N-Quads while they are still
 * being written: loading takes as long as all the rest.
 */
export class LargeImage {
  /** Where the image is when {@link written} has come true. */
  readonly file: string;
  readonly written: Promise<WrittenImage>;
  readonly #nquads: GrowingFile;
  readonly #stop = new AbortController();

  /** `nquads` is the file that will be written; it is there already. */
  constructor(nquads: string, file: string) {
    this.file = file;
    this.#nquads = newGrowingFile(openSync(nquads, 'r'));
    const into = openSync(file, 'w');
    this.written = writeImageApart({ engine: 'oxigraph', nquads: this.#nquads, into }, this.#stop.signal).finally(
      () => {
        closeSync(into);
        closeSync(this.#nquads.descriptor);
      },
    );
    // Whoever keeps the image is told; nobody keeps one of a dataset that could not be written.
    this.written.catch(() => undefined);
  }

  /** So many bytes of the N-Quads are there now. */
  grow(bytes: number): void {
    grow(this.#nquads, bytes);
  }

  /** All of the N-Quads are there. */
  finish(): void {
    finish(this.#nquads);
  }

  /** Ends the thread, if it still runs: nobody wants the image any more. */
  async cancel(): Promise<void> {
    this.#stop.abort();
    await this.written.catch(() => undefined);
  }
}
