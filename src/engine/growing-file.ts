/** A file that one thread reads while another still writes it. It can be sent to a thread. */
export interface GrowingFile {
  /** Open to be read: threads share it, whatever becomes of the file's name. */
  readonly descriptor: number;
  /** How many bytes are there, and whether they are all. */
  readonly state: SharedArrayBuffer;
}

const bytesAt = 0;
const wholeAt = 1;

const stateOf = ({ state }: GrowingFile): BigInt64Array => new BigInt64Array(state);

/** A file of which nothing is there yet. */
export const newGrowingFile = (descriptor: number): GrowingFile => ({
  descriptor,
  state: new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT),
});

/** Tells who reads the file that so many bytes of it are there now. */
export function grow(file: GrowingFile, bytes: number): void {
  const state = stateOf(file);
  Atomics.store(state, bytesAt, BigInt(bytes));
  Atomics.notify(state, bytesAt);
}

/** Tells who reads the file that what is there is all, or that no more will come. */
export function finish(file: GrowingFile): void {
  const state = stateOf(file);
  Atomics.store(state, wholeAt, 1n);
  Atomics.notify(state, bytesAt);
}

/** Seconds after which is looked again: the end is told apart from the growth, and could come between two looks. */
const lookEvery = 0.1;

/** How many bytes are there, when they are more than so many or all. Stops the thread until then. */
export function waitForMore(file: GrowingFile, than: number): { readonly bytes: number; readonly isWhole: boolean } {
  const state = stateOf(file);
  for (;;) {
    // In this order: what is whole does not grow any more.
    const isWhole = Atomics.load(state, wholeAt) === 1n;
    const bytes = Atomics.load(state, bytesAt);
    if (isWhole || bytes > than) return { bytes: Number(bytes), isWhole };
    Atomics.wait(state, bytesAt, bytes, lookEvery * 1000);
  }
}
