import { InvalidArgumentError, type Option } from 'commander';
import { logLevels } from '../http/log.ts';
import { defaultOperations, type OperationsOptions } from '../http/operations.ts';
import { parseTrustProxy } from '../http/rate-limit.ts';
import { isEmail } from '../load/publication.ts';
import { type PrepareOptions, prepareOptions } from './open.ts';
import { type EngineOptions, engineOptions, port, seconds, whole } from './options.ts';
import { Setting } from './settings.ts';

/** Options of `serve`. */
export interface ServeOptions extends PrepareOptions, EngineOptions, OperationsOptions {
  readonly port: number;
  readonly host: string;
  readonly publicUrl?: string;
  /** The mailbox of who hosts this instance. */
  readonly contactEmail?: string;
  /** What pages are read from; of itself, from memory where the dataset is small. */
  readonly pages: 'auto' | 'memory' | 'engine';
  /** Mebibytes of written answers that are kept. */
  readonly cache: number;
  /** A file, or false for none; left out, it is the one beside the publication if there is one. */
  readonly federation?: string | false;
  /** Whether what is served follows the files when they change. */
  readonly watch?: boolean;
}

/** Options of `serve`, in the order in which its help lists them. */
export const serveOptions = (): Option[] => [
  ...addressOptions(),
  ...prepareOptions(),
  ...engineOptions(),
  ...serviceOptions(),
  ...operationsOptions(),
];

const addressOptions = (): Option[] => [
  new Setting('--port <n>', 'TCP port').also('PORT').argParser(port).default(3000),
  new Setting('--host <address>', 'address to listen on').also('HOST').default('127.0.0.1'),
  new Setting('--public-url <url>', 'address under which others reach this server')
    .also('PUBLIC_URL')
    .argParser(webAddress)
    .default(undefined, 'http://localhost:<port>'),
  new Setting('--contact-email <address>', 'mailbox of who hosts this server, for the catalogue')
    .argParser(email)
    .default(undefined, 'what the publication says'),
];

const serviceOptions = (): Option[] => [
  new Setting('--pages <from>', 'what pages, search and reconciliation read: all statements in memory, or the engine')
    .choices(['auto', 'memory', 'engine'])
    .default('auto', 'auto: memory up to 250,000 statements, unless the engine is elsewhere'),
  new Setting('--watch', 'serve what the files say when they change').default(false),
  new Setting('--cache <MiB>', 'answers that are kept in memory').argParser(whole(0, 65_536)).default(64),
  new Setting('--federation <file>', 'endpoints that queries may ask beside us (JSON)')
    .default(undefined, 'federation.json beside the publication')
    .asPath(),
  new Setting('--no-federation', 'let queries ask nobody beside us'),
];

const operationsOptions = (): Option[] => [
  new Setting('--log-level <level>', 'what is logged').also('LOG_LEVEL').choices(logLevels).default('info'),
  new Setting('--log-addresses', 'log the addresses of clients: personal data').default(false),
  new Setting('--no-metrics', 'give no /metrics'),
  new Setting('--rate-limit <n>', 'queries that a client may send in a minute; 0 for no limit')
    .argParser(whole(0, 1_000_000))
    .default(defaultOperations.rateLimit),
  new Setting('--trust-proxy <n|list>', 'how many proxies are in front, or their addresses')
    .argParser(trusted)
    .default(defaultOperations.trustProxy, 'none'),
  new Setting('--stop-limit <seconds>', 'time that answers get when the server is told to stop')
    .argParser(seconds)
    .default(defaultOperations.stopLimit),
];

function email(value: string): string {
  if (!isEmail(value)) throw new InvalidArgumentError('Give a mailbox such as name@example.org.');
  return value;
}

function webAddress(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || /[?#]/.test(value))
    throw new InvalidArgumentError(
      'Give a web address such as https://graph.example.org, with nothing after its path.',
    );
  return value;
}

function trusted(value: string): OperationsOptions['trustProxy'] {
  try {
    return parseTrustProxy(value);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
