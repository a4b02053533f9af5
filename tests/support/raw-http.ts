import { connect } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';

/** What came back on a connection: its first answer. */
export interface RawAnswer {
  /** Undefined when the connection was closed without an answer. */
  readonly status: number | undefined;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Whether the connection was still open, with nothing more coming, when time was up. */
  readonly hung: boolean;
  /** Whether the body is as long as its head says, or there is none. */
  readonly whole: boolean;
}

/** A request just as written, without what an HTTP client adds, corrects or refuses to send. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string | Uint8Array;
}

/** The bytes of a request that asks to close the connection after the answer. */
export function writeRequest({ method, target, headers = [], body = '' }: RawRequest): Buffer {
  const bytes = Buffer.from(body);
  const length = bytes.length ? [['Content-Length', String(bytes.length)]] : [];
  const lines = [['Host', 'localhost'], ['Connection', 'close'], ...length, ...headers].map(
    ([name, value]) => `${name}: ${value}`,
  );
  // Latin-1: each character is the byte that is meant.
  const head = Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  return Buffer.concat([head, bytes]);
}

/**
 * Sends bytes over a connection of their own and takes what comes until the server closes it, or until so many seconds
 * have passed. With `half`, our side is closed after sending.
 */
export function sendBytes(
  port: number,
  bytes: Uint8Array,
  { seconds, half = false }: { readonly seconds: number; readonly half?: boolean },
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let hung = false;
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () =>
      half ? socket.end(bytes) : socket.write(bytes),
    );
    const timer = setTimeout(() => {
      hung = true;
      socket.destroy();
    }, seconds * 1000);
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => socket.end());
    // The server may close before it has read all: that is an answer too.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ ...readAnswer(Buffer.concat(chunks), hung), hung });
    });
  });
}

function readAnswer(bytes: Buffer, hung: boolean): Omit<RawAnswer, 'hung'> {
  const end = bytes.indexOf('\r\n\r\n');
  const [first = '', ...lines] = bytes.subarray(0, Math.max(0, end)).toString('latin1').split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1];
  const headers = new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const rest = bytes.subarray(end + 4);
  const length = headers.get('content-length');
  const content =
    headers.get('transfer-encoding') === 'chunked'
      ? unchunk(rest)
      : rest.subarray(0, length === undefined ? rest.length : Number(length));
  return {
    status: status === undefined ? undefined : Number(status),
    headers,
    body: decode(content, headers.get('content-encoding')),
    whole: hung || length === undefined || rest.length === 0 || rest.length >= Number(length),
  };
}

function unchunk(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    const size = Number.parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16);
    if (!(size > 0)) break;
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

function decode(content: Buffer, coding: string | undefined): string {
  if (!content.length) return '';
  if (coding === 'gzip') return gunzipSync(content).toString();
  return (coding === 'br' ? brotliDecompressSync(content) : content).toString();
}
