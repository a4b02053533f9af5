import path from 'node:path';
import type { Readable } from 'node:stream';
import type { Request, Response } from 'express';
import send from 'send';
import { Problem } from './problem.ts';

/** A file on disk with the headers that it is sent with. */
export interface SentFile {
  readonly path: string;
  /** Content-Type, ETag and Last-Modified among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: number;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly sha256: string;
  /** The problem to answer when the file is not there any more. */
  readonly absent: () => Problem;
}

/**
 * Sends a file from disk: all of it or the range that is asked for (RFC 9110, section 14), or nothing but the head where
 * the client has it already. Throws what is to be answered instead.
 *
 * Digests (RFC 9530) let a client check what it has: `Repr-Digest` is of the whole file, also when a part of it is
 * sent, `Content-Digest` of the very content of the answer.
 */
export function sendFile(request: Request, response: Response, file: SentFile): Promise<void> {
  const digest = `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`;
  const headers = { ...file.headers, 'Repr-Digest': digest };
  // A range of a head there is not (RFC 9110, section 14.2).
  if (request.method === 'HEAD') delete request.headers.range;
  // More last bytes than there are mean all (section 14.1.2), where the library sees no range.
  const [, last] = /^bytes=-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  if (last !== undefined && Number(last) > file.bytes) request.headers.range = 'bytes=0-';
  return new Promise((resolve, reject) => {
    // Below `root`, a dot in the name of some folder above counts for nothing.
    const stream = send(request, encodeURIComponent(path.basename(file.path)), {
      root: path.dirname(file.path),
      cacheControl: false,
      index: false,
    });
    stream.on('headers', () => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    });
    stream.on('stream', (source: Readable) => {
      // An answer that waits behind another on its connection ends without its file being told.
      response.once('close', () => source.destroy());
      // Of a range there is no digest beforehand.
      if (response.statusCode === 200) response.setHeader('Content-Digest', digest);
    });
    stream.on('error', (error: Error & { status?: number }) => {
      // They tell of the file, and the answer is about something else now.
      for (const name of Object.keys(headers)) response.removeHeader(name);
      reject(problemOf(error, file, response));
    });
    response.once('close', resolve);
    // Nothing more will be heard of an answer that has ended already.
    if (response.destroyed) resolve();
    else stream.pipe(response);
  });
}

function problemOf(error: Error & { status?: number }, { absent }: SentFile, response: Response): Error {
  switch (error.status) {
    case 404:
      return absent();
    case 412:
      return new Problem(
        412,
        'precondition-failed',
        'The file is not the one that If-Match or If-Unmodified-Since asks for. Ask again without it to see what there is.',
      );
    case 416: {
      const range = String(response.getHeader('Content-Range') ?? '');
      return new Problem(
        416,
        'range-not-satisfiable',
        `The file has no byte in the range that is asked for. It has ${range.replace(/^.*\//, '')} bytes.`,
      );
    }
    default:
      return error;
  }
}
