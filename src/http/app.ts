import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import { QueryFault } from '../engine/engine.ts';
import { problemPage } from '../html/problem-pages.tsx';
import type { Language } from '../html/texts.ts';
import { createSender, type RouteTaken, type Sender } from './answer.ts';
import { fixedHeaders } from './headers.ts';
import { chooseLanguage, chooseOffer, shortenPreferences } from './negotiate.ts';
import { note, observe, requestId } from './observe.ts';
import { Problem, problemDocument, toProblem } from './problem.ts';
import { routes } from './routes.ts';
import { type Handler, limitsOf, type Route, reading, type Site } from './site.ts';

/** The HTTP application over a site. */
export function createApp(site: Site): Express {
  const app = express();
  app.disable('x-powered-by');
  // Tags are made before the bodies are, in answer.ts.
  app.disable('etag');
  app.set('query parser', 'simple');
  const { operations } = site;
  app.set('trust proxy', operations?.options.trustProxy ?? 0);
  if (operations) app.use(observe(operations));
  const limited = operations?.limit;
  const sender = createSender(site);
  const counted = new Set(routes.filter((route) => limited && route.limited).map(({ path }) => path));
  app.use(prepare(site, ({ path }) => !counted.has(path), sender));
  for (const route of routes) {
    const at = app.route(route.path);
    if (route.limited && limited) at.all(limited);
    at.all(answerAt(site, route, sender));
  }
  app.use((request: Request) => {
    throw new Problem(404, 'not-found', `There is nothing at ${request.path}. The home page at / shows the ways in.`);
  });
  app.use(answerProblem(site));
  return app;
}

/** Answers all that is asked at a route, with whatever method. */
function answerAt(site: Site, route: Route, { send, repeat }: Sender): RequestHandler {
  const handlers = handlersOf(route);
  const methods = [...handlers.keys(), 'OPTIONS'].join(', ');
  const allowed = { Allow: methods, ...route.accepts };
  return async (request, response) => {
    if (repeat(request, response)) return;
    if (!site.loading.done() && !route.early?.(request)) await site.loading.whenDone;
    const handler = handlers.get(request.method);
    if (handler) return send(request, response, await reading(site, () => handler(site, request)));
    // Browsers ask before they send: they get to see what is wrong only when the question goes well.
    if (!('access-control-request-method' in request.headers)) await mustExist(site, route, request);
    if (request.method !== 'OPTIONS')
      throw new Problem(
        405,
        'method-not-allowed',
        `${request.method} is not possible here; ${methods} are. Nobody writes over HTTP.`,
        { headers: allowed },
      );
    response.writeHead(204, { ...preflight, ...allowed, 'Access-Control-Allow-Methods': methods }).end();
  };
}

/** What each method does at a route, in the order in which Allow lists them. */
function handlersOf({ get, post, query }: Route): ReadonlyMap<string, Handler> {
  const handlers = new Map([
    ['GET', get],
    ['HEAD', get],
  ]);
  if (post) handlers.set('POST', post);
  if (query) handlers.set('QUERY', query);
  return handlers;
}

// What there is not takes no method at all. Answers are not made here, only found.
async function mustExist(site: Site, { get }: Route, request: Request): Promise<void> {
  try {
    await reading(site, () => get(site, request));
  } catch (error) {
    if (error instanceof Problem && error.status === 404) throw error;
  }
}

/** What a preflight may count on (Fetch Standard, section 3.3). */
const preflight = { 'Access-Control-Allow-Headers': '*', 'Access-Control-Max-Age': '86400' };

/**
 * Sets what all answers have, and repeats those that are kept, at the routes where nothing else is to be done first.
 *
 * In one step: finding the route, and each further step of Express, costs as much as setting ten headers.
 */
function prepare(site: Site, mayRepeat: (route: RouteTaken) => boolean, { repeat }: Sender): RequestHandler {
  const { addressLength } = limitsOf(site);
  return (request, response, next) => {
    for (const [name, value] of fixedHeaders) response.setHeader(name, value);
    if (repeat(request, response, mayRepeat)) return;
    shortenPreferences(request.headers);
    if (request.url.length > addressLength)
      throw new Problem(
        414,
        'address-too-long',
        `The address has ${request.url.length} characters; ${addressLength} is the limit. Send long queries by POST.`,
      );
    next();
  };
}

/** The page of the route that was taken, if it has one of its own for problems. */
function ownPage(site: Site, request: Request, problem: Problem, language: Language): string | undefined {
  const taken = request.route as RouteTaken | undefined;
  const route = taken && routes.find(({ path }) => path === taken.path);
  return route?.problemPage?.(site, request, problem, language);
}

/** What is told of a fault in the log alone. */
function causeOf(error: unknown): { cause?: string } {
  const { cause } = error instanceof QueryFault ? error : {};
  return typeof cause === 'string' ? { cause } : {};
}

const answerProblem =
  (site: Site): ErrorRequestHandler =>
  async (error: unknown, request, response, _next) => {
    const problem = toProblem(error, requestId(request));
    if (problem.status === 500) site.report(error, requestId(request));
    note(request, { outcome: problem.name, ...causeOf(error) });
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const offers = [
      { mediaType: 'application/problem+json', aliases: ['application/json'] },
      { mediaType: 'text/html', aliases: ['application/xhtml+xml'] },
    ];
    const asPage = chooseOffer(request, offers)?.mediaType === 'text/html';
    const language = chooseLanguage(request);
    const body = Buffer.from(
      asPage
        ? await reading(
            site,
            () => ownPage(site, request, problem, language) ?? problemPage(site, problem, language),
          ).catch(() => problemPage(site, problem, language))
        : `${JSON.stringify(problemDocument(problem, site.publicUrl), null, 1)}\n`,
    );
    response.writeHead(problem.status, {
      ...problem.headers,
      'Cache-Control': 'no-store',
      'Content-Type': asPage ? 'text/html; charset=utf-8' : 'application/problem+json',
      ...(asPage ? { 'Content-Language': language } : {}),
      'Content-Length': body.length,
      Vary: asPage ? 'Accept, Accept-Language' : 'Accept',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
