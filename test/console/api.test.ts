// The API of the console over a real log and store (the embedded twins): what it says of records that it read, and what it refuses.
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { decodeLabel, type Label } from '@tocsin/schemas';
import { alertOf, openConsoleRoom, until, windowOf, type ConsoleRoom } from './console-room.ts';

/** What the tests read of answers; the shapes themselves are what the document says. */
type Fleet = {
  total: number;
  matched: number;
  rows: { deviceId: string; state: string; trace: number[] }[];
  byState: Record<string, number>;
};
type Labelled = { labelId: string; verdict: string; who: string; stands: boolean; isUndone: boolean; undoes: string | null };
type Alerts = {
  counts: { open: number; acknowledged: number; closed: number };
  alerts: {
    alertId: string;
    life: string;
    standing: Labelled | null;
    labels: Labelled[];
    peers: { shifted: number; of: number };
  }[];
  groups: { devices: number; alertIds: string[] }[];
};
type Refusal = { error: { code: string; field: string; value: string; expected: string; remedy: string } };

const hostile = [
  '<img src=x onerror=alert(1)>',
  '"\' onload="x',
  'насос 🛠️ №7',
  'a/../b?c#d&e=f',
  `${'x'.repeat(496)}-last`,
  '..',
];

// A busy machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
let room: ConsoleRoom;
beforeAll(async () => {
  room = await openConsoleRoom();
});
afterAll(() => room.close());

const labels = async (): Promise<Label[]> => {
  const { body } = await room.get<{ labels: Label[] }>('/api/labels?limit=500');
  return body.labels;
};

test('the document is valid OpenAPI and names every route that people may use', async () => {
  const { body } = await room.get<Record<string, unknown>>('/api/openapi.json');
  const result = await new Validator().validate(body);
  expect(result).toMatchObject({ valid: true });
  expect(Object.keys(body['paths'] as object).sort()).toMatchInlineSnapshot(`
    [
      "/api/about",
      "/api/alerts",
      "/api/device",
      "/api/events",
      "/api/fleet",
      "/api/labels",
      "/api/labels/group",
      "/api/labels/group/undo",
      "/api/labels/undo",
      "/api/letter",
      "/api/letters",
      "/api/letters/redrive",
      "/api/models",
      "/api/models/change",
      "/api/models/history",
      "/api/quality",
      "/api/window",
    ]
  `);
});

test('device names with markup, emoji or 500 characters come back as they are', async () => {
  await room.sayWindows(hostile.map((deviceId, i) => windowOf(deviceId, i)));
  await until(() => room.page.world.fleet.devices.size >= hostile.length, 'devices are known');
  for (const deviceId of hostile) {
    const found = await room.get<Fleet>(`/api/fleet?${new URLSearchParams({ q: deviceId }).toString()}`);
    expect(found.body.rows.map((row) => row.deviceId)).toContain(deviceId);
    const { status, body } = await room.get<{ row: { deviceId: string } }>(
      `/api/device?${new URLSearchParams({ id: deviceId }).toString()}`,
    );
    expect([status, body.row?.deviceId]).toEqual([200, deviceId]);
  }
});

test('a device is alerting while an alert is open, silent when others go on without it, cold until it is known', async () => {
  await room.sayWindows([
    windowOf('cold-1', 0, { supportWindows: 4, confidence: 'cold', flags: ['cold'] }),
    windowOf('loud-1', 0, { score: 3 }),
    windowOf('young-1', 0, { flags: ['provisional'], confidence: 'provisional' }),
    windowOf('held-1', 0, { flags: ['maintenance'] }),
    windowOf('holey-1', 0, { flags: ['gappy'], score: null, threshold: null, pValue: null }),
  ]);
  await room.sayAlerts([alertOf('loud-1'), alertOf('drifter-1', { guard: 'drift' }), alertOf('quiet-1', { guard: 'silent' })]);
  await until(() => room.page.world.alerts.size() >= 3, 'alerts are known');
  const { body } = await room.get<Fleet>('/api/fleet?q=-1&sort=device');
  expect(Object.fromEntries(body.rows.map(({ deviceId, state }) => [deviceId, state]))).toEqual({
    'cold-1': 'cold',
    'drifter-1': 'drifting',
    'held-1': 'maintenance',
    'holey-1': 'watching',
    'loud-1': 'alerting',
    'quiet-1': 'silent',
    'young-1': 'provisional',
  });
});

test('two operators answer the same alert differently: the later one stands, both are shown, an undo brings the first back', async () => {
  const subject = { deviceId: 'loud-1', subjectId: 'alert-of-loud-1' };
  const first = await room.post<Labelled>('/api/labels', { ...subject, verdict: 'real', who: 'Ada', note: 'bearing' });
  const second = await room.post<Labelled>('/api/labels', { ...subject, verdict: 'false-alarm', who: '<b>Bob</b>' });
  expect([first.status, second.status]).toEqual([201, 201]);
  const alert = async () => (await room.get<Alerts>('/api/alerts?device=loud-1')).body.alerts[0];
  expect((await alert()).life).toBe('acknowledged');
  expect((await alert()).labels.map(({ who, verdict, stands }) => [who, verdict, stands])).toEqual([
    ['Ada', 'real', false],
    ['<b>Bob</b>', 'false-alarm', true],
  ]);
  const undo = await room.post<Labelled>('/api/labels/undo', { labelId: second.body.labelId, who: 'Bob' });
  expect(undo.body).toMatchObject({ verdict: 'real', undoes: second.body.labelId });
  expect((await alert()).standing).toMatchObject({ who: 'Ada', verdict: 'real' });
  // Nothing stands any more: what scorers hear is that nobody is sure.
  const last = await room.post<Labelled>('/api/labels/undo', { labelId: first.body.labelId, who: 'Ada' });
  expect(last.body.verdict).toBe('unsure');
  expect((await alert()).life).toBe('open');
  const again = await room.post<Refusal>('/api/labels/undo', { labelId: first.body.labelId, who: 'Ada' });
  expect(again).toMatchObject({ status: 400, body: { error: { code: 'invalid_field', field: 'labelId' } } });
});

test('an alert that is named for another device is refused, and stands as it stood', async () => {
  const wrong = { deviceId: 'still-1', subjectId: 'alert-of-loud-1', verdict: 'real', who: 'Ada' };
  const refused = await room.post<Refusal>('/api/labels', wrong);
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_field', field: 'deviceId' } } });
  expect(refused.body.error.expected).toMatch(/^loud-1/);
  expect((await labels()).some(({ deviceId }) => deviceId === 'still-1')).toBe(false);
});

test('what was said lies in the topic, keyed by its device, and a console that starts later knows it', async () => {
  const info = await room.transport.admin().describe('tocsin.labels');
  const lying = info!.partitions.reduce((sum, { endOffset }) => sum + endOffset, 0);
  expect(lying).toBe((await labels()).length);
  const reader = room.transport.reader({ groupId: 'look', topics: ['tocsin.labels'] });
  const found: { key: string; label: Label }[] = [];
  await reader.run(async ({ records }) => {
    for (const { key, value } of records) found.push({ key: Buffer.from(key!).toString(), label: decodeLabel(value!) });
  });
  await until(() => found.length === lying, 'all labels are read');
  await reader.stop();
  expect(found.every(({ key, label }) => key === label.deviceId)).toBe(true);
  const other = await room.another();
  await until(() => other.world.verdicts.size() === lying && other.world.alerts.size() >= 3, 'the other one knows as much');
  expect(other.world.verdicts.ofSubject('loud-1', 'alert-of-loud-1').map(({ who, isUndone }) => [who, isUndone])).toEqual([
    ['Ada', true],
    ['<b>Bob</b>', true],
    ['Bob', false],
    ['Ada', false],
  ]);
  await other.stop();
});

test('alerts that begin together are one group, and each says how many peers shifted', async () => {
  const startMs = Date.UTC(2026, 1, 1);
  const shifted = ['g-1', 'g-2', 'g-3'].map((deviceId, i) =>
    alertOf(deviceId, { startMs: startMs + i * 1000, endMs: startMs + 9000 }),
  );
  await room.sayAlerts([...shifted, alertOf('g-9', { startMs: startMs + 3_600_000, endMs: startMs + 3_601_000 })]);
  await until(() => room.page.world.alerts.find('alert-of-g-9') !== null, 'alerts are known');
  const { body } = await room.get<Alerts>('/api/alerts?q=g-');
  expect(body.groups.map(({ devices }) => devices).toSorted((one, two) => one - two)).toEqual([1, 3]);
  expect(body.alerts.find(({ alertId }) => alertId === 'alert-of-g-1')!.peers.shifted).toBe(2);
});

test('a closed alert is closed, keeps what was wrong, and an older revision changes nothing', async () => {
  await room.sayAlerts([
    alertOf('g-1', { revision: 2, state: 'closed', contributions: [], message: 'g-1: back to normal.' }),
    alertOf('g-1', { revision: 1, state: 'updated' }),
  ]);
  await until(() => room.page.world.alerts.find('alert-of-g-1')!.alert.state === 'closed', 'it is closed');
  const { body } = await room.get<Alerts>('/api/alerts?life=closed&q=g-1');
  expect(body.alerts).toMatchObject([{ life: 'closed', message: 'g-1: back to normal.', contributions: [{ channel: 'x' }] }]);
  expect(room.page.world.fleet.devices.get('g-1')!.open.size).toBe(0);
});

test('a record with figures that are no numbers takes no page with it', async () => {
  const [contribution] = alertOf('odd-1').contributions;
  await room.sayWindows([
    windowOf('odd-1', 0, { score: Number.NaN }),
    windowOf('odd-2', 0, { score: Infinity, coverage: Number.NaN }),
    windowOf('odd-3', 0, { score: 1e300, threshold: -1e300 }),
    windowOf('odd-4', 0, { endMs: Number.NaN }),
  ]);
  await room.sayAlerts([
    alertOf('odd-1', {
      score: Number.NaN,
      pValue: Infinity,
      contributions: [contribution, { ...contribution, actual: -Infinity }],
    }),
  ]);
  await until(
    () => room.page.world.fleet.devices.has('odd-3') && room.page.world.alerts.find('alert-of-odd-1') !== null,
    'all is read',
  );
  const fleet = await room.get<Fleet>('/api/fleet?q=odd-');
  expect([fleet.status, fleet.body.rows.map(({ deviceId }) => deviceId).toSorted()]).toEqual([200, ['odd-1', 'odd-2', 'odd-3']]);
  for (const path of [
    '/api/device?id=odd-1',
    '/api/device?id=odd-2',
    '/api/device?id=odd-3',
    '/api/window?device=odd-3',
    '/api/quality',
  ])
    expect([path, (await room.get(path)).status]).toEqual([path, 200]);
  const { body } = await room.get<Alerts>('/api/alerts?q=odd-');
  expect(body.alerts).toMatchObject([{ alertId: 'alert-of-odd-1', score: 0, contributions: [{ channel: 'x' }] }]);
});

test('of a device with thousands of alerts the newest are shown, open ones first', async () => {
  const startMs = Date.UTC(2026, 2, 1);
  const many = Array.from({ length: 3000 }, (_, i) =>
    alertOf('flapper', {
      alertId: `flap-${i}`,
      startMs: startMs + i * 60_000,
      endMs: startMs + i * 60_000,
      state: i === 7 ? 'opened' : 'closed',
    }),
  );
  await room.sayAlerts(many);
  await until(() => room.page.world.alerts.ofDevice('flapper').length === 3000, 'all are known');
  const { body } = await room.get<{ alerts: { alertId: string }[]; alertsKnown: number }>('/api/device?id=flapper');
  expect([body.alerts.length, body.alertsKnown]).toEqual([100, 3000]);
  expect(body.alerts.slice(0, 2).map(({ alertId }) => alertId)).toEqual(['flap-7', 'flap-2999']);
});

test('open alerts keep their places while they go on', async () => {
  const startMs = Date.UTC(2026, 3, 1);
  const open = ['s-1', 's-2', 's-3'].map((deviceId, i) => alertOf(deviceId, { startMs: startMs + i * 3_600_000 }));
  await room.sayAlerts(open);
  const ids = async () => (await room.get<Alerts>('/api/alerts?q=s-')).body.alerts.map(({ alertId }) => alertId);
  await until(async () => (await ids()).length === 3, 'all are known');
  expect(await ids()).toEqual(['alert-of-s-3', 'alert-of-s-2', 'alert-of-s-1']);
  await room.sayAlerts([{ ...open[0], revision: 1, state: 'updated', windows: 9 }]);
  await until(() => room.page.world.alerts.find('alert-of-s-1')!.alert.revision === 1, 'it is updated');
  expect(await ids()).toEqual(['alert-of-s-3', 'alert-of-s-2', 'alert-of-s-1']);
});

describe('errors name the field, the value, what was expected and what to do', () => {
  test.each<[string, string, unknown, Partial<Refusal['error']>]>([
    [
      'GET',
      '/api/fleet?sort=size',
      null,
      { field: 'sort', value: '"size"', expected: expect.stringContaining('urgency') as string },
    ],
    ['GET', '/api/fleet?limit=9999', null, { field: 'limit', value: '9999', expected: '<= 500' }],
    ['GET', '/api/fleet?colour=red', null, { field: 'colour', expected: 'no such field' }],
    ['GET', '/api/device', null, { field: 'id', expected: 'a value' }],
    ['GET', '/api/device?id=nobody', null, { code: 'not_found', field: 'id', value: '"nobody"' }],
    ['POST', '/api/labels', { deviceId: 'a', verdict: 'fine', who: 'A' }, { field: 'verdict', value: '"fine"' }],
    ['POST', '/api/labels', { deviceId: 'a', verdict: 'real', who: 'A' }, { field: 'subjectId', remedy: 'name what is real' }],
    ['POST', '/api/labels', { deviceId: 'a', subjectId: 'b', verdict: 'real' }, { code: 'who_is_missing', field: 'who' }],
    [
      'POST',
      '/api/labels',
      { deviceId: 'a', subjectId: 'b', verdict: 'real', who: '   ' },
      { code: 'who_is_missing', field: 'who' },
    ],
    ['POST', '/api/labels/undo', { labelId: 'x', who: 'A' }, { code: 'not_found', field: 'labelId' }],
    ['POST', '/api/letters/redrive', { ids: ['t:0:1'], who: 'A' }, { code: 'not_allowed' }],
    ['GET', '/api/nothing', null, { code: 'not_found', field: 'path' }],
  ])('%s %s', async (method, path, body, expected) => {
    const answer = method === 'GET' ? await room.get<Refusal>(path) : await room.post<Refusal>(path, body);
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.body.error).toMatchObject(expected);
    expect(answer.body.error.remedy).not.toBe('');
  });
});

test('20,000 devices: a page of them is sorted, searched and bounded in memory', async () => {
  const many = Array.from({ length: 20_000 }, (_, i) =>
    windowOf(`press-${i}`, 0, { features: new Float32Array(4), score: i / 10_000 }),
  );
  for (let at = 0; at < many.length; at += 2000) await room.sayWindows(many.slice(at, at + 2000));
  await until(
    () => room.page.world.fleet.devices.has('press-19999') && room.page.world.fleet.devices.has('press-19998'),
    'all are known',
  );
  await until(async () => (await room.get<Fleet>('/api/fleet?q=press&limit=1')).body.matched === 20_000, 'all are found');
  const { body } = await room.get<Fleet>('/api/fleet?q=press&sort=margin&limit=3&offset=2');
  expect(body.matched).toBe(20_000);
  expect(body.rows.map(({ deviceId }) => deviceId)).toEqual(['press-19997', 'press-19996', 'press-19995']);
  const byName = await room.get<Fleet>('/api/fleet?q=press&sort=device&limit=2&offset=10');
  expect(byName.body.rows.map(({ deviceId }) => deviceId)).toEqual(['press-10', 'press-11']);
  const { fleet } = room.page.world;
  expect(fleet.windowsMax() * fleet.devices.size * 42).toBeLessThanOrEqual(256 * 2 ** 20);
});
