import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CallFault } from '../load/files.ts';

/** Where a command writes text, a piece at a time. */
export interface Output {
  readonly write: (text: string) => Promise<void>;
  /** Ends it: only now a file has its name. */
  readonly end: () => Promise<void>;
  /** Gives up: what was written of a file is taken away. */
  readonly discard: () => Promise<void>;
}

/** Opens a file, or stdout when none is named. Throws {@link CallFault} for a file that cannot be written. */
export async function openOutput(file: string | undefined): Promise<Output> {
  if (file === undefined) return standardOutput();
  // Under another name until it is whole: half a file would be taken for the whole.
  const draft = `${file}.part`;
  const stream = createWriteStream(draft);
  await new Promise<void>((resolve, reject) => {
    stream.once('open', () => resolve());
    stream.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new CallFault(`--out ${file}: the file cannot be written (${code}).`)),
    );
  });
  return {
    write: (text) => writeTo(stream, text),
    end: async () => {
      stream.end();
      await finished(stream);
      await rename(draft, file);
    },
    discard: async () => {
      stream.destroy();
      await rm(draft, { force: true });
    },
  };
}

function standardOutput(): Output {
  const nothing = async (): Promise<void> => undefined;
  return { write: (text) => writeTo(process.stdout, text), end: nothing, discard: nothing };
}

const writeTo = (stream: Writable, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write(text, (error) => (error ? reject(error) : resolve()));
  });
