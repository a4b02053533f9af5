import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { fixedHeaders } from './headers.ts';
import { Problem, problemDocument } from './problem.ts';

/**
 * Answers what is no HTTP, has more headers than are read, or does not end in time: it never becomes a request that the
 * application sees. For the event `clientError` of a server. Takes the address under which problems are explained.
 */
export const answerBrokenRequest =
  (publicUrl: string) =>
  (error: NodeJS.ErrnoException, socket: Duplex): void => {
    // A client that has gone, or one that has part of an answer already.
    const begun = (socket as { _httpMessage?: { headersSent: boolean } })._httpMessage?.headersSent;
    if (error.code === 'ECONNRESET' || !socket.writable || begun) {
      socket.destroy();
      return;
    }
    const problem = toProblem(error.code);
    const body = `${JSON.stringify(problemDocument(problem, publicUrl), null, 1)}\n`;
    const headers = [
      ...fixedHeaders,
      ['Cache-Control', 'no-store'],
      ['Content-Type', 'application/problem+json'],
      ['Content-Length', Buffer.byteLength(body)],
      ['Connection', 'close'],
    ].map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${headers.join('')}\r\n${body}`);
  };

function toProblem(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new Problem(431, 'header-too-large', 'The address and headers are larger than is read here. Send less.');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return new Problem(408, 'request-timeout', 'The request did not end in time. Send all of it at once.');
  return new Problem(
    400,
    'bad-request',
    'This is no request as HTTP/1.1 has them. Percent-encode what is not ASCII in an address.',
  );
}
