// Groups of alerts: counted whole however few of them a page lists, and answered with one request.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { alertOf, openConsoleRoom, until, type ConsoleRoom } from './console-room.ts';

type Group = { groupId: string; devices: number; alerts: number; alertIds: string[] };
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
  room.post<{ labels: number }>('/api/labels/group', { verdict: 'maintenance', who: 'Ada', note: 'power dip', ...more });

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
  expect(room.page.world.verdicts.standing('alert-of-line-a-399')).toMatchObject({ who: 'Ada', note: 'power dip' });
  // Whoever still saw it as it was is told to look again; nothing is said twice.
  expect(await answer({ groupId, asked })).toMatchObject({ status: 404, body: { error: { field: 'groupId' } } });
});

test('of alerts that were answered only those are answered again of which something else was said', async () => {
  const asked = { life: 'acknowledged' };
  const [{ groupId }] = (await listed('life=acknowledged')).groups;
  const subject = { deviceId: 'line-a-7', subjectId: 'alert-of-line-a-7' };
  await room.post('/api/labels', { ...subject, verdict: 'real', who: 'Bob' });
  expect((await answer({ groupId, asked })).body).toEqual({ labels: 1 });
  expect(room.page.world.verdicts.ofSubject(subject.subjectId).map(({ who }) => who)).toEqual(['Ada', 'Bob', 'Ada']);
});

test('without a name nothing is said', async () => {
  const [{ groupId }] = (await listed('q=alone')).groups;
  const refused = await answer({ groupId, asked: {}, who: ' ' });
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'who_is_missing' } } });
});
