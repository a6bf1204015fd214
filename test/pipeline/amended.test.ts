// Windows that late samples amend: revisions, features and scores follow from the log alone, wherever and however often a process dies.
import { describe, expect, test } from 'vitest';
import { createExtractor, createFeatureSpec } from '@tocsin/features';
import {
  currentBundleKey,
  decodeScoredWindow,
  decodeTelemetry,
  encodeModelAnnouncement,
  encodeTelemetry,
  type DeviceClass,
  type ScoredWindow,
} from '@tocsin/schemas';
import { createRandom } from '@tocsin/signals';
import type { LogRecord } from '@tocsin/transport';
import { addReading, createDeviceWindows, type DeviceWindows } from '@tocsin/windows';
import { topics } from '../simulation/scorer-setting.ts';
import { bare, createSignal, fittedBundle, rateHz, startMs } from '../simulation/tiny-class.ts';
import { live, saidBy, type Life } from './dying-scorer.ts';

const amending: DeviceClass = { ...bare, window: { ...bare.window, amendMs: 3000 }, idleMs: 4000 };
const setting = { deviceClass: amending, commitEveryMs: 50, giveUpMs: 1000 };
const { announcement, bytes } = fittedBundle();
const stored = [
  [announcement.location, bytes],
  [currentBundleKey(announcement.deviceClass), encodeModelAnnouncement(announcement)],
] as const;

type Frame = { device: number; at: number; count?: number };

/** Records of frames in the order of the log, one every 200 ms but for `pausesMs` before some. */
function logOf(sent: readonly Frame[], pausesMs: ReadonlyMap<number, number> = new Map()): LogRecord[] {
  const signals = [1, 2].map((seed) => createSignal(createRandom(seed)));
  const values = signals.map((signal) => Array.from({ length: 400 }, (_, i) => signal(i)));
  let timestampMs = startMs + 1000;
  return sent.map(({ device, at, count = 4 }, offset) => {
    timestampMs += 200 + (pausesMs.get(offset) ?? 0);
    const samples = Float32Array.from(values[device].slice(4 * at, 4 * at + count));
    const reading = { deviceId: `d${device}`, deviceClass: 'tiny', rateHz, channels: ['x'], samples };
    const value = encodeTelemetry({ ...reading, startMs: startMs + (4 * at * 1000) / rateHz });
    return { topic: 'telemetry', partition: 0, offset, timestampMs, key: null, value, headers: {} };
  });
}

//   frame      0 1 2 3 4 .. 9 10    12 13     [11]  14 15 ..     11 comes after its windows have closed with a gap or as gappy
//   d0         every frame, but 11, 20 and 21 late, 30 twice, 33 never
//   d1         every frame, in its order, but for 25
function frames(): Frame[] {
  const [d0, d1] = [0, 1].map((device) => Array.from({ length: 50 }, (_, at) => ({ device, at })));
  const late = (list: Frame[], at: number, by: number): void => {
    const [frame] = list.splice(
      list.findIndex((each) => each.at === at),
      1,
    );
    list.splice(list.findIndex((each) => each.at === at + by) + 1, 0, frame);
  };
  late(d0, 11, 2);
  late(d0, 20, 5);
  late(d0, 21, 5);
  late(d1, 25, 4);
  d0.splice(34, 0, { device: 0, at: 30 });
  const lost = d0.filter(({ at }) => at !== 33);
  return lost.flatMap((frame, i) => [frame, ...(d1[i] === undefined ? [] : [d1[i]])]);
}

/** What must be said of windows, by `device start revision`, in one pass over the log. */
function expectedRevisions(records: readonly LogRecord[]): Map<string, Float32Array> {
  const extract = createExtractor(createFeatureSpec(amending));
  const devices = new Map<string, DeviceWindows>();
  const expected = new Map<string, Float32Array>();
  records.forEach(({ value, offset }) => {
    const reading = decodeTelemetry(value!);
    const device = devices.get(reading.deviceId) ?? createDeviceWindows(reading.deviceId, amending);
    devices.set(reading.deviceId, device);
    addReading(device, reading, offset, ({ outcome, revision, window }) => {
      if (outcome !== 'gappy') expected.set(`window ${window.deviceId} ${window.startMs} r${revision}`, extract(window.samples));
    });
  });
  return expected;
}

const windowsOf = ({ sent }: Life): ScoredWindow[] =>
  sent.filter(({ topic }) => topic === topics.windows).map(({ value }) => decodeScoredWindow(value!));

test('revisions are those of the log; an amended window is scored, and teaches nothing', async () => {
  const records = logOf(frames());
  const life = await live(records, setting, stored);
  const expected = expectedRevisions(records);
  const windows = windowsOf(life);
  const names = windows.map(({ deviceId, startMs: at, revision = 0 }) => `window ${deviceId} ${at} r${revision}`);
  expect(new Set(names)).toEqual(new Set(expected.keys()));
  windows.forEach(({ features }, i) => expect(features).toEqual(expected.get(names[i])));
  const amended = windows.filter(({ revision }) => revision !== undefined);
  expect(amended.length).toBeGreaterThan(6);
  expect(amended.every(({ score }) => score !== null)).toBe(true);
  // The windows after an amended one have as many behind them as those before it.
  const learned = windows
    .filter(({ deviceId }) => deviceId === 'd0')
    .map(({ revision, supportWindows }) => ({ revision, supportWindows }));
  learned.forEach(({ revision, supportWindows }, i) => {
    if (revision !== undefined && i + 1 < learned.length) expect(learned[i + 1].supportWindows).toBe(supportWindows);
  });
});

test('without time to amend nothing is said twice', async () => {
  const deviceClass = { ...amending, window: { ...amending.window, amendMs: 0 } };
  const life = await live(logOf(frames()), { ...setting, deviceClass }, stored);
  expect(windowsOf(life).every(({ revision }) => revision === undefined)).toBe(true);
});

//   log time   6 s                 | +600 ms a record
//   d0         0 1 .. 27 29        |                        back
//   d1         0 1 .. 29           | 30 31 .. 30 + `records`
function silence(records: number, back: readonly number[], missing: readonly number[] = []): LogRecord[] {
  const both = Array.from({ length: 30 }, (_, at) => [0, 1].map((device) => ({ device, at }))).flat();
  const before = both.filter(({ device, at }) => device === 1 || !missing.includes(at));
  const alone = Array.from({ length: records }, (_, i) => ({ device: 1, at: 30 + i }));
  const all = [...before, ...alone, ...back.map((at) => ({ device: 0, at }))];
  return logOf(all, new Map(alone.map((_, i) => [before.length + i, 400])));
}

describe('a device that falls silent', () => {
  const revisionsOf = (life: Life) =>
    windowsOf(life).flatMap(({ deviceId, startMs: at, revision }) =>
      revision === undefined ? [] : [`${deviceId} ${((at - startMs) * rateHz) / 4000} r${revision}`],
    );

  test('amends its windows after they were closed by its silence', async () => {
    const life = await live(silence(9, [28, 30, 31], [28]), setting, stored);
    // 29 was closed by the silence, before 30 came.
    expect(revisionsOf(life)).toEqual(['d0 27 r1', 'd0 28 r1', 'd0 29 r1']);
  });

  test('amends nothing once it has been silent for longer still; what it sends again is no revision', async () => {
    const life = await live(silence(20, [28, 30, 31, 29, 32, 33, 30, 34], [28]), setting, stored);
    expect(revisionsOf(life)).toEqual([]);
  });

  test('holds the commit for no longer than that', async () => {
    const [short, long] = [9, 20].map((records) => silence(records, []));
    expect((await live(short, setting, stored)).commit.offset).toBeLessThan(60);
    expect((await live(long, setting, stored)).commit.offset).toBeGreaterThan(60);
  });
});

const back = [28, 30, 31, 29, 32, 33, 30, 34];
const logs: [string, LogRecord[], batchRecords: number][] = [
  ['that goes on', logOf(frames()), 5],
  ['with a silence', silence(9, back, [28]), 10],
  ['with a long silence', silence(20, back, [28]), 10],
];

describe.each(logs)(
  'a log %s, read by processes that die: what is said is what was said undisturbed, byte for byte',
  (...log) => {
    const [, records, batchRecords] = log;

    test('at every call, before or after its effect, in turn', { timeout: 60_000 }, async () => {
      const undisturbed = await live(records, setting, stored, undefined, batchRecords);
      const right = saidBy(undisturbed);
      for (const when of ['before', 'after'] as const) {
        for (let call = 1; call <= undisturbed.calls; call++) {
          const life = await live(records, setting, stored, { at: [call], when }, batchRecords);
          expect(life.deaths).toBe(1);
          expect(saidBy(life), `died ${when} call ${call}`).toEqual(right);
        }
      }
    });

    test('again and again', { timeout: 60_000 }, async () => {
      const right = saidBy(await live(records, setting, stored));
      const random = createRandom(3);
      for (let run = 0; run < 40; run++) {
        const at = Array.from({ length: 12 }, () => 1 + Math.floor(400 * random())).sort((a, b) => a - b);
        const when = random() < 0.5 ? 'before' : 'after';
        const size = 1 + Math.floor(9 * random());
        const life = await live(records, setting, stored, { at, when }, size);
        expect(saidBy(life), `died ${when} calls ${at.join()}, batches of ${size}`).toEqual(right);
      }
    });
  },
);
