import { InvalidArgumentError, type Option } from 'commander';
import type { Credentials } from '../engine/remote/remote-client.ts';
import { CallFault } from '../load/files.ts';
import { Setting } from './settings.ts';

/** Options that say how to reach a SPARQL service elsewhere. */
export interface RemoteOptions extends CredentialOptions {
  readonly engineTime?: string;
  readonly engineConnections: number;
}

/** Options that say who we are there. */
export interface CredentialOptions {
  readonly engineUser?: string;
  readonly enginePassword?: string;
  readonly engineToken?: string;
  readonly engineAuthentication?: (typeof authentications)[number];
}

/** How a user and a password are sent (RFC 7617 and 7616). */
const authentications = ['basic', 'digest'] as const;

/** An address of a SPARQL service. Not with a user in it: whoever is on the machine can read flags. */
export function endpoint(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('Give an address such as https://sparql.example.org/query.');
  // Not as an invalid argument: of that, the value is shown.
  if (url.username || url.password)
    throw new CallFault(
      `The address of ${url.host} has a user or a password in it. Give them by --engine-user and UMCNL_ENGINE_PASSWORD.`,
    );
  if (url.hash) throw new InvalidArgumentError('Leave out what begins with #.');
  return value;
}

const time = (value: string): string => {
  if (/^[\w.-]+=[\w.-]*\{(?:seconds|milliseconds)\}[\w.-]*$/.test(value)) return value;
  throw new InvalidArgumentError('Give a parameter such as timeout={seconds}s or timeout={milliseconds}.');
};

/** Who we are at a SPARQL service, for every command that asks or loads one. */
export const credentialOptions = (): Option[] => [
  new Setting('--engine-user <name>', 'user at the SPARQL endpoint'),
  new Setting('--engine-password <text>', 'password at the SPARQL endpoint').asSecret(),
  new Setting('--engine-token <text>', 'bearer token for the SPARQL endpoint').asSecret(),
  new Setting('--engine-authentication <how>', 'how user and password are sent; Virtuoso wants digest')
    .choices(authentications)
    .default('basic'),
];

/** How to use a SPARQL endpoint as the engine. */
export const remoteOptions = (): Option[] => [
  ...credentialOptions(),
  new Setting('--engine-time <name=template>', 'parameter that tells that endpoint the time limit').argParser(time),
  new Setting('--engine-connections <n>', 'requests to that endpoint at a time').argParser(connections).default(8),
];

function connections(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= 1000) return number;
  throw new InvalidArgumentError('Give a whole number from 1 to 1000.');
}

/** The credentials that the options give, if any. Throws {@link CallFault} for those that make no whole. */
export function credentialsOf({
  engineUser,
  enginePassword,
  engineToken,
  engineAuthentication = 'basic',
}: CredentialOptions): Credentials | undefined {
  if (engineToken !== undefined) {
    if (engineUser !== undefined || enginePassword !== undefined)
      throw new CallFault('Give --engine-token, or --engine-user with its password, not both.');
    if (/[^\x21-\x7e]/.test(engineToken)) throw new CallFault('The engine-token has signs that no header can have.');
    return { kind: 'bearer', token: engineToken };
  }
  if (enginePassword !== undefined && engineUser === undefined)
    throw new CallFault('There is an engine-password without a user. Give the name by --engine-user.');
  if (engineUser === undefined) return undefined;
  if (engineUser.includes(':')) throw new CallFault('--engine-user: a user name cannot have a colon (RFC 7617).');
  return { kind: engineAuthentication, user: engineUser, password: enginePassword ?? '' };
}

/** Says which of the addresses get credentials on a way that others can read: plain HTTP to another machine. */
export function openWays(
  credentials: Credentials | undefined,
  addresses: readonly (string | undefined)[],
): readonly string[] {
  if (!credentials) return [];
  const hosts = addresses.flatMap((address) => {
    if (address === undefined) return [];
    const { protocol, host, hostname } = new URL(address);
    return protocol === 'http:' && !/^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname) ? [host] : [];
  });
  const what = { basic: 'the password', digest: 'what a weak password can be guessed from', bearer: 'the token' };
  return [...new Set(hosts)].map(
    (host) =>
      `${host} gets ${what[credentials.kind]} over http, where others can read it. Better give an https address.`,
  );
}
