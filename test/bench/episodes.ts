// What the trainer's episode store takes: bytes on disk, windows a second, time to open it again and to load a class.
//   npm run bench:episodes -- [devices] [windows of each] [features] [megabytes at most]
// What is timed is the worst case for the store: every record of a batch is of another device. Bounds at the end.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '@tocsin/config';
import { encodeScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { openEpisodeStore, type EpisodeStore } from '../../services/trainer/src/episode-store/episode-store.ts';
import { decodeRecords } from '../../services/trainer/src/intake/decode-records.ts';
import { normal, seededRandom } from '../../services/trainer/src/random.ts';

const defaults = loadConfig({ env: {} }).trainer.store;
const given = process.argv
  .slice(2)
  .filter((argument) => argument !== '--')
  .map(Number);
const [devices = 50_000, windows = 135, d = 59, maxMegabytes = defaults.maxBytes / 1e6] = given;
const batchRecords = 2_000;
const classDevices = Math.min(1_000, devices);
const maxBytes = 1e6 * maxMegabytes;
const { windowsPerDevice } = defaults;
const layout = { specHash: 'bench', d };
const topics = { windows: 'windows', alerts: 'alerts', labels: 'labels' };
const directory = mkdtempSync(join(tmpdir(), 'tocsin-bench-episodes-'));

/** A thousand devices are a class. */
const classOf = (device: number): string => `class-${Math.floor(device / classDevices)}`;
const names = Array.from({ length: Math.ceil(devices / classDevices) }, (_, at) => classOf(at * classDevices));

function open(): EpisodeStore {
  return openEpisodeStore({
    directory: join(directory, 'store'),
    maxBytes,
    windowsPerDevice,
    seed: 1,
    layouts: names.map((deviceClass) => ({ deviceClass, specHash: layout.specHash })),
    windowsTopic: topics.windows,
    minWindows: 20,
    note: () => undefined,
    now: Date.now,
  });
}

const random = seededRandom(1);
const features = Float32Array.from({ length: d }, () => normal(random));

function recordOf(offset: number, device: number, at: number): LogRecord {
  features[at % d] = normal(random);
  const value = encodeScoredWindow({
    windowId: (offset * 7919).toString(16).padStart(24, '0'),
    deviceId: `machine-${device}`,
    deviceClass: classOf(device),
    startMs: at * 60_000,
    endMs: at * 60_000 + 60_000,
    specHash: layout.specHash,
    features,
    score: -1,
    pValue: 0.5,
    threshold: 1,
    modelVersion: 1,
    supportWindows: 20,
    coverage: 1,
    flags: [],
  });
  const key = Buffer.from(`machine-${device}`);
  return { topic: topics.windows, partition: 0, offset, timestampMs: at * 60_000, key, value, headers: {} };
}

function seconds<T>(work: () => T): { took: number; result: T } {
  const startedMs = performance.now();
  const result = work();
  return { took: (performance.now() - startedMs) / 1000, result };
}

let store = open();
let takenS = 0;
let offset = 0;
const classes = { layoutOf: () => layout, versionOf: () => 0 };

function take(records: readonly LogRecord[]): void {
  takenS += seconds(() => {
    const { items } = decodeRecords(records, topics, classes);
    return store.take({ topic: topics.windows, partition: 0, records, items });
  }).took;
}

// Filled device by device, as many windows of each in a row as fit a page; then timed, every record of a batch being of another device.
const timedWindows = 6;
const inRow = 15;
for (let at = 0; at < windows; at += inRow) {
  for (let device = 0; device < devices; device += 128) {
    const group = Array.from({ length: Math.min(128, devices - device) }, (_, i) => device + i);
    const ats = Array.from({ length: Math.min(inRow, windows - at) }, (_, i) => at + i);
    take(group.flatMap((each) => ats.map((one) => recordOf(offset++, each, one))));
  }
  console.error(`${Math.min(windows, at + inRow)} of ${windows} windows of each`);
}
takenS = 0;
const timed = timedWindows * devices;
for (let from = 0; from < timed; from += batchRecords) {
  const count = Math.min(batchRecords, timed - from);
  take(
    Array.from({ length: count }, (_, i) => recordOf(offset++, (from + i) % devices, windows + Math.floor((from + i) / devices))),
  );
}
const { bytes } = store.summary();
await store.close();
const fileBytes = statSync(join(directory, 'store', 'data.mdb')).size;
const opening = seconds(() => (store = open()));
const choice = { specHash: layout.specHash, windowsMin: 20, devicesMax: classDevices, seed: 1 };
const loading = seconds(() => store.load(names[0], choice));
const rss = process.memoryUsage().rss;
await store.close();
rmSync(directory, { recursive: true });

const kept = loading.result.learnedFrom.windows / loading.result.devices.length;
const rate = timed / takenS;
console.log(
  `${devices} devices, ${windows} windows of ${d} features each, batches of ${batchRecords} windows of different devices`,
);
console.log(`taken in            ${Math.round(rate)} windows/s (Avro decoded, transaction on disk)`);
console.log(`kept of a device    ${kept.toFixed(1)} windows`);
console.log(
  `on disk             ${(fileBytes / 1e6).toFixed(0)} MB, ${(fileBytes / devices / 1000).toFixed(1)} kB a device; counted ${(bytes / 1e6).toFixed(0)} MB, limit ${maxBytes / 1e6} MB`,
);
console.log(`opened again        ${opening.took.toFixed(2)} s`);
console.log(
  `a class is loaded   ${loading.took.toFixed(2)} s, ${loading.result.devices.length} devices, ${loading.result.learnedFrom.windows} windows`,
);
console.log(`memory afterwards   ${(rss / 1e6).toFixed(0)} MB`);
if (fileBytes > maxBytes || rate < 2_000) {
  console.error(`expected at most ${maxBytes / 1e6} MB and at least 2000 windows/s`);
  process.exitCode = 1;
}
