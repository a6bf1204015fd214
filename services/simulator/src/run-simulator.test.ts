import { setImmediate } from 'node:timers/promises';
import { loadConfig } from '@tocsin/config';
import { decodeTelemetry, type Reading, readingEndMs } from '@tocsin/schemas';
import type { OutgoingRecord, TopicSpec, Transport } from '@tocsin/transport';
import { expect, test } from 'vitest';
import { bundledDataDirectory } from './recorded/bundled-data.ts';
import { runSimulator, type RunningSimulator } from './run-simulator.ts';

const wallMs = Date.UTC(2024, 0, 1);

type Stage = {
  running: RunningSimulator;
  records: OutgoingRecord[];
  topics: TopicSpec[];
  truth: string[];
  notes: string[];
  isClosed(): boolean;
};

/** Runs the simulator on a transport that remembers and a clock that runs as fast as it is slept on, up to `wallSeconds`. */
async function start(file: string, wallSeconds: number): Promise<Stage> {
  let nowMs = wallMs;
  const [records, topics, truth, notes]: [OutgoingRecord[], TopicSpec[], string[], string[]] = [[], [], [], []];
  let closed = false;
  let stop: () => Promise<void> = () => Promise.resolve();
  const unused = (): never => {
    throw new Error('the simulator only writes');
  };
  const transport: Transport = {
    kind: 'embedded',
    reader: unused,
    writer: () => ({ send: async (batch) => void records.push(...batch), close: async () => void (closed = true) }),
    admin: () => ({
      ensureTopics: async (specs) => void topics.push(...specs),
      describe: unused,
      committed: unused,
      hasMembers: unused,
      ping: unused,
    }),
    close: () => Promise.resolve(),
  };
  const running = await runSimulator(loadConfig({ file, env: {} }), {
    transport,
    note: (level, message) => void notes.push(`${level}: ${message}`),
    writeTruth: (line) => void truth.push(line),
    now: () => nowMs,
    async sleep(ms) {
      nowMs += ms;
      await setImmediate();
      if (nowMs - wallMs >= 1000 * wallSeconds) void stop();
    },
  });
  stop = running.stop;
  await running.done;
  return { running, records, topics, truth, notes, isClosed: () => closed };
}

const readingsOf = (records: readonly OutgoingRecord[]): Reading[] =>
  records.map(({ value }) => decodeTelemetry(value ?? new Uint8Array()));

const chillers = `
classes: { chiller: { channels: [t, p, f], rateHz: 2 } }
simulator: { kind: chiller, devices: 3, speed: 60, frameMs: 5000, healthyS: 60, faultEveryS: 300, faultLastS: 60 }
`;

test('a simulated fleet: every device of its class, in real time times speed, with its truth', async () => {
  const { records, topics, truth, isClosed } = await start(chillers, 60);
  expect(topics).toEqual([{ name: 'telemetry', partitions: 6, stamped: true }]);
  const readings = readingsOf(records);
  expect(new Set(readings.map(({ deviceId }) => deviceId))).toEqual(new Set(['chiller-1', 'chiller-2', 'chiller-3']));
  // An hour of event time in frames of five seconds.
  expect(readings.length).toBeGreaterThan(3 * 715);
  expect(readings.length).toBeLessThan(3 * 725);
  expect(readings[0]).toMatchObject({
    deviceClass: 'chiller',
    rateHz: 2,
    channels: ['t', 'p', 'f'],
    startMs: wallMs - 59 * 86_400_000,
  });
  expect(truth.length).toBeGreaterThan(10);
  expect(JSON.parse(truth[0])).toMatchObject({ type: 'fault', deviceClass: 'chiller' });
  expect(isClosed()).toBe(true);
});

test('what reaches many at once is on record as that, device by device', async () => {
  const { truth } = await start(`${chillers.trimEnd().slice(0, -1)}, commonCause: { everyS: 600, share: 1 } }`, 60);
  const shared = truth.map((line) => JSON.parse(line)).filter(({ type }) => type === 'common-cause');
  // The last one may have reached some of them after the end.
  const causes = [...new Set(shared.map(({ causeId }) => causeId))].slice(0, -1);
  expect(causes.length).toBeGreaterThan(1);
  for (const id of causes) {
    const reached = shared.filter(({ causeId }) => causeId === id).map(({ deviceId }) => deviceId);
    expect(new Set(reached)).toEqual(new Set(['chiller-1', 'chiller-2', 'chiller-3']));
    expect(reached).toHaveLength(3);
  }
});

test('the same seed sends the same bytes', async () => {
  const [one, other] = [await start(chillers, 10), await start(chillers, 10)];
  expect(other.records).toEqual(one.records);
  expect(other.truth).toEqual(one.truth);
});

test('records are broken as asked, and each is on record', async () => {
  const { records, truth } = await start(`${chillers.trimEnd().slice(0, -1)}, disturb: { duplicate: 0.1, garbage: 0.1 } }`, 30);
  const told = truth.map((line) => JSON.parse(line)).filter(({ type }) => type === 'disturbance');
  expect(told.length).toBeGreaterThan(100);
  expect(records.length).toBeGreaterThan(1000);
});

test('recordings play from now on, end by themselves, and tell what is known of them', async () => {
  const { records, truth, notes } = await start(`simulator: { recordings: ${bundledDataDirectory}, speed: 1000000 }`, 1e9);
  const readings = readingsOf(records);
  expect(new Set(readings.map(({ deviceId }) => deviceId)).size).toBe(38);
  const samples = readings
    .filter(({ deviceId }) => deviceId === 'gearbox-load50')
    .reduce((sum, reading) => sum + reading.samples.length / 2, 0);
  expect(samples).toBe(34_000);
  const truths = truth.map((line) => JSON.parse(line)).filter(({ deviceId }) => deviceId === 'gearbox-load50');
  expect(truths).toHaveLength(1);
  expect(truths[0]).toMatchObject({ type: 'recorded', kind: 'broken tooth' });
  const first = readings.find(({ deviceId }) => deviceId === 'gearbox-load50');
  expect(Math.max(...readings.map(readingEndMs))).toBeLessThanOrEqual(wallMs + 1000);
  expect(truths[0].startMs - (first?.startMs ?? 0)).toBeCloseTo((20_000 / 4300) * 1000, 3);
  expect(notes).toContain('warn: the class of these devices is not configured; add it, or the scorer refuses them');
});
