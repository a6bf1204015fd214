// Groups of alerts: counted whole however few of them a page lists, and answered with one request.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { alertOf, openConsoleRoom, until, type ConsoleRoom } from './console-room.ts';

type Group = { groupId: string; seenMs: number; devices: number; alerts: number; alertIds: string[] };
type Listed = {
  matched: number;
  counts: { open: number; acknowledged: number };
  alerts: { deviceId: string; openings: number; swings: number }[];
  groups: Group[];
};

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
let room: ConsoleRoom;
const devices = Array.from({ length: 1200 }, (_, i) => `line-${i < 400 ? 'a' : 'b'}-${i}`);

beforeAll(async () => {
  room = await openConsoleRoom();
  // One after the other, all within five minutes; the last is alone, an hour later.
  const startMs = Date.UTC(2026, 1, 1);
  const begun = devices.map((deviceId, i) => alertOf(deviceId, { startMs: startMs + i * 100, endMs: startMs + 600_000 }));
  const alone = alertOf('alone', { startMs: startMs + 3_600_000, endMs: startMs + 3_601_000, openings: 2, swings: 5 });
  await room.sayAlerts([...begun, alone]);
  await until(() => room.page.world.alerts.size() === devices.length + 1, 'alerts are known');
});
afterAll(() => room.close());

const listed = async (query: string) => (await room.get<Listed>(`/api/alerts?${query}`)).body;
const answer = (more: object) =>
  room.post<{ labels: number; batchId: string }>('/api/labels/group', {
    verdict: 'maintenance',
    who: 'Ada',
    note: 'power dip',
    ...more,
  });

test('a group is counted whole, and lists of its alerts those of the page', async () => {
  const { groups, matched } = await listed('life=open&limit=5&q=line');
  expect(matched).toBe(1200);
  expect(groups).toMatchObject([{ devices: 1200, alerts: 1200 }]);
  expect(groups[0].alertIds).toHaveLength(5);
});

test('an alert that comes and goes says so', async () => {
  expect((await listed('q=alone')).alerts).toMatchObject([{ openings: 2, swings: 5 }]);
  expect((await listed('q=line-a-0')).alerts).toMatchObject([{ openings: 1, swings: 0 }]);
});

test('one answer is a label for each alert that was asked for, and for no other', async () => {
  const asked = { life: 'open', q: 'line-a' };
  const [{ groupId }] = (await listed('life=open&limit=5&q=line-a')).groups;
  const first = await answer({ groupId, asked });
  expect(first).toMatchObject({ status: 201, body: { labels: 400 } });
  expect((await listed('')).counts).toMatchObject({ open: 801, acknowledged: 400 });
  const info = await room.transport.admin().describe('tocsin.labels');
  expect(info!.partitions.reduce((sum, { endOffset }) => sum + endOffset, 0)).toBe(400);
  expect(room.page.world.verdicts.standing('line-a-399', 'alert-of-line-a-399')).toMatchObject({ who: 'Ada', note: 'power dip' });
  // Whoever still saw it as it was is told to look again; nothing is said twice.
  expect(await answer({ groupId, asked })).toMatchObject({ status: 404, body: { error: { field: 'groupId' } } });
});

test('of alerts that were answered only those are answered again of which something else was said', async () => {
  const asked = { life: 'acknowledged' };
  const [{ groupId }] = (await listed('life=acknowledged')).groups;
  const subject = { deviceId: 'line-a-7', subjectId: 'alert-of-line-a-7' };
  await room.post('/api/labels', { ...subject, verdict: 'real', who: 'Bob' });
  expect((await answer({ groupId, asked })).body).toMatchObject({ labels: 1 });
  expect(room.page.world.verdicts.ofSubject(subject.deviceId, subject.subjectId).map(({ who }) => who)).toEqual([
    'Ada',
    'Bob',
    'Ada',
  ]);
});

test('without a name nothing is said', async () => {
  const [{ groupId }] = (await listed('q=alone')).groups;
  const refused = await answer({ groupId, asked: {}, who: ' ' });
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'who_is_missing' } } });
});

test('one answer is taken back as a whole: on each alert what stood before stands again, and what others said since; once', async () => {
  const asked = { life: 'open', q: 'line-b' };
  const subject = (i: number) => ({ deviceId: `line-b-${i}`, subjectId: `alert-of-line-b-${i}` });
  const standing = (i: number) => room.page.world.verdicts.standing(subject(i).deviceId, subject(i).subjectId);
  const undo = (body: object) => room.post<{ labels: number }>('/api/labels/group/undo', { who: 'Ada', ...body });
  const [{ groupId }] = (await listed('life=open&limit=5&q=line-b')).groups;
  const { batchId } = (await answer({ groupId, asked, verdict: 'real' })).body;
  await room.post('/api/labels', { ...subject(401), verdict: 'unsure', who: 'Bob' });
  // It is seen where it stands, on how many alerts, and on each that it was said of all.
  type Answered = { groups: { answers: object[] }[]; alerts: { standing: { batch: object } }[] };
  const whole = { batchId, about: 'group', labels: 800 };
  const { groups } = (await room.get<Answered>('/api/alerts?life=acknowledged&q=line-b&limit=1')).body;
  expect(groups[0].answers).toMatchObject([{ ...whole, verdict: 'real', who: 'Ada', note: 'power dip', alerts: 799 }]);
  const { alerts } = (await room.get<Answered>('/api/alerts?q=line-b-400')).body;
  expect(alerts[0].standing.batch).toEqual(whole);
  // Somebody else answers all of them otherwise, and takes it back.
  const again = (await answer({ groupId, asked: { life: 'acknowledged', q: 'line-b' }, verdict: 'maintenance', who: 'Eve' }))
    .body;
  expect(standing(400)).toMatchObject({ verdict: 'maintenance', who: 'Eve' });
  expect(await undo({ batchId: again.batchId, who: 'Eve' })).toMatchObject({ status: 201, body: { labels: 800 } });
  expect([standing(400), standing(401)]).toMatchObject([
    { verdict: 'real', who: 'Ada' },
    { verdict: 'unsure', who: 'Bob' },
  ]);
  expect(await undo({ batchId, note: 'wrong line' })).toMatchObject({ status: 201, body: { labels: 800 } });
  expect([standing(400), standing(401)]).toMatchObject([null, { verdict: 'unsure', who: 'Bob' }]);
  expect(room.page.world.verdicts.ofSubject(subject(400).deviceId, subject(400).subjectId).at(-1)).toMatchObject({
    verdict: 'unsure',
    who: 'Ada',
  });
  expect((await listed('life=open&q=line-b')).matched).toBe(799);
  const refused = await undo({ batchId });
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { field: 'batchId', remedy: expect.stringContaining('already') as string } },
  });
});

test('what joined after the list was asked for was not seen and is not answered', async () => {
  const [{ groupId, seenMs }] = (await listed('life=open&limit=5&q=alone')).groups;
  await until(() => Date.now() > seenMs, 'the clock has moved on');
  const { startMs } = room.page.world.alerts.find('alert-of-alone')!.alert;
  await room.sayAlerts([alertOf('alone-too', { startMs: startMs + 1 })]);
  await until(() => room.page.world.alerts.find('alert-of-alone-too') !== null, 'the other alert is known');
  expect((await answer({ groupId, asked: { q: 'alone' }, seenMs })).body).toMatchObject({ labels: 1 });
  expect(room.page.world.verdicts.standing('alone-too', 'alert-of-alone-too')).toBeNull();
});

test('an answer that nobody gave, and a nameless hand, take nothing back', async () => {
  const undo = (body: object) => room.post('/api/labels/group/undo', body);
  expect(await undo({ batchId: 'group-none', who: 'Ada' })).toMatchObject({ status: 404, body: { error: { field: 'batchId' } } });
  expect(await undo({ batchId: '', who: 'Ada' })).toMatchObject({ status: 400 });
  const [{ groupId }] = (await listed('life=open&limit=5&q=line-b')).groups;
  const { batchId } = (await answer({ groupId, asked: { life: 'open', q: 'line-b' } })).body;
  expect(await undo({ batchId })).toMatchObject({ status: 400, body: { error: { code: 'who_is_missing' } } });
});
