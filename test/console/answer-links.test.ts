// One-click answers: what a link does, and what one that was altered, has expired or was used before does not.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { signLink, type AlertLink } from '@tocsin/schemas';
import { alertOf, openConsoleRoom, until, type ConsoleRoom } from './console-room.ts';

const key = 'only notifier and console know this';
const hostile = 'pump <img src=x> "7"';
let room: ConsoleRoom;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
beforeAll(async () => {
  room = await openConsoleRoom({ settings: 'token: s3cret', links: `url: 'https://tocsin.example', key: '${key}'` });
  await room.sayAlerts([alertOf('a'), alertOf('b'), alertOf('c'), alertOf('d'), alertOf(hostile)]);
  await until(() => room.page.world.alerts.size() === 5, 'the alerts are known');
});
afterAll(() => room.close());

const linkOf = (deviceId: string, more: Partial<AlertLink> = {}): AlertLink => ({
  alertId: alertOf(deviceId).alertId,
  deviceId,
  verdict: 'false-alarm',
  who: 'Ada',
  expiresMs: Date.now() + 3_600_000,
  ...more,
});
const urlOf = (link: AlertLink) => `${room.page.url}/answer?t=${signLink(link, key)}`;

async function visit(url: string): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** As the page's form does; browsers send no origin from a page that says `no-referrer`. */
async function press(url: string, note = '', act = 'say'): Promise<{ status: number; text: string }> {
  const body = new URLSearchParams({ note, act });
  const response = await fetch(url, { method: 'POST', body, headers: { origin: 'null', 'sec-fetch-site': 'same-origin' } });
  return { status: response.status, text: await response.text() };
}
const saidOf = (deviceId: string) => room.page.world.verdicts.ofSubject(deviceId, alertOf(deviceId).alertId);

test('opening it says nothing, however often; its button does, under the name of whoever it was sent to', async () => {
  const url = urlOf(linkOf('a'));
  for (let scans = 0; scans < 3; scans++) expect((await visit(url)).status).toBe(200);
  await fetch(url, { method: 'HEAD' });
  expect(saidOf('a')).toEqual([]);
  const { text, headers } = await visit(url);
  expect(text).toContain('a: was it a false alarm?');
  expect(text).toContain('x.rms 4.5x what is normal');
  expect(text).toContain('<form method="post">');
  expect(headers.get('content-security-policy')).toContain("form-action 'self'");
  expect(headers.get('cache-control')).toBe('no-store');
  const pressed = await press(url, 'belt was changed');
  expect([pressed.status, pressed.text.includes('Ada said that this was a false alarm')]).toEqual([200, true]);
  expect(saidOf('a')).toMatchObject([{ verdict: 'false-alarm', who: 'Ada', note: 'belt was changed', stands: true }]);
});

test('used again it says nothing more, and what stands', async () => {
  const url = urlOf(linkOf('b', { verdict: 'real' }));
  await press(url);
  await press(url);
  const again = await visit(url);
  expect([again.status, again.text.includes('this link has been used')]).toEqual([200, true]);
  expect(saidOf('b')).toHaveLength(1);
});

test('what was said is taken back by the same link: what stood before stands again, once, and nothing is said again', async () => {
  await press(urlOf(linkOf('d', { verdict: 'unsure', who: 'Bob' })));
  const url = urlOf(linkOf('d', { verdict: 'real' }));
  expect((await press(url, '', 'undo')).text).toContain('d: was it real?');
  expect((await press(url)).text).toContain('Take it back');
  const [first, second] = await Promise.all([press(url, '', 'undo'), press(url, '', 'undo')]);
  expect([first.text, second.text].map((text) => text.includes('d: taken back'))).toEqual([true, true]);
  expect(first.text).toContain('What stands now: unsure, said by Bob.');
  expect((await press(url)).text).toContain('d: taken back');
  expect((await visit(url)).text).toContain('This link has been used, and says nothing again.');
  const said = saidOf('d').map(({ who, verdict, note }) => `${who} ${verdict}: ${note.replace(/ [0-9a-f]{32}/, ' LABEL')}`);
  expect(said.toSorted()).toEqual(['Ada real: by link', 'Ada unsure: undo of LABEL: by link', 'Bob unsure: by link']);
});

test('of two who answer differently the later stands, and the later is told before', async () => {
  await press(urlOf(linkOf('c', { verdict: 'real', who: 'Ada' })));
  const url = urlOf(linkOf('c', { verdict: 'maintenance', who: 'Grace' }));
  expect((await visit(url)).text).toContain('What stands now: real, said by Ada. The later answer stands.');
  await press(url);
  expect(saidOf('c').map(({ who, stands }) => [who, stands])).toEqual([
    ['Ada', false],
    ['Grace', true],
  ]);
});

test.each([
  ['expired', () => urlOf(linkOf('a', { verdict: 'unsure', expiresMs: Date.now() - 1 })), 410, 'this link has expired'],
  ['cut off', () => urlOf(linkOf('a', { verdict: 'unsure' })).slice(0, -5), 400, 'not complete, or was changed'],
  ['altered', () => urlOf(linkOf('a', { verdict: 'unsure' })).replace('?t=W', '?t=X'), 400, 'not complete, or was changed'],
  [
    'signed by somebody else',
    () => `${room.page.url}/answer?t=${signLink(linkOf('a'), 'x'.repeat(32))}`,
    400,
    'Nothing was said',
  ],
  ['empty', () => `${room.page.url}/answer`, 400, 'Nothing was said'],
])('%s: a page that says so, and no label', async (_, url, status, text) => {
  const before = room.page.world.verdicts.size();
  for (const answer of [await visit(url()), await press(url())]) {
    expect(answer.status).toBe(status);
    expect(answer.text).toContain(text);
  }
  expect(room.page.world.verdicts.size()).toBe(before);
});

test('names are text, and nothing else of the console is open without its token', async () => {
  const { text } = await visit(urlOf(linkOf(hostile)));
  expect(text).not.toContain('<img');
  expect(text).toContain('pump &lt;img src=x&gt; &quot;7&quot;: was it');
  expect((await visit(`${room.page.url}/answer.css`)).headers.get('content-type')).toMatch(/^text\/css/);
  for (const path of ['/', '/api/alerts', '/answer/', '/answer/x'])
    expect((await visit(`${room.page.url}${path}`)).status).toBe(401);
});

test('where no key is set there are no one-click answers', async () => {
  const plain = await openConsoleRoom();
  const { status, text } = await visit(`${plain.page.url}/answer?t=${signLink(linkOf('a'), key)}`);
  expect([status, text.includes('not set up here')]).toEqual([404, true]);
  await plain.close();
});
