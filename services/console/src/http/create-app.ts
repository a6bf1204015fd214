// The HTTP side of the console: API, its document, events, and the page.
import { join } from 'node:path';
import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { about, type About } from '../api/about-api.ts';
import type { ConsoleParts } from '../console-parts.ts';
import { classViewOf } from '../view/class-view.ts';
import { addAlertRoutes } from './alert-routes.ts';
import { addAnswerRoute } from './answer-route.ts';
import { addFleetRoutes } from './fleet-routes.ts';
import { addGroupRoutes } from './group-routes.ts';
import { guardRequests, securityHeaders, type GuardOptions } from './guard-requests.ts';
import { outputSchema } from './json-schema.ts';
import { addModelRoutes } from './model-routes.ts';
import { ApiProblem, installProblems } from './problems.ts';
import { addQualityRoutes } from './quality-routes.ts';
import { serveWebFiles } from './web-files.ts';
import { addWindowRoute } from './window-route.ts';

/** Where `npm run setup` puts the page, from the sources as from dist/. */
export const webDirectory = join(import.meta.dirname, '../../dist/web');

export async function createApp(
  parts: ConsoleParts,
  options: GuardOptions & { webDirectory?: string },
): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    bodyLimit: 64 * 1024,
    forceCloseConnections: true,
    requestTimeout: 30_000,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, useDefaults: true, verbose: true } },
  });
  installProblems(app, (error) => parts.note('error', 'a request failed', { error }));
  guardRequests(app, options);
  // A form of another site can send text; JSON it has to ask for first.
  app.removeContentTypeParser('text/plain');
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Tocsin console',
        version: parts.version,
        description: 'Fleet, alerts, verdicts, initialisations and data quality.',
      },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } } },
      security: options.token === null ? [] : [{ bearer: [] }, { basic: [] }],
    },
  });
  // Routes are seen by the document from its registration on.
  await app.register(async (scope) => {
    addFleetRoutes(scope, parts);
    addWindowRoute(scope, parts);
    addAlertRoutes(scope, parts);
    addGroupRoutes(scope, parts);
    addModelRoutes(scope, parts);
    addQualityRoutes(scope, parts);
    addAbout(scope, parts);
    addEvents(scope, parts);
    addHealth(scope, parts);
    serveWebFiles(scope, options.webDirectory ?? webDirectory);
    // In a scope of its own: nothing else reads forms.
    await scope.register(async (own) => addAnswerRoute(own, parts));
    scope.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  app.addHook('preClose', async () => parts.stream.close());
  return app;
}

function addAbout(app: FastifyInstance, { version, classes, historyWindows, now }: ConsoleParts): void {
  app.get(
    '/api/about',
    { schema: { summary: 'What this console is, and who asks', response: { 200: outputSchema(about) } } },
    async ({ user }): Promise<About> => ({ version, user, classes: classes.map(classViewOf), historyWindows, nowMs: now() }),
  );
}

/** `?device=` adds the windows of one device. `Last-Event-ID` continues, as browsers do by themselves, else `?after=`. */
function addEvents(app: FastifyInstance, { stream }: ConsoleParts): void {
  const properties = { device: { type: 'string', maxLength: 512 }, after: { type: 'string', maxLength: 60 } };
  const querystring = { type: 'object', properties, additionalProperties: false };
  const description =
    'text/event-stream: hello or reset first, then fleet, windows, alert, incident, label, effect, model, quality, and a beat every ten seconds.';
  app.get<{ Querystring: { device?: string; after?: string } }>(
    '/api/events',
    { exposeHeadRoute: false, schema: { summary: 'News as server-sent events', description, querystring } },
    (request, reply) => {
      const { device = null, after = null } = request.query;
      const lastEventId = request.headers['last-event-id'];
      const { raw } = reply;
      if (stream.isFull())
        throw new ApiProblem('too_many', {
          field: 'clients',
          remedy: 'too many pages are open; close one, or raise console.clientsMax',
        });
      reply.hijack();
      request.raw.socket.setTimeout(0);
      request.raw.socket.setNoDelay(true);
      raw.writeHead(200, {
        ...securityHeaders,
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      stream.join(raw, device, typeof lastEventId === 'string' ? lastEventId : after);
    },
  );
}

function addHealth(app: FastifyInstance, { ready, live, metrics }: ConsoleParts): void {
  const hidden = { schema: { hide: true } };
  app.get('/metrics', hidden, async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
  for (const path of ['/livez', '/healthz'])
    app.get(path, hidden, (_request, reply) => {
      const reason = live();
      return reply
        .status(reason === null ? 200 : 503)
        .send(reason === null ? { status: 'live' } : { status: 'not live', reasons: [reason] });
    });
  app.get('/readyz', hidden, (_request, reply) => {
    const reasons = ready();
    return reply
      .status(reasons.length === 0 ? 200 : 503)
      .send(reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons });
  });
}
