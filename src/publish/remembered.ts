import type { GraphSource } from './graph-source.ts';

/** Makes something of a dataset; what it depends on beside that is the text. */
type Make<Of, T> = (of: Of, text: string) => T;

/** What takes long to make, and as of when it is. */
interface Later {
  readonly made: Promise<unknown>;
  readonly epoch: number;
  renewing: boolean;
}

/** Epochs for which it is good enough. */
const lasting = 15;

/** What was made of a dataset, kept for as long as it is good: by what makes it, which stands for it. */
export class Remembered<Of> {
  readonly #of: Of;
  readonly #source: Pick<GraphSource, 'missing' | 'epoch' | 'drops'>;
  readonly #later = new Map<object, Map<string, Later>>();
  #made = new Map<object, Map<string, unknown>>();
  #drops = 0;

  constructor(of: Of, source: Pick<GraphSource, 'missing' | 'epoch' | 'drops'>) {
    this.#of = of;
    this.#source = source;
  }

  /** What was made before, or now. */
  remember<T>(make: Make<Of, T>, text: string): T {
    if (this.#drops !== this.#source.drops) this.#made = new Map();
    this.#drops = this.#source.drops;
    const made = this.#made.get(make) ?? new Map<string, unknown>();
    this.#made.set(make, made);
    if (made.has(text)) return made.get(text) as T;
    return this.#make(
      () => make(this.#of, text),
      (each) => made.set(text, each),
    );
  }

  /** Makes something when it is first asked for, and then gives it again. */
  once<T>(make: () => T): () => T {
    let kept: { readonly made: T } | undefined;
    return () =>
      kept
        ? kept.made
        : this.#make(make, (made) => {
            kept = { made };
          });
  }

  // What was made while something was still missing is not kept, but made again.
  #make<T>(make: () => T, keep: (made: T) => void): T {
    const before = this.#source.missing();
    const made = make();
    if (this.#source.missing() === before) keep(made);
    return made;
  }

  /** The same of what takes long to make: the old one is given until there is a newer. */
  async later<T>(make: Make<Of, Promise<T>>, text: string): Promise<T> {
    const { epoch } = this.#source;
    const known = this.#later.get(make) ?? new Map<string, Later>();
    this.#later.set(make, known);
    const found = known.get(text);
    if (found && (found.renewing || epoch - found.epoch <= lasting)) return found.made as Promise<T>;
    const made = make(this.#of, text);
    const begun: Later = { made, epoch, renewing: false };
    if (!found) known.set(text, begun);
    else found.renewing = true;
    made.then(
      () => known.set(text, begun),
      // A failure is not kept: whoever asks next tries again.
      () => {
        if (known.get(text) === begun) known.delete(text);
        else if (found) found.renewing = false;
      },
    );
    return (found?.made ?? made) as Promise<T>;
  }
}
