import { QueryFault } from '../engine.ts';
import { cleanMessage } from './clean-message.ts';
import { RemoteFailure } from './remote-client.ts';

/** A fault of the remote server. What it is, only the operator gets to know. */
export const engineFault = (cause: string): QueryFault =>
  new QueryFault(
    'engine',
    'The database that this server asks gave no usable answer. Try again in a minute; the cause is in the log of this server.',
    { cause },
  );

/** Why a request got no answer, as the fault of a query. */
export function faultOfFailure(error: unknown, tooSlow: () => QueryFault): unknown {
  if (!(error instanceof RemoteFailure)) return error;
  if (error.kind === 'slow') return tooSlow();
  if (error.kind === 'stopped') return new QueryFault('closed', 'Nobody waits for the answer.');
  return engineFault(error.message);
}

/** What an answer says that is none. */
export interface Refusal {
  readonly status: number;
  readonly host: string;
  /** The beginning of its body. */
  readonly text: string;
  readonly query: string;
}

/** The fault that a status other than 200 stands for. */
export function faultOfStatus({ status, host, text, query }: Refusal, tooSlow: () => QueryFault): QueryFault {
  const cause = `${host} answered with status ${status}`;
  switch (status) {
    case 400:
      return new QueryFault('syntax', cleanMessage(text, query), { cause: `${cause}.` });
    case 401:
    case 403:
      return engineFault(
        `${cause}: it does not let this server in. Check --engine-user, its password or --engine-token.`,
      );
    // 206: what there was when the time was over.
    case 206:
    case 408:
    case 504:
      return tooSlow();
    case 429:
    case 503:
      return new QueryFault(
        'overloaded',
        'The database that this server asks has too much to do. Try again in a few seconds.',
        { cause: `${cause}.` },
      );
    default:
      return engineFault(`${cause}: ${firstLine(text)}`);
  }
}

// For the log: one line.
const firstLine = (text: string): string => (text.trim().split(/[\r\n]/)[0] ?? '').slice(0, 200);
