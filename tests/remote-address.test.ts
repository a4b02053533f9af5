import { describe, expect, test } from 'vitest';
import { QueryFault } from '../src/engine/engine.ts';
import { federationDefaults } from '../src/engine/federation/options.ts';
import { guardAddresses, type Resolve } from '../src/engine/federation/remote-address.ts';

const rules = { ...federationDefaults, allow: ['https://open.example/sparql', 'https://data.example/id/'] };

/** Why an address is not asked; empty if it is. */
const objection = (address: string, changes: Partial<typeof rules> = {}): string => {
  try {
    guardAddresses({ ...rules, ...changes }).check(address);
    return '';
  } catch (error) {
    expect(error).toBeInstanceOf(QueryFault);
    expect((error as QueryFault).kind).toBe('forbidden');
    return (error as Error).message;
  }
};
/** The same for an address that is on the list, over http too: only where it leads can stand against it. */
const whereItLeads = (address: string, allowPrivate: readonly string[] = []): string =>
  objection(address, { allow: [address], allowInsecure: true, allowPrivate });

/** What a socket gets to know of a name that has these addresses. */
const lookUp = (addresses: readonly string[], allowPrivate: readonly string[] = []): Promise<unknown> => {
  const resolve: Resolve = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return new Promise((done, fail) =>
    guardAddresses({ ...rules, allowPrivate }, resolve).lookup('open.example', { all: true }, (error, found) =>
      error ? fail(error) : done(found),
    ),
  );
};

describe('the list of what may be asked', () => {
  test.each([
    'https://open.example/sparql',
    'https://open.example:443/sparql',
    'HTTPS://OPEN.example/sparql',
    'https://open.example./sparql',
    'https://open.example/sparql?query=ASK%20%7B%7D',
    'https://open.example/sparql#part',
    'https://open.example/other/../sparql',
    'https://data.example/id/',
    'https://data.example/id/a/b?c',
  ])('allows %s', (address) => {
    expect(objection(address)).toBe('');
  });

  test.each([
    'https://open.example/',
    'https://open.example/sparql/',
    'https://open.example/sparql2',
    'https://open.example/SPARQL',
    'https://open.example:8443/sparql',
    'https://sub.open.example/sparql',
    'https://open.example.evil.example/sparql',
    'https://data.example/id',
    'https://data.example/id/../secret',
    'https://data.example/id/%2e%2e/secret',
    'https://data.example/id\\..\\..\\secret',
    'https://other.example/https://open.example/sparql',
  ])('does not allow %s', (address) => {
    expect(objection(address)).toMatch(/not on the list .* Who runs the server can put it there/);
  });

  test('allows nothing when it is empty', () => {
    expect(objection('https://open.example/sparql', { allow: [] })).toContain('not on the list');
  });

  test.each([
    'file:///etc/passwd',
    'FILE:///etc/passwd',
    'data:text/turtle,',
    'ftp://open.example/sparql',
    'blob:https://open.example/1',
    'javascript:1',
    'urn:example:graph',
    'ws://open.example/sparql',
    'about:blank',
    '/sparql',
    '//open.example/sparql',
    '',
  ])('knows only http and https, not "%s"', (address) => {
    expect(objection(address)).toContain('no http or https address');
  });

  test('refuses users and passwords, and does not say them again', () => {
    for (const address of ['https://user:secret@open.example/sparql', 'https://user@open.example/sparql']) {
      expect(objection(address)).toContain('<https://open.example/sparql> is not asked: a user or a password');
    }
    // The host is what stands after the last @.
    expect(objection('https://open.example@evil.example/sparql')).toContain('evil.example');
  });

  test('takes http only where that is allowed', () => {
    const allow = ['http://open.example/sparql'];
    expect(objection('http://open.example/sparql', { allow })).toContain('not https');
    expect(objection('http://open.example/sparql', { allow, allowInsecure: true })).toBe('');
    expect(objection('http://open.example/sparql', { allowInsecure: true })).toContain('not on the list');
  });

  test.each([
    'open.example',
    'file:///data/',
    'https://user:secret@open.example/',
    '',
  ])('cannot be made with "%s" on it', (entry) => {
    expect(() => guardAddresses({ ...rules, allow: [entry] })).toThrow(RangeError);
  });

  test.each([
    '10.0.0.0/33',
    '010.0.0.0/8',
    '10.0.0',
    '10.0.0.0/8/8',
    'localhost',
    '',
  ])('takes no range "%s"', (range) => {
    expect(() => guardAddresses({ ...rules, allowPrivate: [range] })).toThrow(RangeError);
  });
});

const insideV4 = [
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '10.255.255.255',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.8',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.51.100.1',
  '224.0.0.1',
  '239.255.255.250',
  '240.0.0.1',
  '255.255.255.255',
];
const insideV6 = [
  '::',
  '::1',
  '::7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '::ffff:0:127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b:1::a00:1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '2002:a00:1::1',
  '3fff::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fd12:3456:789a::1',
  'fe80::1',
  'fec0::1',
  'ff02::1',
];
const outside = ['8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.255.255', '2600::1', '2a00:1450:4001::1'];

describe('network addresses', () => {
  test.each([
    ...insideV4.map((each) => `http://${each}/`),
    ...insideV6.map((each) => `http://[${each}]/`),
  ])('%s is not asked, though on the list', (address) => {
    expect(whereItLeads(address)).toMatch(/it is (an?|the) /);
  });

  test.each([
    ['decimal', 'http://2130706433/'],
    ['octal', 'http://0177.0.0.1/'],
    ['hexadecimal', 'http://0x7f.0.0.1/'],
    ['one hexadecimal number', 'http://0x7f000001/'],
    ['short', 'http://127.1/'],
    ['shorter', 'http://0/'],
    ['mixed', 'http://0x7f.0.1/'],
    ['with a dot behind', 'http://127.0.0.1./'],
    ['with percent signs', 'http://%31%32%37.0.0.1/'],
    ['in wide digits', 'http://１２７.０.０.１/'],
    ['with a circled digit', 'http://①27.0.0.1/'],
    ['IPv4 as IPv6, in full', 'http://[0:0:0:0:0:ffff:7f00:0001]/'],
    ['IPv6 in full', 'http://[0000:0000:0000:0000:0000:0000:0000:0001]/'],
    ['name', 'http://localhost/'],
    ['name with a dot behind', 'http://localhost./'],
    ['name in capitals', 'http://LocalHost/'],
    ['name under it', 'http://a.localhost/'],
    ['metadata, decimal', 'http://2852039166/'],
    ['metadata, IPv4 as IPv6', 'http://[::ffff:169.254.169.254]/'],
  ])('this machine is recognised in the spelling: %s', (_, address) => {
    expect(whereItLeads(address)).toMatch(/it is an (address|IPv4)/);
  });

  test.each(outside)('%s is asked', async (address) => {
    expect(whereItLeads(`http://${address.includes(':') ? `[${address}]` : address}/`)).toBe('');
    expect(await lookUp([address])).toEqual([{ address, family: address.includes(':') ? 6 : 4 }]);
  });

  test('a range inside can be allowed, and nothing beside it', () => {
    expect(whereItLeads('http://10.1.2.3/', ['10.1.0.0/16'])).toBe('');
    expect(whereItLeads('http://10.2.2.3/', ['10.1.0.0/16'])).toContain('private network');
    expect(whereItLeads('http://[fd12::1]/', ['fd12::/16'])).toBe('');
    expect(whereItLeads('http://127.0.0.1/', ['127.0.0.1'])).toBe('');
    expect(whereItLeads('http://127.0.0.2/', ['127.0.0.1'])).toContain('this machine');
    expect(whereItLeads('http://localhost/', ['127.0.0.1'])).toBe('');
    expect(objection('http://10.1.2.3/', { allowPrivate: ['10.0.0.0/8'], allowInsecure: true })).toContain('list');
  });

  test('where a machine keeps its secrets is never asked', () => {
    expect(whereItLeads('http://169.254.169.254/', ['169.254.0.0/16', '0.0.0.0/0'])).toContain('metadata');
    expect(whereItLeads('http://[fd00:ec2::254]/', ['fd00::/8', '::/0'])).toContain('metadata');
  });
});

describe('names', () => {
  test.each([
    ...insideV4,
    ...insideV6,
    'fe80::1%eth0',
    'nonsense',
  ])('one that leads to %s is refused', async (address) => {
    await expect(lookUp([address])).rejects.toMatchObject({
      kind: 'forbidden',
      message: expect.stringMatching(/^<open\.example> is not asked: it leads to an? /),
    });
  });

  test('one of several addresses is enough to refuse', async () => {
    await expect(lookUp(['8.8.8.8', '10.0.0.1'])).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(lookUp(['2600::1', '::1'])).rejects.toMatchObject({ kind: 'forbidden' });
  });

  test('allowed ranges hold for names too', async () => {
    expect(await lookUp(['10.0.0.1'], ['10.0.0.0/8'])).toEqual([{ address: '10.0.0.1', family: 4 }]);
  });

  test('a refusal does not tell the address', async () => {
    const message = await lookUp(['10.20.30.40']).catch((error: Error) => error.message);
    expect(message).not.toContain('10.20.30.40');
  });

  test('a name without an address cannot be reached', async () => {
    await expect(lookUp([])).rejects.toThrow('has no address');
  });

  test('callers that take one address get one', async () => {
    const resolve: Resolve = async () => [{ address: '8.8.8.8', family: 4 }];
    const found = await new Promise((done) =>
      guardAddresses(rules, resolve).lookup('open.example', {}, (...answer) => done(answer)),
    );
    expect(found).toEqual([null, '8.8.8.8', 4]);
  });
});
