import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpEndpoint, createMetrics, type HttpEndpoint } from '@tocsin/observability';

let endpoint: HttpEndpoint;
let reasons: string[];
let stuck: string | null;

beforeEach(async () => {
  reasons = [];
  stuck = null;
  const metrics = createMetrics({ service: 'test' });
  endpoint = await createHttpEndpoint({ port: 0, host: '127.0.0.1', metrics, ready: () => reasons, live: () => stuck });
});
afterEach(() => endpoint.close());

const get = async (path: string, init: RequestInit = {}) => {
  const response = await fetch(endpoint.url + path, init);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
};

test('metrics in the Prometheus text format', async () => {
  const { status, type, body } = await get('/metrics?x=1');
  expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  expect(body).toContain('tocsin_build_info{service="test"');
});

test('ready says what it waits for', async () => {
  expect(await get('/readyz')).toMatchObject({ status: 200, body: '{"status":"ready"}\n' });
  expect((await get('/metrics')).body).toContain('tocsin_ready 1');
  reasons = ['no initialisation of class pump yet', 'not joined'];
  expect((await get('/metrics')).body).toContain('tocsin_ready 0');
  const { status, body } = await get('/readyz');
  expect(status).toBe(503);
  expect(JSON.parse(body)).toEqual({ status: 'not ready', reasons });
});

test.each(['/livez', '/healthz'])('%s fails only where a restart would help', async (path) => {
  reasons = ['not joined'];
  expect(await get(path)).toMatchObject({ status: 200, body: '{"status":"live"}\n' });
  stuck = 'partition 3 has lag and made no progress for 60 s';
  expect(await get(path)).toMatchObject({ status: 503, body: expect.stringContaining(stuck) });
});

test('other pages and methods are refused with what there is', async () => {
  expect(await get('/')).toMatchObject({ status: 404, body: expect.stringContaining('/metrics, /livez') });
  expect(await get('/metrics', { method: 'POST' })).toMatchObject({ status: 405 });
  expect(await get('/readyz', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
});

test('a check that throws is an answer, not a crash', async () => {
  const metrics = createMetrics({ service: 'test' });
  const live = (): never => {
    throw new Error('broken check');
  };
  const broken = await createHttpEndpoint({ port: 0, host: '127.0.0.1', metrics, ready: () => [], live });
  const response = await fetch(`${broken.url}/livez`);
  expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('broken check')]);
  await broken.close();
});

test('a port that is taken is an error that names it', async () => {
  const metrics = createMetrics({ service: 'test' });
  const again = createHttpEndpoint({ port: endpoint.port, host: '127.0.0.1', metrics, ready: () => [], live: () => null });
  await expect(again).rejects.toThrow(`127.0.0.1:${endpoint.port}`);
});

test('closing does not wait for idle connections', async () => {
  await get('/livez');
  await endpoint.close();
  await expect(get('/livez')).rejects.toThrow();
});
