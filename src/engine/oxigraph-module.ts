import { readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import type { Store } from 'oxigraph';
import { answerTooLarge, type EngineImage, type FileBytes, LastFault } from './engine.ts';

/** The package's interface. */
export type Oxigraph = typeof import('oxigraph');

/** An instance of Oxigraph's WebAssembly module, with its memory at hand. */
export interface OxigraphInstance {
  readonly oxigraph: Oxigraph;
  /** Bytes of linear memory; they only ever grow. */
  readonly size: () => number;
  readonly takeImage: (store: Store) => EngineImage;
  /** Hands the image over in pieces, without a copy of the whole. */
  readonly writeImage: (store: Store, write: (piece: Uint8Array) => void) => Omit<EngineImage, 'memory'>;
  /** Puts an image in place of what the instance holds, and gives its store. */
  readonly openImage: (image: EngineImage) => Store;
}

/** Bytes of a page of WebAssembly memory. */
const page = 65_536;

/** Bytes of an image that are handed over at a time. */
const pieceSize = 1 << 24;

/** How the name of a place begins where the table of JavaScript values has a text. */
const textAt = 'text:';

const require = createRequire(import.meta.url);

// Compiled code that calls WebAssembly without a detour for a reference, as the package does for each term, ends the
// whole process when V8 11 (Node 20) throws that code away during the call: "unreachable code" in its Deoptimizer. It
// happened once in some twenty graphs of 40,000 triples. All threads share the flag.
setFlagsFromString('--no-turbo-inline-js-wasm-calls');

/** What makes the images here, and can go on from them: this very package. */
export const imageMaker = (): string =>
  `oxigraph ${(require('oxigraph/package.json') as { readonly version: string }).version}`;

/**
 * Compiles the package's module, once for all threads, with an upper limit on its memory in bytes: what would take
 * more than that fails inside the module instead of taking the machine's memory.
 */
export async function compileOxigraph(memoryLimit: number): Promise<WebAssembly.Module> {
  const bytes = await readFile(require.resolve('oxigraph').replace(/\.js$/, '_bg.wasm'));
  return WebAssembly.compile(limitMemory(bytes, Math.floor(memoryLimit / page)) as Uint8Array<ArrayBuffer>);
}

/**
 * The package over a module compiled before. It compiles its own when it is loaded, and keeps the instance to itself:
 * so for that moment, the constructors that it calls are ours. A text of more than `textLimit` bytes does not leave the
 * module: {@link LastFault} is thrown in its place.
 */
export function instantiateOxigraph(
  module: WebAssembly.Module,
  textLimit = Number.POSITIVE_INFINITY,
): OxigraphInstance {
  const { Module, Instance } = WebAssembly;
  const { TextDecoder } = globalThis;
  let instance: WebAssembly.Instance | undefined;
  try {
    WebAssembly.Module = function given() {
      return module;
    } as unknown as typeof WebAssembly.Module;
    WebAssembly.Instance = function kept(given: WebAssembly.Module, imports: WebAssembly.Imports) {
      instance = new Instance(given, imports);
      return instance;
    } as unknown as typeof WebAssembly.Instance;
    // A text of hundreds of megabytes in JavaScript can end the whole process, not just this thread.
    globalThis.TextDecoder = class extends TextDecoder {
      override decode(bytes?: Uint8Array): string {
        const length = bytes?.byteLength ?? 0;
        if (length > textLimit) throw new LastFault('too-large', answerTooLarge(length, textLimit));
        return super.decode(bytes);
      }
    };
    const name = require.resolve('oxigraph');
    delete require.cache[name];
    const oxigraph = require(name) as Oxigraph;
    // Who asks for a module lists it for good: the instance could never be given back.
    require.cache[name]?.parent?.children.splice(0);
    return withMemory(oxigraph, () => instance);
  } finally {
    globalThis.TextDecoder = TextDecoder;
    WebAssembly.Module = Module;
    WebAssembly.Instance = Instance;
  }
}

function withMemory(oxigraph: Oxigraph, instance: () => WebAssembly.Instance | undefined): OxigraphInstance {
  const { memory, __wbindgen_externrefs: table } = (instance()?.exports ?? {}) as {
    memory?: WebAssembly.Memory;
    __wbindgen_externrefs?: WebAssembly.Table;
  };
  if (!memory || !table) throw new Error('The package oxigraph is not built as this code expects: pin its version.');
  // The memory refers to places of the table of JavaScript values: its length belongs to the image, and the texts in it,
  // which are names of properties. Without them no term can be handed over, as a graph to choose.
  const describe = (store: Store): Omit<EngineImage, 'memory'> => {
    const { __wbg_ptr } = store as unknown as { __wbg_ptr: number };
    const texts = Array.from({ length: table.length }, (_none, at): [unknown, number] => [table.get(at), at])
      .filter(([value]) => typeof value === 'string')
      .map(([text, at]) => [`${textAt}${text}`, at]);
    const places = { store: __wbg_ptr, table: table.length, ...Object.fromEntries(texts) };
    return { maker: imageMaker(), places };
  };
  return {
    oxigraph,
    size: () => memory.buffer.byteLength,
    takeImage(store) {
      const bytes = new SharedArrayBuffer(memory.buffer.byteLength);
      new Uint8Array(bytes).set(new Uint8Array(memory.buffer));
      return { ...describe(store), memory: bytes };
    },
    writeImage(store, write) {
      for (let at = 0; at < memory.buffer.byteLength; at += pieceSize)
        write(new Uint8Array(memory.buffer, at, Math.min(pieceSize, memory.buffer.byteLength - at)));
      return describe(store);
    },
    openImage({ maker, memory: bytes, places }) {
      if (maker !== imageMaker()) throw new Error(`The image of the engine is by ${maker}, not by ${imageMaker()}.`);
      const missing = bytes.byteLength - memory.buffer.byteLength;
      if (missing > 0) memory.grow(missing / page);
      if (bytes instanceof SharedArrayBuffer) new Uint8Array(memory.buffer).set(new Uint8Array(bytes));
      else readFully(bytes, new Uint8Array(memory.buffer));
      const { store = 0, table: length = 0 } = places;
      if (length > table.length) table.grow(length - table.length);
      for (const [name, at] of Object.entries(places))
        if (name.startsWith(textAt)) table.set(at, name.slice(textAt.length));
      return Object.assign(Object.create(oxigraph.Store.prototype) as Store, { __wbg_ptr: store });
    },
  };
}

function readFully({ descriptor, byteLength }: FileBytes, into: Uint8Array): void {
  for (let at = 0; at < byteLength; ) {
    const read = readSync(descriptor, into, at, byteLength - at, at);
    if (!read) throw new Error('The image of the engine is cut short.');
    at += read;
  }
}

// The memory section of a module (WebAssembly Core 2.0, section 5.5.8) is one limit: a flag, a minimum and, where the
// flag is set, a maximum.
function limitMemory(module: Uint8Array, pages: number): Uint8Array {
  let at = 8;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  while (at < module.length) {
    const start = at;
    const id = module[at++];
    const size = number();
    const end = at + size;
    if (id !== 5) {
      at = end;
      continue;
    }
    const count = number();
    at++;
    const content = [...leb128(count), 1, ...leb128(number()), ...leb128(pages)];
    return Buffer.concat([
      module.subarray(0, start),
      Uint8Array.from([5, ...leb128(content.length), ...content]),
      module.subarray(end),
    ]);
  }
  return module;
}

function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; ) {
    const byte = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest ? byte | 0x80 : byte);
    if (!rest) return bytes;
  }
}
