import { gunzipSync } from 'node:zlib';
import { formats } from '../../rdf/formats.ts';
import type { Group } from '../check.ts';
import type { Reply } from '../client.ts';
import { askedOf, type Instance, mediaTypeOf, told } from '../instance.ts';
import { expectReply, lookAtEach } from '../looking.ts';

const self = (address: string): string => address;

/** Documents of different kinds, each negotiated: about a thing, of the catalogue. */
async function documents(instance: Instance): Promise<string[]> {
  const [thing] = await instance.things().catch(() => []);
  const page = thing === undefined ? [] : [(await instance.page(thing)).address];
  return [...page, `${instance.url}/catalog`];
}

const varies = ({ headers }: Reply, name: string): boolean =>
  (headers.vary ?? '')
    .toLowerCase()
    .split(/\s*,\s*/)
    .some((each) => each === name.toLowerCase() || each === '*');

const turtle = { Accept: 'text/turtle' };

/** Whether answers have what HTTP asks for. */
export const httpChecks: Group = {
  name: 'http',
  title: 'HTTP',
  checks: [
    {
      id: 'http.vary',
      asks: 'What is negotiated says so: Vary names Accept, on pages, on RDF and on redirects',
      standard: 'RFC 9110, section 12.5.5',
      remedy: 'Let no proxy take Vary away: caches would give one client the format of another.',
      supports: ['A1'],
      run: async (instance, notes) => {
        const [thing] = await instance.things().catch(() => []);
        const asked = [...(await documents(instance)), ...(thing === undefined ? [] : [thing])];
        await lookAtEach(notes, asked, self, async (address) => {
          for (const accept of ['text/turtle', 'text/html']) {
            const reply = await instance.get(address, { headers: { Accept: accept } });
            const has = `Vary: ${reply.headers.vary ?? 'none'}`;
            notes.expect(varies(reply, 'Accept'), `${askedOf(reply)} as ${accept}`, `${reply.status}, ${has}`);
          }
        });
      },
    },
    {
      id: 'http.preferences',
      asks: 'Accept is followed, with its weights',
      standard: 'RFC 9110, section 12.5.1',
      remedy: 'Let the Accept header reach the server as it is.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await documents(instance), self, async (address) => {
          for (const [accept, type] of [
            ['text/turtle;q=0.1, text/html', 'text/html'],
            ['text/html;q=0.1, text/turtle', 'text/turtle'],
            ['text/html;q=0, application/ld+json;q=0.5', 'application/ld+json'],
            ['image/png, application/n-triples;q=0.2', 'application/n-triples'],
          ] as const) {
            const reply = await instance.get(address, { headers: { Accept: accept } });
            expectReply(notes, reply, 200, type, `${askedOf(reply)}, Accept: ${accept}`);
          }
        }),
    },
    {
      id: 'http.not-acceptable',
      asks: 'Who takes none of the formats gets 406 with the list of them',
      standard: 'RFC 9110, section 15.5.7',
      remedy: 'Let the Accept header reach the server, and its answer the client.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await documents(instance), self, async (address) => {
          const reply = await instance.get(address, { headers: { Accept: 'image/png' } });
          if (!expectReply(notes, reply, 406)) return;
          const lists = formats.every(({ mediaType }) => String(reply.body).includes(mediaType));
          notes.expect(lists, askedOf(reply), lists ? 'the formats are listed' : 'the body does not list the formats');
        }),
    },
    {
      id: 'http.etag',
      asks: 'Each format has an ETag of its own, and who has it already gets 304',
      standard: 'RFC 9110, sections 8.8.3, 13.1.2 and 15.4.5',
      remedy: 'Let proxies neither drop ETag nor answer conditional requests by themselves.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await documents(instance), self, async (address) => {
          const tags = new Set<string>();
          for (const accept of ['text/turtle', 'text/html', 'application/ld+json']) {
            const asked = `GET ${address} as ${accept}`;
            const { etag } = (await instance.get(address, { headers: { Accept: accept } })).headers;
            if (!notes.expect(etag !== undefined, asked, etag === undefined ? 'no ETag' : `ETag ${etag}`)) continue;
            notes.expect(
              !tags.has(etag ?? ''),
              asked,
              tags.has(etag ?? '') ? 'the ETag of another format' : 'an ETag of its own',
            );
            tags.add(etag ?? '');
            for (const condition of [etag ?? '', `"other", ${etag}`]) {
              const reply = await instance.get(address, { headers: { Accept: accept, 'If-None-Match': condition } });
              const fit = reply.status === 304 && reply.bytes === 0;
              notes.expect(
                fit,
                `${asked}, If-None-Match: ${condition}`,
                fit ? '304' : `${told(reply)}, ${reply.bytes} bytes`,
              );
            }
            const other = await instance.get(address, { headers: { Accept: accept, 'If-None-Match': '"other"' } });
            expectReply(notes, other, 200, undefined, `${asked}, If-None-Match: "other"`);
          }
        }),
    },
    {
      id: 'http.last-modified',
      asks: 'Answers say when they changed, and who asks since then gets 304',
      standard: 'RFC 9110, sections 8.8.2 and 13.1.3',
      remedy: 'Let no proxy drop Last-Modified.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await documents(instance), self, async (address) => {
          const { headers } = await instance.get(address, { headers: turtle });
          const modified = headers['last-modified'];
          if (!notes.expect(modified !== undefined, `GET ${address}`, `Last-Modified: ${modified ?? 'none'}`)) return;
          const again = await instance.get(address, { headers: { ...turtle, 'If-Modified-Since': modified ?? '' } });
          expectReply(notes, again, 304, undefined, `GET ${address}, If-Modified-Since: ${modified}`);
          const early = { ...turtle, 'If-Modified-Since': 'Mon, 01 Jan 2001 00:00:00 GMT' };
          expectReply(
            notes,
            await instance.get(address, { headers: early }),
            200,
            undefined,
            `GET ${address}, If-Modified-Since: 2001`,
          );
        }),
    },
    {
      id: 'http.head',
      asks: 'HEAD tells what GET would, without a body',
      standard: 'RFC 9110, section 9.3.2',
      remedy: 'Let HEAD through as it is.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, [...(await documents(instance)), `${instance.url}/`], self, async (address) => {
          const get = await instance.get(address, { headers: turtle });
          const head = await instance.get(address, { method: 'HEAD', headers: turtle });
          const different = ['content-type', 'content-length', 'etag', 'vary', 'location'].filter(
            (name) => get.headers[name] !== head.headers[name],
          );
          const same = get.status === head.status && !different.length && head.bytes === 0;
          notes.expect(
            same,
            `HEAD ${address}`,
            same
              ? told(head)
              : `${head.status} after ${get.status} to GET; different: ${different.join(', ') || 'the body'}`,
          );
        }),
    },
    {
      id: 'http.content-length',
      asks: 'Answers say how long they are, and are that long; text says that it is UTF-8',
      standard: 'RFC 9110, sections 8.3 and 8.6',
      remedy: 'Let proxies pass bodies on as they are.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await documents(instance), self, async (address) => {
          for (const accept of ['text/turtle', 'text/html']) {
            const reply = await instance.get(address, { headers: { Accept: accept } });
            const length = reply.headers['content-length'];
            const fit = Number(length) === reply.bytes && /charset=utf-8/i.test(reply.headers['content-type'] ?? '');
            notes.expect(
              fit,
              `${askedOf(reply)} as ${accept}`,
              `${told(reply)}, Content-Length: ${length ?? 'none'}, ${reply.bytes} bytes`,
            );
          }
        }),
    },
    {
      id: 'http.language',
      asks: 'Pages come in the language that Accept-Language asks for, and say which it is',
      standard: 'RFC 9110, sections 8.5 and 12.5.4',
      remedy: 'Let Accept-Language reach the server, and let caches heed Vary.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, [...(await documents(instance)), `${instance.url}/`], self, async (address) => {
          for (const language of ['nl', 'en']) {
            const headers = { Accept: 'text/html', 'Accept-Language': `${language}, fr;q=0.5` };
            const reply = await instance.get(address, { headers });
            const sent = reply.headers['content-language'];
            const fit = sent === language && varies(reply, 'Accept-Language');
            notes.expect(
              fit,
              `${askedOf(reply)}, Accept-Language: ${language}`,
              `Content-Language: ${sent ?? 'none'}, Vary: ${reply.headers.vary ?? 'none'}`,
            );
          }
        }),
    },
    {
      id: 'http.compression',
      asks: 'Who takes gzip gets it, with the same content, and caches are told',
      standard: 'RFC 9110, sections 8.4 and 12.5.3',
      remedy: 'Let a proxy that compresses add Accept-Encoding to Vary.',
      supports: ['A1'],
      run: async (instance, notes) => {
        const plain = await instance.get('/catalog', { headers: turtle });
        const coded = await instance.get('/catalog', { headers: { ...turtle, 'Accept-Encoding': 'gzip' } });
        const asked = `${askedOf(coded)}, Accept-Encoding: gzip`;
        if (coded.headers['content-encoding'] !== 'gzip')
          return notes.warn(asked, `Content-Encoding: ${coded.headers['content-encoding'] ?? 'none'}`);
        notes.expect(
          gunzipSync(coded.body).equals(plain.body),
          asked,
          `${coded.bytes} bytes instead of ${plain.bytes}`,
        );
        notes.expect(varies(coded, 'Accept-Encoding'), asked, `Vary: ${coded.headers.vary ?? 'none'}`);
      },
    },
    {
      id: 'http.cors',
      asks: 'Pages of others may read every answer: data, redirects and errors, with Link, ETag and Location',
      standard: 'Fetch Standard, section 3.3',
      remedy: 'Let the proxy pass on Access-Control-*, and add no second one.',
      supports: ['A1', 'A1.1'],
      run: async (instance, notes) => {
        const [thing] = await instance.things().catch(() => []);
        const asked = [
          ...(await documents(instance)),
          ...(thing === undefined ? [] : [thing]),
          `${instance.url}/there-is-nothing-here`,
        ];
        const from = { ...turtle, Origin: 'https://example.org' };
        await lookAtEach(notes, asked, self, async (address) => {
          const reply = await instance.get(address, { headers: from });
          const allowed = reply.headers['access-control-allow-origin'];
          const exposed = (reply.headers['access-control-expose-headers'] ?? '').toLowerCase().split(/\s*,\s*/);
          const hidden = ['link', 'etag', 'location'].filter((each) => !exposed.includes(each));
          notes.expect(
            allowed === '*',
            askedOf(reply),
            `${reply.status}, Access-Control-Allow-Origin: ${allowed ?? 'none'}`,
          );
          notes.expect(
            !hidden.length,
            askedOf(reply),
            hidden.length ? `hidden from pages: ${hidden.join(', ')}` : 'Link, ETag and Location can be read',
          );
        });
        const preflight = await instance.get('/sparql', {
          method: 'OPTIONS',
          headers: {
            Origin: 'https://example.org',
            'Access-Control-Request-Method': 'POST',
            'Access-Control-Request-Headers': 'content-type',
          },
        });
        const { headers } = preflight;
        const fit =
          [200, 204].includes(preflight.status) &&
          headers['access-control-allow-origin'] === '*' &&
          /POST/.test(headers['access-control-allow-methods'] ?? '') &&
          /\*|content-type/i.test(headers['access-control-allow-headers'] ?? '');
        notes.expect(
          fit,
          askedOf(preflight),
          `${preflight.status}, Access-Control-Allow-Methods: ${headers['access-control-allow-methods'] ?? 'none'}`,
        );
      },
    },
    {
      id: 'http.read-only',
      asks: 'Nobody writes over HTTP: Allow names no method that changes anything',
      standard: 'RFC 9110, sections 9.2.1 and 10.2.1',
      remedy: 'See what else answers under this address.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, [...(await documents(instance)), `${instance.url}/graphs`], self, async (address) => {
          const reply = await instance.get(address, { method: 'OPTIONS' });
          const allow = reply.headers.allow ?? '';
          const fit = /\bGET\b/.test(allow) && !/\b(PUT|PATCH|DELETE)\b/.test(allow);
          notes.expect(fit, askedOf(reply), `Allow: ${allow || 'none'}`);
        }),
    },
    {
      id: 'http.caching',
      asks: 'Answers say how long they may be kept',
      standard: 'RFC 9111, section 5.2',
      remedy: 'Let no proxy drop Cache-Control.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await documents(instance), self, async (address) => {
          const reply = await instance.get(address, { headers: turtle });
          const sent = reply.headers['cache-control'];
          notes.expect(sent !== undefined && !/private/.test(sent), askedOf(reply), `Cache-Control: ${sent ?? 'none'}`);
        }),
    },
    {
      id: 'http.header-size',
      asks: 'The headers of an answer fit the buffer of a proxy (4 KiB)',
      standard: 'nginx, proxy_buffer_size as it comes',
      remedy: 'Raise the buffer of the proxy, or shorten titles and addresses.',
      supports: ['A1'],
      run: async (instance, notes) =>
        lookAtEach(notes, await instance.things(), self, async (thing) => {
          const reply = await instance.page(thing);
          const size = Object.entries(reply.headers).reduce(
            (sum, [name, value]) => sum + `${name}: ${value}\r\n`.length,
            0,
          );
          notes.expect(size < 4096, askedOf(reply), `${size} bytes of headers`, 'warning');
        }),
    },
    {
      id: 'http.secure',
      asks: 'The instance is reached by https',
      standard: 'NDE requirements for datasets; RFC 9110, section 4.2.2',
      remedy: 'Put a proxy with TLS in front, and start with --public-url https://….',
      supports: ['A1.1', 'A1.2'],
      run: async (instance, notes) => {
        const { hostname, protocol } = new URL(instance.publicUrl);
        const local = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
        if (local) notes.skip(instance.publicUrl, 'on this machine only');
        else notes.expect(protocol === 'https:', instance.publicUrl, protocol, 'warning');
      },
    },
    {
      id: 'http.open',
      asks: 'Data and metadata are there for everyone, without a password',
      standard: 'RFC 9110, section 11; EU access-right PUBLIC',
      remedy: 'Take the password away, or say in the catalogue that access is restricted.',
      supports: ['A1.1', 'A1.2'],
      run: async (instance, notes) =>
        lookAtEach(notes, ['/', '/catalog', '/dumps/', '/sparql'], self, async (path) => {
          const reply = await instance.follow(path);
          const fit = reply.status === 200 && reply.headers['www-authenticate'] === undefined;
          notes.expect(fit, askedOf(reply), `${reply.status} ${mediaTypeOf(reply) ?? ''}`);
        }),
    },
  ],
};
