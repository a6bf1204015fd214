// What is to be told is told whoever dies, whatever the store forgets, and however long it is away.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMetrics } from '@tocsin/observability';
import { decodeAlert, encodeAlert, noticesKey, type Alert } from '@tocsin/schemas';
import { createEmbeddedState, StateError, type StateStore } from '@tocsin/state';
import { createEmbeddedTransport, type OutgoingRecord, type Transport } from '@tocsin/transport';
import { alertOf, until } from '../sinks/sink-room.fixture.ts';
import { runGrouping, type GroupingParts, type RunningGrouping } from './run-grouping.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
const topics = { alerts: 'alerts', notices: 'notices', incidents: 'incidents' };
const plan = { share: 0.1, minDevices: 3, spanMs: 60_000, holdMs: 10_000, updateEveryMs: 1000 };
const metrics = createMetrics({ service: 'test', classes: ['pump'], sinks: [] });

let directory: string;
let transport: Transport;
let state: StateStore;
let running: RunningGrouping[];
/** By hand. */
let nowMs: number;
/** `alert-of-pump-1 opened`, in the order in which it was told. */
let told: string[];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  transport = createEmbeddedTransport({ directory: join(directory, 'log'), failuresMax: 2 });
  state = createEmbeddedState({ directory: join(directory, 'state') });
  running = [];
  told = [];
  nowMs = 1_000_000;
  await transport.admin().ensureTopics(Object.values(topics).map((name) => ({ name, partitions: 2 })));
});
afterEach(async () => {
  for (const one of running) await one.stop();
  await transport.close();
  await state.close();
  rmSync(directory, { recursive: true, force: true });
});

const noticeOf = ({ topic, value }: OutgoingRecord): string[] => {
  if (topic !== topics.notices) return [];
  const { alertId, state: now } = decodeAlert(value!);
  return [`${alertId} ${now}`];
};

async function start(parts: Partial<GroupingParts> = {}): Promise<RunningGrouping> {
  const writer = transport.writer();
  const one = await runGrouping({
    transport,
    writer: { ...writer, send: async (records) => void told.push(...records.flatMap(noticeOf)) },
    state,
    topics,
    groupId: 'notifier',
    plan,
    classes: ['pump'],
    census: { devicesOf: () => 0, isSettled: () => true },
    metrics: metrics.notifier(),
    note: () => undefined,
    now: () => nowMs,
    ...parts,
  });
  running.push(one);
  return one;
}

const say = (partition: number, ...alerts: Alert[]): Promise<void> =>
  transport
    .writer()
    .send(alerts.map((alert) => ({ topic: topics.alerts, key: alert.deviceId, value: encodeAlert(alert), partition })));
/** The alert waits for its peers, and the store knows. */
const untilHeld = () =>
  until(async () => {
    const [bytes] = await state.getMany([noticesKey('pump')]);
    return bytes !== null && Buffer.from(bytes).toString().includes('alert-of-');
  }, 'it is held');

test('one that stays says what one that is gone had still to say', async () => {
  const { store, seen } = fickle();
  await start({ state: store });
  await until(() => seen.asked > 0, 'it has looked at the class');
  const gone = await start();
  await until(() => running.every((one) => one.status().assigned.length === 1), 'they share the partitions');
  await say(gone.status().assigned[0].partition, alertOf('pump-1'));
  await untilHeld();
  await gone.stop();
  nowMs += plan.holdMs;
  await until(() => told.length > 0, 'it is told');
  expect(told).toEqual(['alert-of-pump-1 opened']);
});

/** A store that can be away, and that counts how often it is asked. */
function fickle(): { store: StateStore; seen: { isAway: boolean; asked: number } } {
  const seen = { isAway: false, asked: 0 };
  const unless = <T>(ask: () => Promise<T>): Promise<T> => {
    seen.asked += 1;
    if (!seen.isAway) return ask();
    return Promise.reject(new StateError('unreachable', 'away'));
  };
  const store: StateStore = {
    ...state,
    getMany: (keys) => unless(() => state.getMany(keys)),
    putIfNewer: (entries) => unless(() => state.putIfNewer(entries)),
  };
  return { store, seen };
}

test('a store that comes back without its memory is told again what was known', async () => {
  const { store, seen } = fickle();
  await start({ state: store });
  await say(0, alertOf('pump-1'));
  await untilHeld();
  Object.assign(seen, { isAway: true, asked: 0 });
  nowMs += plan.holdMs;
  await until(() => seen.asked > 1, 'it is missed');
  await state.remove([noticesKey('pump')]);
  seen.isAway = false;
  await until(() => told.length > 0, 'it is told');
  expect(told).toEqual(['alert-of-pump-1 opened']);
});

test('a store and a process that are lost together lose no alert that had not been told', async () => {
  const first = await start();
  await say(0, alertOf('pump-1'));
  await untilHeld();
  await first.stop();
  await state.remove([noticesKey('pump')]);
  await start();
  await untilHeld();
  nowMs += plan.holdMs;
  await until(() => told.length > 0, 'it is told');
  expect(told).toEqual(['alert-of-pump-1 opened']);
});

test('a store that is away for long is waited for', async () => {
  const { store, seen } = fickle();
  const one = await start({ state: store, plan: { ...plan, holdMs: 0 } });
  await until(() => one.status().assigned.every(({ next }) => next !== null), 'it reads');
  Object.assign(seen, { isAway: true, asked: 0 });
  await say(0, alertOf('pump-1'));
  // The reader gives up after two failures.
  await until(() => seen.asked > 8, 'it is missed');
  seen.isAway = false;
  await until(() => told.length > 0, 'it is told');
  expect([one.status().fatal, told]).toEqual([null, ['alert-of-pump-1 opened']]);
});
