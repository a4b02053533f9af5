import { type DestinationStream, pino } from 'pino';

/** How much is logged, from all to nothing. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** A level of logging. */
export type LogLevel = (typeof logLevels)[number];

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

/** Where a server notes what it does: one JSON object a line. */
export interface Log {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  /** Takes the error itself as the field `error`: its stack is written with it. */
  readonly error: Write;
}

/** The log of a server that is stopped some time. */
export interface ServerLog extends Log {
  /**
   * Writes what waits, or finds that nobody reads any more. Before the process exits: what is left then is written
   * synchronously, and for a reader that has gone, as `tee` at Ctrl-C, that is tried for ever (sonic-boom 4.2).
   */
  readonly flush: () => Promise<void>;
}

/** Seconds that a reader of the log may take for what is left at the end. */
const flushTime = 1;
/** Bytes of lines that may wait for a reader of standard output that has stopped reading. */
const backlog = 16 * 1024 * 1024;

/**
 * Makes a log of JSON lines (`level`, `time` in ISO 8601, fields, `message`).
 *
 * They go to standard output, from where containers and systemd take them; the talk of the commands is on standard
 * error. Gives a {@link Log} of its own each time: several servers in one process do not share one.
 */
export function createLog(level: LogLevel, destination: DestinationStream = standardOutput()): ServerLog {
  const logger = pino(
    {
      level,
      // Process id and host name say nothing in a container, and are nobody's business elsewhere.
      base: null,
      messageKey: 'message',
      errorKey: 'error',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const at =
    (name: Exclude<LogLevel, 'silent'>): Write =>
    (fields, message) =>
      logger[name](fields, message);
  const flush = (): Promise<void> =>
    new Promise((resolve) => {
      logger.flush(() => resolve());
      setTimeout(resolve, flushTime * 1000).unref();
    });
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), flush };
}

// Not synchronously: a reader that is slow would hold up the thread that answers. One that has stopped loses lines
// rather than filling memory. What is left is written when the process exits.
const standardOutput = (): DestinationStream =>
  pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 500, maxLength: backlog });
