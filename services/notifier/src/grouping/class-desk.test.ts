// What is to be told is stored before it is said: whoever dies in between, and however many there are, it is said, and the same.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { passTime, takeAlert } from '@tocsin/decisions';
import { decodeAlert, fleetIncidentCodec } from '@tocsin/schemas';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import type { OutgoingRecord } from '@tocsin/transport';
import { alertOf } from '../sinks/sink-room.fixture.ts';
import { createClassDesk, type ClassDesk } from './class-desk.ts';

const plan = { share: 0.1, minDevices: 3, spanMs: 60_000, holdMs: 0, updateEveryMs: 1000 };
const topics = { notices: 'notices', incidents: 'incidents' };

let directory: string;
let state: StateStore;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  state = createEmbeddedState({ directory });
});
afterEach(async () => {
  await state.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Time passes only while somebody waits. */
const startedMs = 1_000_000;
let waitedMs = 0;

/** A process: a desk, what it sent, and whether it dies when it wants to send or to store. */
function processOf(dies: { atSend?: boolean; atPut?: number } = {}): { desk: ClassDesk; sent: OutgoingRecord[] } {
  const sent: OutgoingRecord[] = [];
  let puts = 0;
  const desk = createClassDesk('pump', {
    state: {
      ...state,
      putIfNewer: async (entries) => {
        puts += 1;
        if (puts === dies.atPut) throw new Error('killed');
        return state.putIfNewer(entries);
      },
    },
    writer: {
      async send(records) {
        if (dies.atSend === true) throw new Error('killed');
        sent.push(...records);
      },
      close: async () => undefined,
    },
    topics,
    note: () => undefined,
    now: () => startedMs + waitedMs,
    sleep: async (ms) => void (waitedMs += ms),
    onTold: () => undefined,
  });
  return { desk, sent };
}

/** Alerts of a partition, from the given offset on, as the reader hands them over. */
const hear = (desk: ClassDesk, devices: readonly string[], offset = 0, partition = 0): Promise<void> =>
  desk.change(({ groups, next }) => {
    const told = devices.flatMap((deviceId, i) => {
      if (offset + i < (next[partition] ?? 0)) return [];
      next[partition] = offset + i + 1;
      return takeAlert(groups, alertOf(deviceId), 0, plan);
    });
    return { told, isChanged: true };
  });
const placesOf = (sent: readonly OutgoingRecord[]) => sent.map(({ topic, key }) => `${topic} ${String(key)}`);
const fleet = ['notices a', 'notices b', 'incidents pump', 'notices pump'];

test('alerts go to the notices, incidents to their own topic, too; what was read is not taken again', async () => {
  const { desk, sent } = processOf();
  await hear(desk, ['a', 'b', 'c']);
  await hear(desk, ['a', 'b', 'c']);
  expect(placesOf(sent)).toEqual(fleet);
  expect(fleetIncidentCodec.recognises(sent[2].value!)).toBe(true);
});

test.each([
  ['before anything was stored', { atPut: 1 }, 0],
  ['between storing and sending', { atSend: true }, 0],
  ['between sending and storing that', { atPut: 2 }, 4],
])('killed %s: the next one says it all, letter by letter the same', async (_, dies, alreadySent) => {
  const first = processOf(dies);
  await hear(first.desk, ['a', 'b', 'c']).catch(() => undefined);
  expect(first.sent).toHaveLength(alreadySent);
  const second = processOf();
  await hear(second.desk, ['a', 'b', 'c']);
  expect(placesOf(second.sent)).toEqual(fleet);
  if (alreadySent > 0) expect(second.sent).toEqual(first.sent);
  // And it goes on from there.
  await hear(second.desk, ['d'], 3);
  expect(second.sent).toHaveLength(4);
});

test('two processes that each have a part of the class see each other, and open one incident', async () => {
  const [one, two] = [processOf(), processOf()];
  for (const [i, deviceId] of ['a', 'b', 'c', 'd'].entries()) {
    const { desk } = i % 2 === 0 ? one : two;
    await hear(desk, [deviceId], Math.floor(i / 2), i % 2);
  }
  expect(placesOf([...one.sent, ...two.sent]).filter((place) => place.startsWith('incidents'))).toEqual(['incidents pump']);
  expect(one.desk.view()!.next).toEqual({ 0: 2, 1: 1 });
});

test('partitions that wait for one another are stored together', async () => {
  // Once what is to be sent, once that it was.
  const { desk, sent } = processOf({ atPut: 5 });
  await Promise.all(['a', 'b', 'c', 'd'].map((deviceId, partition) => hear(desk, [deviceId], 0, partition)));
  await hear(desk, ['e'], 1);
  expect([placesOf(sent).slice(0, 2), desk.view()!.next]).toEqual([['notices a', 'notices b'], { 0: 2, 1: 1, 2: 1, 3: 1 }]);
});

test('what somebody else had to say is looked for when partitions change hands', async () => {
  const [stays, goes] = [processOf(), processOf({ atSend: true })];
  await hear(stays.desk, []);
  await hear(goes.desk, ['a']).catch(() => undefined);
  stays.desk.lookAgain();
  await stays.desk.change(() => ({ told: [], isChanged: false }));
  expect(placesOf(stays.sent)).toEqual(['notices a']);
});

test('numbers that JSON has no word for survive the store while they wait', async () => {
  const holding = { ...plan, holdMs: 1000 };
  const odd = alertOf('a', {
    score: NaN,
    contributions: [{ feature: 'x', channel: 'x', share: 1, actual: 1, expected: 1, deviation: Infinity }],
  });
  const first = processOf();
  await first.desk.change(({ groups }) => ({ told: takeAlert(groups, odd, 0, holding), isChanged: true }));
  const second = processOf();
  await second.desk.change(({ groups }) => ({ told: passTime(groups, 1000, holding), isChanged: true }));
  expect(second.sent.map(({ value }) => decodeAlert(value!))).toMatchObject([
    { score: NaN, contributions: [{ deviation: Infinity }] },
  ]);
});

test('what nothing follows from is not stored', async () => {
  const { desk } = processOf({ atPut: 1 });
  await desk.change(({ groups }) => ({ told: passTime(groups, 0, plan), isChanged: false }));
  expect(desk.view()).toMatchObject({ next: {} });
});

test('a value of a later release is not read as something else', async () => {
  await state.put('tocsin:{pump}:notices', Buffer.from('{"format":"tocsin-notices-2"}'));
  await expect(hear(processOf().desk, ['a'])).rejects.toThrow(/tocsin:\{pump\}:notices: its format is "tocsin-notices-2"/);
});

test('what another process is about to send is left to it for a while', async () => {
  let finish: (() => void) | null = null;
  const sent: string[] = [];
  const busy = createClassDesk('pump', {
    state,
    writer: {
      send: () => new Promise((resolve) => void (finish = () => (sent.push('busy'), resolve()))),
      close: async () => undefined,
    },
    topics,
    note: () => undefined,
    now: () => startedMs + waitedMs,
    sleep: async () => undefined,
    onTold: () => undefined,
  });
  const sending = hear(busy, ['a']);
  while (finish === null) await new Promise((resolve) => setImmediate(resolve));
  const finishSending: () => void = finish;
  const next = createClassDesk('pump', {
    state,
    writer: { send: async (records) => void sent.push(...placesOf(records)), close: async () => undefined },
    topics,
    note: () => undefined,
    now: () => startedMs + waitedMs,
    // It comes back just in time.
    sleep: async () => {
      finishSending();
      await sending;
    },
    onTold: () => undefined,
  });
  await hear(next, ['b'], 0, 1);
  expect(sent).toEqual(['busy', 'notices b']);
});
