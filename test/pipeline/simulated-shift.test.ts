// What reaches many machines of the simulator at once, from its telemetry through the scorer and the notifier: one incident. What breaks
// machines one by one: as many alerts.
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadConfig } from '@tocsin/config';
import { runNotifier, type RunningNotifier } from '@tocsin/notifier';
import { decodeAlert, decodeFleetIncident, fleetIncidentCodec, type Alert, type FleetIncident } from '@tocsin/schemas';
import { runSimulator } from '@tocsin/simulator';
import { until } from '../../services/notifier/src/sinks/sink-room.fixture.ts';
import { openScorerRoom, readAll, type ScorerRoom } from './scorer-room.ts';

type Truth = { type: string; deviceId: string; causeId?: string; startMs: number; endMs: number };

let room: ScorerRoom;
let notifier: RunningNotifier;
vi.setConfig({ testTimeout: 180_000, hookTimeout: 60_000 });
beforeEach(async () => {
  // One partition: all machines are scored in the order of time, however slow the machine that this runs on.
  room = await openScorerRoom({ partitions: 1 });
  await room.publish(1);
});
afterEach(async () => {
  await notifier.stop();
  await room.close();
});

/** Sends what the simulator makes of this configuration, until `isOver`, and scores it; returns what was broken. */
async function play(simulator: string, grouping: string, isOver: (eventMs: number, truth: Truth[]) => boolean): Promise<Truth[]> {
  const file = `
state: { kind: embedded, directory: no-such-directory }
topics: { partitions: 1 }
classes: { pump: { channels: [x], rateHz: 4096 } }
notifier: { httpPort: 0, grouping: ${grouping} }
simulator: { kind: pump, devices: 10, frameMs: 125, ${simulator} }`;
  const config = loadConfig({ file, env: {} });
  const note = () => undefined;
  notifier = await runNotifier(config, { ...room, note });
  const truth: Truth[] = [];
  let nowMs = Date.UTC(2026, 0, 1);
  let stop = async () => {};
  const writeTruth = (line: string) => void truth.push(JSON.parse(line));
  // A clock that runs as fast as it is slept on.
  const sleep = async (ms: number) => {
    nowMs += ms;
    await setImmediate();
    if (isOver(nowMs, truth)) void stop();
  };
  const simulated = await runSimulator(config, { ...room, note, writeTruth, now: () => nowMs, sleep });
  stop = simulated.stop;
  await simulated.done;
  const scorer = room.scorer();
  await scorer.start();
  await room.drained(scorer);
  await scorer.stop();
  return truth;
}

/** What people were told, in the order in which they were. */
async function told(): Promise<{ alerts: Alert[]; incidents: FleetIncident[] }> {
  const [alerts, incidents]: [Alert[], FleetIncident[]] = [[], []];
  await readAll(room.transport, 'tocsin.notices', ({ value }) => {
    if (fleetIncidentCodec.recognises(value!)) incidents.push(decodeFleetIncident(value!));
    else alerts.push(decodeAlert(value!));
  });
  return { alerts, incidents };
}

//  pumps   ____|▔▔▔▔▔|____   most of ten feel it, within two seconds of each other, and are well again afterwards
//  told         I  u     C   one incident: opened once, closed once, and nothing beside it
test.each([
  [28, 'load-surge'],
  [35, 'load-surge'],
  [36, 'supply-sag'],
  [38, 'supply-sag'],
])('seed %i: a %s that pumps have in common is told once, as one incident of all that it reached', async (seed, kind) => {
  const truth = await play(
    `seed: ${seed}, healthyS: 6, faultEveryS: null, commonCause: { everyS: 20, lastS: 6, jitterS: 2 }`,
    '{ holdMs: 120000, updateEveryMs: 1500 }',
    (eventMs, known) => known.length > 0 && known.every(({ endMs }) => eventMs > endMs + 4000),
  );
  expect(new Set(truth.map(({ type, causeId }) => `${type} ${causeId}`))).toEqual(new Set([`common-cause ${kind}-0-0`]));
  await until(async () => (await told()).incidents.some(({ state }) => state === 'closed'), 'it is over');
  const { alerts, incidents } = await told();
  expect(alerts).toEqual([]);
  expect(new Set(incidents.map(({ incidentId }) => incidentId)).size).toBe(1);
  const states = incidents.map(({ state }) => state);
  expect([states[0], states.at(-1)]).toEqual(['opened', 'closed']);
  expect(new Set(states.slice(1, -1))).not.toContain('opened');
  expect(states.filter((state) => state === 'closed')).toHaveLength(1);
  const reached = truth.map(({ deviceId }) => deviceId).toSorted();
  const { devices, devicesOpen, members } = incidents.at(-1)!;
  expect({ devices, devicesOpen }).toEqual({ devices: reached.length, devicesOpen: 0 });
  expect([...new Set(members.map(({ deviceId }) => deviceId))].toSorted()).toEqual(reached);
  expect(members.filter(({ wasTold }) => wasTold)).toEqual([]);
});

test('pumps that break each by itself are told each by itself, and of no incident', async () => {
  const seconds = 33;
  const truth = await play(
    'seed: 4, healthyS: 6, faultEveryS: 60, faultLastS: 4',
    '{ holdMs: 0, spanMs: 2000 }',
    (eventMs) => eventMs > Date.UTC(2026, 0, 1) + 1000 * seconds,
  );
  const broken = truth.map(({ deviceId }) => deviceId).toSorted();
  expect(broken.length).toBeGreaterThan(3);
  const raised = await room.alerts();
  await until(async () => (await told()).alerts.length >= raised.length, 'everything was told');
  const { alerts, incidents } = await told();
  expect(incidents).toEqual([]);
  const opened = alerts.filter(({ state, revision }) => state === 'opened' && revision === 1);
  expect(opened.map(({ deviceId }) => deviceId).toSorted()).toEqual(broken);
});
