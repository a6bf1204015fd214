// What a service answers over HTTP: /metrics, /livez (and /healthz), /readyz. Nothing else, to nobody in particular.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Metrics } from './create-metrics.ts';

export type HttpEndpointOptions = {
  /** 0 takes a free port. */
  port: number;
  host?: string;
  metrics: Pick<Metrics, 'text' | 'contentType' | 'exportReady'>;
  /** Why traffic should not come yet; empty when ready. */
  ready: () => readonly string[];
  /** Why the process should be restarted; null while it is alive. Never because Kafka or Redis is down. */
  live: () => string | null;
};

export type HttpEndpoint = { url: string; port: number; close(): Promise<void> };

type Answer = { status: number; type: string; body: string };

const paths = ['/metrics', '/livez', '/healthz', '/readyz'];

/** Resolves once it listens; rejects where the port cannot be had, naming it. Readiness is a metric, too. */
export async function createHttpEndpoint(options: HttpEndpointOptions): Promise<HttpEndpoint> {
  const host = options.host ?? '0.0.0.0';
  options.metrics.exportReady(options.ready);
  const server = createServer((request, response) => void respond(options, request, response));
  await new Promise<void>((resolve, reject) => {
    const advice = 'choose another httpPort, or 0 for a free one';
    server.once('error', (cause) =>
      reject(new Error(`cannot listen on ${host}:${options.port}: ${cause.message}; ${advice}`, { cause })),
    );
    server.listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // Scrapers keep connections open: nothing is under way on them that anybody would miss.
        server.closeAllConnections();
      }),
  };
}

async function respond(options: HttpEndpointOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, type, body } = await answer(options, request).catch((error: unknown) =>
    json(500, { status: 'error', error: String(error) }),
  );
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answer({ metrics, ready, live }: HttpEndpointOptions, request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { status: 'error', error: 'use GET' });
  switch ((request.url ?? '').split('?')[0]) {
    case '/metrics':
      return { status: 200, type: metrics.contentType, body: await metrics.text() };
    case '/livez':
    case '/healthz': {
      const reason = live();
      return reason === null ? json(200, { status: 'live' }) : json(503, { status: 'not live', reasons: [reason] });
    }
    case '/readyz': {
      const reasons = ready();
      return reasons.length === 0 ? json(200, { status: 'ready' }) : json(503, { status: 'not ready', reasons });
    }
    default:
      return json(404, { status: 'error', error: `no such page; there are ${paths.join(', ')}` });
  }
}

function json(status: number, value: object): Answer {
  return { status, type: 'application/json', body: `${JSON.stringify(value)}\n` };
}
