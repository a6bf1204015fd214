// Who may ask, and from where.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alertOf, openConsoleRoom, until, type ConsoleRoom } from './console-room.ts';

type Refusal = { error: { code: string; field: string; remedy: string } };
const label = { deviceId: 'a', subjectId: 'alert-of-a', verdict: 'real', who: 'Ada' };
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});

/** `fetch` does not let one choose a host. */
function statusFor(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers }, (response) => (response.resume(), resolve(response.statusCode ?? 0)));
    asked.once('error', reject).end();
  });
}

describe('without a token', () => {
  let room: ConsoleRoom;
  beforeAll(async () => {
    room = await openConsoleRoom({ settings: 'hosts: [tocsin.plant.example]' });
  });
  afterAll(() => room.close());

  test('only this machine is listened to, under names of its own', async () => {
    expect(room.page.url).toMatch(/^http:\/\/127\.0\.0\.1:/);
    const fleet = `${room.page.url}/api/fleet`;
    expect(await statusFor(fleet, { host: 'localhost:9470' })).toBe(200);
    expect(await statusFor(fleet, { host: 'tocsin.plant.example' })).toBe(200);
    // A name of a stranger that was made to point here.
    expect(await statusFor(fleet, { host: 'evil.example' })).toBe(403);
  });

  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of the same site', { 'sec-fetch-site': 'same-site' }],
    ['a page without an origin', { origin: 'null' }],
  ])('%s cannot say anything', async (_, headers) => {
    const refused = await room.post<Refusal>('/api/labels', label, headers);
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'cross_site' } } });
  });

  test('a form of another site cannot either: it cannot send JSON', async () => {
    const response = await fetch(`${room.page.url}/api/labels`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify(label),
    });
    expect(response.status).toBe(400);
  });

  test('the page itself can', async () => {
    const answer = await room.post('/api/labels', label, { origin: room.page.url, 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(201);
  });

  test.each([
    ['whose browser says that it is its own', 201, { origin: 'https://any.example', 'sec-fetch-site': 'same-origin' }],
    ['by a name of console.hosts', 201, { origin: 'https://tocsin.plant.example' }],
    ['by that name at another port', 403, { origin: 'https://tocsin.plant.example:8443' }],
    ['on another port of this machine', 403, { origin: 'http://localhost:3000' }],
  ])('behind a proxy that keeps the name for itself, a page %s: %i', async (_, status, headers) => {
    expect((await room.post('/api/labels', label, headers)).status).toBe(status);
  });

  test('nothing runs in the page but its own scripts', async () => {
    const { headers } = await room.get('/');
    const policy = headers.get('content-security-policy')!;
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self'/);
    expect(policy).not.toMatch(/unsafe|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-cache');
    for (const path of ['/api/fleet', '/api/nothing', '/metrics'])
      expect((await room.get(path)).headers.get('cache-control')).toBe('no-store');
  });
});

describe('with a token', () => {
  let room: ConsoleRoom;
  beforeAll(async () => {
    room = await openConsoleRoom({ settings: 'token: s3cret' });
  });
  afterAll(() => room.close());

  test.each([
    ['nothing', {}],
    ['a wrong bearer', { authorization: 'Bearer s3cre' }],
    ['a wrong password', basic('Ada', 'S3cret')],
    ['nonsense', { authorization: 'Basic !!!' }],
  ])('%s opens nothing', async (_, headers) => {
    for (const path of ['/', '/api/fleet', '/api/events', '/api/openapi.json']) {
      const refused = await room.get<Refusal>(path, headers);
      expect(refused).toMatchObject({ status: 401, body: { error: { code: 'not_signed_in' } } });
      expect(refused.headers.get('www-authenticate')).toMatch(/^Basic realm="Tocsin"/);
    }
  });

  test('what an open page asks for opens no dialog: it says itself that it has to be loaded again', async () => {
    const refused = await room.get<Refusal>('/api/fleet', { 'sec-fetch-dest': 'empty' });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, null]);
  });

  test('a bearer may ask, and whoever signs in with a name speaks under it, whatever the body says', async () => {
    expect((await room.get('/api/fleet', { authorization: 'Bearer s3cret' })).status).toBe(200);
    await room.sayAlerts([alertOf('a')]);
    await until(() => room.page.world.alerts.size() === 1, 'the alert is known');
    const said = await room.post<{ who: string }>('/api/labels', label, basic('Zoë', 's3cret'));
    expect([said.status, said.body.who]).toEqual([201, 'Zoë']);
    const { body } = await room.get<{ user: string }>('/api/about', basic('Zoë', 's3cret'));
    expect(body.user).toBe('Zoë');
  });

  test('probes and scrapes need no secret', async () => {
    for (const path of ['/livez', '/readyz', '/metrics']) expect((await room.get(path)).status).toBe(200);
  });
});
