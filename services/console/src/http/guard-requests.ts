// Who may ask: people who know the token where there is one, under a name of this server, and from no other site.
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { answerPaths } from './answer-route.ts';
import { ApiProblem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of a user who has signed in; null where nobody had to. */
    user: string | null;
  }
}

export type GuardOptions = {
  token: string | null;
  /** Further names under which the server may be reached. */
  hosts: readonly string[];
};

/** Said to whoever asks, without a name or a secret. */
const open = new Set<string>(['/livez', '/healthz', '/readyz', '/metrics', ...answerPaths]);

export const securityHeaders = {
  // What is said of a plant is for whoever asked, and for now; files of the page say otherwise.
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

export function guardRequests(app: FastifyInstance, { token, hosts }: GuardOptions): void {
  const named = new Set(hosts.map((host) => host.toLowerCase()));
  app.decorateRequest('user', null);
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers(securityHeaders);
    if (open.has(pathOf(request))) return;
    // A name of somebody else's that was made to point here would make their page one of ours.
    if (token === null && !isOwnName(request.host, named))
      throw new ApiProblem('wrong_host', {
        field: 'host',
        value: request.host.slice(0, 100),
        expected: 'an address of this machine, localhost or a name in console.hosts',
        remedy: 'add the name to console.hosts, or set console.token',
      });
    if (token !== null) request.user = userOf(request.headers.authorization, token);
    if (request.method !== 'GET' && request.method !== 'HEAD') requireSameSite(request, named);
  });
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?')[0];
}

function isOwnName(host: string, named: ReadonlySet<string>): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || named.has(name) || named.has(host.toLowerCase()) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0;
}

/** The user that a request names, or '' for a bearer. Throws where the secret is not the right one. */
function userOf(authorization: string | undefined, token: string): string | null {
  const [scheme = '', credentials = ''] = (authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer' && areEqual(credentials, token)) return null;
  if (scheme.toLowerCase() === 'basic') {
    const decoded = Buffer.from(credentials, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    if (colon >= 0 && areEqual(decoded.slice(colon + 1), token)) return decoded.slice(0, colon).trim().slice(0, 80) || null;
  }
  const field = 'authorization';
  throw new ApiProblem('not_signed_in', {
    field,
    expected: 'Bearer with the token, or Basic with your name and the token as password',
    remedy: 'sign in; the token is console.token of the configuration',
  });
}

/** In the same time wherever they differ. */
function areEqual(one: string, two: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(two));
}

/**
 * Browsers say where a request comes from; whatever says nothing is no browser. Where they say that it is the page's own origin, that is so
 * also behind a proxy that calls the console by another name than people do.
 */
function requireSameSite({ headers, host }: FastifyRequest, named: ReadonlySet<string>): void {
  const site = headers['sec-fetch-site'];
  if (site === 'same-origin') return;
  const isForeign = typeof site === 'string' && site !== 'none';
  const { origin } = headers;
  const from = origin === undefined ? null : hostOf(origin);
  const isOther = origin !== undefined && (from === null || (from !== host.toLowerCase() && !named.has(from)));
  if (!isForeign && !isOther) return;
  const value = isOther ? origin : site;
  throw new ApiProblem('cross_site', {
    field: isOther ? 'origin' : 'sec-fetch-site',
    value,
    expected: 'a page of this console',
    remedy:
      'open the console itself; behind a proxy that does not hand on the name it is called by (Host), add that name to console.hosts',
  });
}

function hostOf(origin: string): string | null {
  try {
    return new URL(origin).host.toLowerCase();
  } catch {
    return null;
  }
}
