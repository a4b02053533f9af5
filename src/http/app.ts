import express, { type ErrorRequestHandler, type Express, type Request, type RequestHandler } from 'express';
import helmet from 'helmet';
import { QueryFault } from '../engine/engine.ts';
import { problemPage } from '../html/pages.tsx';
import { NotExpressible } from '../rdf/not-expressible.ts';
import { send } from './answer.ts';
import { chooseLanguage, chooseOffer } from './negotiate.ts';
import { Problem, statusOfFault } from './problem.ts';
import { routes } from './routes.ts';
import type { Route, Site } from './site.ts';

/** Bytes that a request body may have. */
const bodyLimit = 1024 * 1024;
/** Characters that an address may have. */
const addressLimit = 16_384;

/** The HTTP application over a site. */
export function createApp(site: Site): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', 'strong');
  app.set('query parser', 'simple');
  app.use(securityHeaders, anyOrigin, shortAddress);
  app.use(express.text({ type: 'application/sparql-query', limit: bodyLimit, defaultCharset: 'utf-8' }));
  app.use(express.urlencoded({ extended: false, limit: bodyLimit, parameterLimit: 100 }));
  for (const route of routes) {
    const methods = ['GET', 'HEAD', ...(route.post ? ['POST'] : []), 'OPTIONS'];
    const at = app.route(route.path);
    at.options(
      (_request, response) =>
        void response
          .set({
            Allow: methods.join(', '),
            'Access-Control-Allow-Methods': methods.join(', '),
            'Access-Control-Allow-Headers': '*',
            'Access-Control-Max-Age': '86400',
          })
          .status(204)
          .end(),
    );
    at.get(handle(site, route.get));
    if (route.post) at.post(handle(site, route.post));
    at.all((request) => {
      throw new Problem(
        405,
        'method-not-allowed',
        `${request.method} is not possible here; ${methods.join(', ')} are. Nobody writes over HTTP.`,
        { headers: { Allow: methods.join(', ') } },
      );
    });
  }
  app.use((request: Request) => {
    throw new Problem(404, 'not-found', `There is nothing at ${request.path}. The home page at / shows the ways in.`);
  });
  app.use(answerProblem(site));
  return app;
}

const handle =
  (site: Site, answer: Route['get']): RequestHandler =>
  async (request, response) =>
    send(request, response, await answer(site, request));

const securityHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      scriptSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'self'"],
    },
  },
  // Linked data is there to be used by pages of others.
  crossOriginResourcePolicy: { policy: 'cross-origin' },
  // For the proxy in front, that knows whether there is TLS.
  strictTransportSecurity: false,
});

const anyOrigin: RequestHandler = (_request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers':
      'Allow, Content-Language, Content-Location, ETag, Link, Location, Retry-After, Vary',
  });
  next();
};

const shortAddress: RequestHandler = (request, _response, next) => {
  if (request.url.length > addressLimit)
    throw new Problem(
      414,
      'address-too-long',
      `The address has ${request.url.length} characters; ${addressLimit} is the limit. Send long queries by POST.`,
    );
  next();
};

const answerProblem =
  (site: Site): ErrorRequestHandler =>
  (error: unknown, request, response, _next) => {
    const problem = toProblem(error);
    if (problem.status === 500) site.report(error);
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response
      .status(problem.status)
      .set({ ...problem.headers, 'Cache-Control': 'no-store' })
      .vary('Accept');
    const offers = [
      { mediaType: 'application/problem+json', aliases: ['application/json'] },
      { mediaType: 'text/html' },
    ];
    if (chooseOffer(request, offers)?.mediaType === 'text/html') {
      response.type('html').send(problemPage(site, problem, chooseLanguage(request)));
    } else {
      const document = {
        type: `${site.publicUrl}/problems/${problem.slug}`,
        title: problem.title,
        status: problem.status,
        detail: problem.message,
        ...problem.extra,
      };
      response.type('application/problem+json').send(JSON.stringify(document, null, 1));
    }
  };

function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof QueryFault) {
    const retry = ['overloaded', 'closed', 'crashed'].includes(error.kind) ? { headers: { 'Retry-After': '5' } } : {};
    return new Problem(statusOfFault[error.kind], `query-${error.kind}`, error.message, {
      ...retry,
      ...position(error),
    });
  }
  if (error instanceof NotExpressible) return new Problem(406, 'not-expressible', error.message);
  const { status, type } = error as { status?: number; type?: string };
  // Errors of Express's own body readers and router.
  if (type === 'entity.too.large')
    return new Problem(
      413,
      'content-too-large',
      `The request body is larger than ${bodyLimit / 1024} KiB. Send a shorter query.`,
    );
  if (type === 'charset.unsupported' || type === 'encoding.unsupported')
    return new Problem(
      415,
      'unsupported-media-type',
      'The request body has a charset or encoding that is not read here. Send UTF-8.',
    );
  if (status === 400 || error instanceof URIError)
    return new Problem(400, 'bad-request', 'The request cannot be read: its address or body is wrongly encoded.');
  if (status && status < 500) return new Problem(status, 'bad-request', 'The request cannot be answered as it is.');
  return new Problem(
    500,
    'internal-error',
    'Something went wrong here. It has been noted; try again, and tell us if it stays.',
  );
}

// Both engines' parsers name the place in their own way.
function position({ kind, message }: QueryFault): { extra?: Record<string, unknown> } {
  const [, line, column] =
    (kind === 'syntax' && (/line (\d+), column (\d+)/.exec(message) as RegExpExecArray | null)) || [];
  return line ? { extra: { line: Number(line), column: Number(column) } } : {};
}
