// What becomes of a request: every way in which the other side can answer, or fail to.
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { post } from './post.ts';

const secret = 'T0KEN-in-the-path';
const never = new AbortController().signal;
let server: Server | null = null;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
});

const send = (url: string, timeoutMs = 60_000) =>
  post({ url, body: '{}', headers: { authorization: `Bearer ${secret}` }, timeoutMs, signal: never });

async function listen(answer: RequestListener, host = '127.0.0.1'): Promise<string> {
  const one = createServer(answer);
  server = one;
  await new Promise<void>((resolve, reject) => void one.once('error', reject).listen(0, host, resolve));
  const { port } = one.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/${secret}`;
}
const answering = (status: number, headers: Record<string, string> = {}, body = '') =>
  listen((_request, response) => void response.writeHead(status, headers).end(body));

test.each([
  [200, {}, { outcome: 'delivered' }],
  [204, {}, { outcome: 'delivered' }],
  [302, { location: 'http://127.0.0.1:1/' }, { outcome: 'failed', reason: 'status', why: 'status 302' }],
  [413, {}, { outcome: 'refused', why: 'status 413' }],
  [429, { 'retry-after': '7' }, { outcome: 'failed', reason: 'status', why: 'status 429', retryAfterMs: 7000 }],
  [429, { 'retry-after': '3600000' }, { outcome: 'failed', reason: 'status', why: 'status 429', retryAfterMs: 3_600_000_000 }],
  [
    503,
    { 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' },
    { outcome: 'failed', reason: 'status', why: 'status 503', retryAfterMs: 0 },
  ],
  [503, { 'retry-after': 'soon' }, { outcome: 'failed', reason: 'status', why: 'status 503' }],
])('%s %j', async (status, headers, expected) => {
  expect(await send(await answering(status, headers))).toEqual(expected);
});

test('waits until the date that the answer names', async () => {
  const at = new Date(Date.now() + 7_200_000).toUTCString();
  const attempt = await send(await answering(503, { 'retry-after': at }));
  const wait = attempt.outcome === 'failed' ? attempt.retryAfterMs! : 0;
  expect(wait).toBeGreaterThan(3_600_000);
  expect(wait).toBeLessThanOrEqual(7_200_000);
});

test('a refusal whose reasons never come is a refusal', async () => {
  const url = await listen((_request, response) => {
    response.writeHead(400, { 'content-length': '9' }).flushHeaders();
    response.socket?.end();
  });
  expect(await send(url)).toEqual({ outcome: 'refused', why: 'status 400' });
});

test('an answer without an end is taken for what its status says', async () => {
  const url = await listen((_request, response) => {
    response.writeHead(200);
    const more = () => void (response.destroyed || response.write(Buffer.alloc(65_536), () => setImmediate(more)));
    more();
  });
  expect(await send(url)).toEqual({ outcome: 'delivered' });
});

test('of a long answer the beginning is said', async () => {
  const url = await answering(500, {}, `no\n\u0007way ${'x'.repeat(100_000)}`);
  const attempt = await send(url);
  expect(attempt.outcome === 'failed' && attempt.why).toMatch(/^status 500: no .way x{100,200}$/);
});

test('headers that come byte by byte, and never end, are no answer', async () => {
  const url = await listen(({ socket }) => {
    socket.write('HTTP/1.1 200 OK\r\nx: ');
    const timer = setInterval(() => socket.write('y'), 20);
    socket.once('close', () => clearInterval(timer));
  });
  expect(await send(url, 500)).toEqual({ outcome: 'failed', reason: 'timeout', why: 'no answer within 500 ms' });
});

test('nobody there, no such name, no TLS: said without address and headers, which may be secret', async () => {
  const url = await answering(200);
  const urls = [url.replace('http:', 'https:'), `http://nobody.invalid/${secret}`, 'http://127.0.0.1:1/'.concat(secret)];
  for (const attempt of await Promise.all(urls.map((each) => send(each)))) {
    expect(attempt).toMatchObject({ outcome: 'failed', reason: 'unreachable' });
    expect(JSON.stringify(attempt)).not.toContain(secret);
  }
});

test('an address of IPv6, where there is IPv6', async () => {
  const url = await listen((_request, response) => void response.writeHead(204).end(), '::1').catch(() => null);
  expect(url === null ? { outcome: 'delivered' } : await send(url)).toEqual({ outcome: 'delivered' });
});
