import type { Request } from 'express';
import { type ResolveAnswer, resolvePage } from '../html/resolve-page.tsx';
import { baseOf, localAddress } from '../html/view.ts';
import { lookUps } from '../publish/onward-links.ts';
import { isCertain, type Resolution, resolve } from '../publish/resolve.ts';
import { type Answer, html, json } from './answer.ts';
import { queryPart, readParameters, single } from './parameters.ts';
import { Problem } from './problem.ts';
import type { Route, Site } from './site.ts';

/** Where any identifier leads to the thing that it stands for. */
export const resolvePath = '/resolve';

/** Characters that an identifier may have: addresses are the longest of them. */
const longest = 2000;

/** From the identifier of a registry, in any usual spelling, to the thing that has it: `/resolve?id=`. */
export const resolveRoute: Route = { path: resolvePath, get: (site, request) => answer(site, request) };

function answer(site: Site, request: Request): Answer {
  const id = single(readParameters(queryPart(request)), 'id')?.trim();
  if (!id)
    return {
      kind: 'variants',
      variants: [html((language) => resolvePage(site, language)), json(() => usage(site))],
    };
  if (id.length > longest)
    throw new Problem(400, 'bad-request', `The parameter "id" has ${id.length} characters; ${longest} is the limit.`);
  const own = findOwn(site, id);
  if (own) return { kind: 'redirect', status: 303, location: localAddress(site, own) };
  const found = resolve(site.index, baseOf(site), id);
  if (found.kind === 'wrong') throw wrong(found.readings);
  if (found.kind === 'unknown') throw unknown(site, id, found.readings);
  const { choices } = found;
  if (isCertain(choices))
    return { kind: 'redirect', status: 303, location: localAddress(site, choices[0]?.iri as string) };
  const asked: ResolveAnswer = { id, choices };
  return {
    kind: 'variants',
    status: 300,
    caching: 'never',
    variants: [
      html((language) => resolvePage(site, language, asked)),
      json(() => ({
        id,
        choices: choices.map(({ iri, relation }) => ({
          id: iri,
          url: site.publicUrl + localAddress(site, iri),
          relation,
          label: { en: site.index.label(iri, 'en'), nl: site.index.label(iri, 'nl') },
        })),
      })),
    ],
  };
}

/** One of our own IRIs, or the address on this instance of one or of the page about it. */
function findOwn(site: Site, id: string): string | undefined {
  const plain = id.replace(/^<(.*)>$/, '$1');
  const base = baseOf(site);
  const path = [base, `${site.publicUrl}/`].flatMap((start) =>
    plain.startsWith(start) ? [plain.slice(start.length)] : [],
  )[0];
  if (path === undefined) return undefined;
  const page = path.replace(/^about\//, '').replace(/[?#]lang=.*$/, '');
  return [path, page].map((each) => base + each).find((iri) => site.index.has(iri));
}

function wrong(readings: Extract<Resolution, { kind: 'wrong' }>['readings']): Problem {
  const said = readings.map((each) =>
    each.kind === 'wrong-check'
      ? `The text "${each.key}" is no ${each.scheme.label.en}: it ends in ${each.found}, and after what stands before, ${each.expected} was expected.`
      : `The text "${each.text.slice(0, 100)}" has not the form of a ${each.scheme.label.en}.`,
  );
  return new Problem(400, 'wrong-identifier', said.join(' '), {
    extra: {
      readings: readings.map((each) => ({
        scheme: each.scheme.name,
        ...(each.kind === 'wrong-check' ? { key: each.key, found: each.found, expected: each.expected } : {}),
      })),
    },
  });
}

function unknown(site: Site, id: string, readings: Extract<Resolution, { kind: 'unknown' }>['readings']): Problem {
  if (!readings.length)
    return new Problem(
      404,
      'not-found',
      `The text "${id.slice(0, 100)}" is no identifier that is known here, and no address that the graph has. Known are identifiers and addresses of ROR, Wikidata, ISNI, GRID, OpenAlex, OpenAIRE, Crossref funders, CORDIS (PIC) and more.`,
    );
  const elsewhere = readings.flatMap(({ scheme, key, iri }) => [
    ...(iri ? [{ href: iri, label: iri }] : []),
    ...lookUps(site.index, scheme.name, key).map(({ url, template }) => ({
      href: url,
      label: site.index.label(template, 'en') ?? url,
    })),
  ]);
  const kinds = readings.map(({ scheme, key }) => `${scheme.label.en} ${key}`).join(' or ');
  const hint = elsewhere.length
    ? ` Look it up at ${[...new Set(elsewhere.map(({ href }) => href))].slice(0, 3).join(' or ')}.`
    : '';
  return new Problem(404, 'not-found', `The graph has nothing with the ${kinds}.${hint}`, {
    links: elsewhere,
    extra: {
      readings: readings.map(({ scheme, key, iri }) => ({ scheme: scheme.name, key, ...(iri ? { iri } : {}) })),
      elsewhere: elsewhere.map(({ href }) => href),
    },
  });
}

const usage = ({ publicUrl }: Site): unknown => ({
  use: `${publicUrl}${resolvePath}?id={id}`,
  example: `${publicUrl}${resolvePath}?id=ROR%2005xvt9f17`,
});
