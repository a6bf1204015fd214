import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, parseDeviceClass } from '@tocsin/config';
import { createFeatureSpec } from '@tocsin/features';
import { checksumOf, decodeBundle, encodeBundle } from '@tocsin/models';
import { createMetrics } from '@tocsin/observability';
import {
  bundleKey,
  currentBundleKey,
  decodeModelAnnouncement,
  encodeAlert,
  encodeLabel,
  encodeScoredWindow,
  type ModelAnnouncement,
  type ScoredWindow,
} from '@tocsin/schemas';
import { createEmbeddedState, StateError, type StateStore } from '@tocsin/state';
import { createEmbeddedTransport, type Transport } from '@tocsin/transport';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { selectBackend } from './backend.ts';
import { alertOf } from './scored-windows.fixture.ts';
import { syntheticFleet } from './synthetic-fleet.fixture.ts';
import { createTrainer, type Trainer } from './trainer.ts';
import { metaUpdate } from './update/meta-update.ts';
import type { MetaUpdater } from './update/meta-updater.ts';
import type { UpdateInput } from './update/update-plan.ts';

const pump = parseDeviceClass('pump', { channels: ['a', 'b', 'c', 'd'], rateHz: 1, supportWindows: 10 });
const spec = createFeatureSpec(pump);
const d = spec.elements.length;
const { topics } = loadConfig({ env: {} });
const config = {
  ...loadConfig({ env: {} }).trainer,
  everyMs: 5,
  minDevices: 3,
  minWindows: 20,
  minNewWindows: 30,
};

let directory: string;
let transport: Transport;
let state: StateStore;
let trainers: Trainer[];
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-trainer-'));
  transport = createEmbeddedTransport({ directory: join(directory, 'log') });
  state = createEmbeddedState({ directory: join(directory, 'state') });
  trainers = [];
  const names = [topics.windows, topics.alerts, topics.labels].map((name) => ({ name, partitions: 2 }));
  await transport.admin().ensureTopics([...names, { name: topics.models, partitions: 1, compacted: true }]);
});
afterEach(async () => {
  for (const trainer of trainers) await trainer.stop();
  await transport.close();
  await state.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Learns in this thread, closed form only, and remembers what it was asked. */
function inThisThread(): MetaUpdater & { asked: UpdateInput[] } {
  const asked: UpdateInput[] = [];
  return {
    asked,
    backend: () => selectBackend('cpu'),
    async update(input) {
      asked.push(input);
      return metaUpdate({ ...input, learner: 'eb' }, await selectBackend('cpu'));
    },
    close: async () => {},
  };
}

/** A busy machine takes its time. */
const patience = { timeout: 20_000 };

async function startTrainer(updater: MetaUpdater, store = state, name = 'episodes') {
  const notes: string[] = [];
  const metrics = createMetrics({ service: 'trainer', classes: ['pump'] });
  const trainer = createTrainer({
    transport,
    state: store,
    classes: [pump],
    topics,
    config: { ...config, store: { ...config.store, directory: join(directory, name) } },
    updater,
    metrics: metrics.trainer(),
    note: (level, message) => void notes.push(`${level}: ${message}`),
    now: () => 1_700_000_000_000,
  });
  trainers.push(trainer);
  await trainer.start();
  return { trainer, notes, metrics };
}

const fleet = syntheticFleet(4, 200, d);
/** Windows `from` to `to` of the first `devices` devices, as a scorer would write them. */
function windows(devices: number, from: number, to: number, rest: Partial<ScoredWindow> = {}): ScoredWindow[] {
  return fleet.slice(0, devices).flatMap(({ deviceId, windows: all }) =>
    all.slice(from, to).map(({ windowId, startMs, endMs, features }) => ({
      windowId,
      deviceId,
      deviceClass: 'pump',
      startMs,
      endMs,
      specHash: spec.hash,
      features,
      score: null,
      pValue: null,
      threshold: null,
      modelVersion: 0,
      supportWindows: 0,
      coverage: 1,
      flags: [],
      ...rest,
    })),
  );
}

async function send(scored: readonly ScoredWindow[]): Promise<void> {
  const writer = transport.writer();
  await writer.send(scored.map((window) => ({ topic: topics.windows, key: window.deviceId, value: encodeScoredWindow(window) })));
  await writer.close();
}

/** Everything that was announced so far. */
async function announcements(): Promise<ModelAnnouncement[]> {
  const seen: ModelAnnouncement[] = [];
  const reader = transport.reader({ groupId: `watch-${Math.random()}`, topics: [topics.models] });
  await reader.run(async ({ records }) => {
    for (const { value } of records) if (value !== null) seen.push(decodeModelAnnouncement(value));
  });
  const [{ endOffset }] = (await transport.admin().describe(topics.models))?.partitions ?? [];
  await vi.waitFor(() => expect(reader.status().assigned[0]?.next ?? 0).toBeGreaterThanOrEqual(endOffset), patience);
  await reader.stop();
  return seen;
}

const version = (trainer: Trainer) => trainer.status().classes.pump.version;
const untilVersion = (trainer: Trainer, wanted: number) =>
  vi.waitFor(() => expect(version(trainer), trainer.status().classes.pump.verdict ?? '').toBe(wanted), patience);

test('windows of enough devices become a bundle in the store, a pointer to it and an announcement', async () => {
  const { trainer, metrics } = await startTrainer(inThisThread());
  await send(windows(2, 0, 40));
  await vi.waitFor(() => expect(trainer.status().classes.pump.devices).toBe(2), patience);
  expect(version(trainer)).toBe(0);
  await send(windows(3, 0, 40));
  await untilVersion(trainer, 1);

  const [bytes, pointer] = await state.getMany([bundleKey('pump', 1), currentBundleKey('pump')]);
  const bundle = decodeBundle(bytes!);
  expect(bundle).toMatchObject({
    version: 1,
    deviceClass: 'pump',
    spec,
    createdAtMs: 1_700_000_000_000,
    metrics: { devicesTrained: 3 },
  });
  const announced = {
    deviceClass: 'pump',
    version: 1,
    location: bundleKey('pump', 1),
    checksum: checksumOf(bytes!),
    specHash: spec.hash,
  };
  expect(decodeModelAnnouncement(pointer!)).toMatchObject(announced);
  expect(await announcements()).toMatchObject([announced]);
  const text = await metrics.text();
  expect(text).toContain('tocsin_trainer_meta_updates_total{class="pump",outcome="published"} 1');
  expect(text).toContain('tocsin_trainer_backend_info{backend="cpu",device="cpu"} 1');
  expect(text).toContain('tocsin_trainer_windows_total{class="pump"} 120');
});

test('the next one waits for enough windows that the bundle in use has scored', async () => {
  const updater = inThisThread();
  const { trainer } = await startTrainer(updater);
  await send(windows(3, 0, 40));
  await untilVersion(trainer, 1);
  // 3 x 9 = 27 windows are not 30 yet, and 3 x 10 that an earlier bundle scored are old news.
  await send([...windows(3, 40, 50), ...windows(3, 50, 59, { modelVersion: 1 })]);
  await vi.waitFor(() => expect(trainer.status().classes.pump.newWindows).toBe(27), patience);
  expect(updater.asked).toHaveLength(1);
  await send(windows(3, 59, 61, { modelVersion: 1 }));
  await untilVersion(trainer, 2);
  expect(updater.asked[1]).toMatchObject({ version: 2, previous: { version: 1 } });
  expect(updater.asked[1].seed).not.toBe(updater.asked[0].seed);
});

test('one that starts goes on from its store and the version in use, and says once more what it is', async () => {
  const { trainer } = await startTrainer(inThisThread());
  await send(windows(3, 0, 40));
  await untilVersion(trainer, 1);
  await trainer.stop();

  const updater = inThisThread();
  const { trainer: next } = await startTrainer(updater);
  expect(version(next)).toBe(1);
  await vi.waitFor(() => expect(next.status().classes.pump.devices).toBe(3), patience);
  expect((await announcements()).map((announcement) => announcement.version)).toEqual([1, 1]);
  await send(windows(3, 40, 50, { modelVersion: 1 }));
  await untilVersion(next, 2);
  expect(updater.asked[0].devices.map(({ windows: { length } }) => length)).toEqual([50, 50, 50]);
});

test('what operators say of an alert reaches the meta-update', async () => {
  const updater = inThisThread();
  const { trainer } = await startTrainer(updater);
  const [{ deviceId }] = fleet;
  const writer = transport.writer();
  const label = { labelId: 'l1', deviceId, subjectId: 'a1', verdict: 'real' as const, who: 'me', atMs: 1, note: '' };
  const alert = alertOf({ deviceId, startMs: 10_000, endMs: 14_000, windows: 4 });
  await writer.send([
    { topic: topics.labels, key: deviceId, value: encodeLabel(label) },
    { topic: topics.labels, key: deviceId, value: Buffer.from('not a label') },
    { topic: topics.alerts, key: deviceId, value: encodeAlert(alert) },
  ]);
  await writer.close();
  // Topics are read side by side: what was said is to be known before there is anything to learn.
  const read = () => trainer.status().reader.assigned.reduce((sum, { next }) => sum + (next ?? 0), 0);
  await vi.waitFor(() => expect(read()).toBe(3), patience);
  await send(windows(3, 0, 40));
  await vi.waitFor(() => expect(updater.asked).toHaveLength(1), patience);
  const real = updater.asked[0].devices.flatMap((device) =>
    device.windows.flatMap(({ startMs, verdict }) => (verdict === 'real' ? [startMs] : [])),
  );
  expect(real).toEqual([10_000, 11_000, 12_000, 13_000]);
});

test('a store that is away delays a bundle and loses none', async () => {
  let refusals = 3;
  const flaky: StateStore = {
    ...state,
    async put(key, value) {
      if (refusals-- > 0) throw new StateError('unreachable', 'the store is away');
      return state.put(key, value);
    },
  };
  const updater = inThisThread();
  const { trainer, notes } = await startTrainer(updater, flaky);
  await send(windows(3, 0, 40));
  await untilVersion(trainer, 1);
  expect(updater.asked).toHaveLength(1);
  expect(notes.filter((line) => line.startsWith('error: a bundle could not be published'))).toHaveLength(3);
});

test('a bundle in use that cannot be read is no rival, but its version counts on', async () => {
  const { trainer } = await startTrainer(inThisThread());
  await send(windows(3, 0, 40));
  await untilVersion(trainer, 1);
  await trainer.stop();
  const [bytes] = await state.getMany([bundleKey('pump', 1)]);
  await state.put(bundleKey('pump', 1), encodeBundle({ ...decodeBundle(bytes!), createdAtMs: 2 }));

  const updater = inThisThread();
  const { trainer: next, notes } = await startTrainer(updater);
  expect(notes).toContainEqual(expect.stringMatching(/^error: the bundle in use cannot be read/));
  await send(windows(3, 40, 50, { modelVersion: 1 }));
  await untilVersion(next, 2);
  expect(updater.asked[0].previous).toBeNull();
});

test('windows with a feature that is NaN are refused and counted, the other devices teach', async () => {
  const { trainer, metrics } = await startTrainer(inThisThread());
  const [broken] = windows(4, 0, 1).slice(-1);
  const features = broken.features.with(2, Number.NaN);
  await send(windows(4, 0, 20).map((window) => (window.deviceId === broken.deviceId ? { ...window, features } : window)));
  await send(windows(3, 20, 25));
  await untilVersion(trainer, 1);
  expect(trainer.status().classes.pump.devices).toBe(3);
  const text = await metrics.text();
  expect(text).toContain('tocsin_trainer_windows_refused_total{class="pump",reason="not_finite"} 20');
});

test('two trainers in one group do not learn; the one that is left does', async () => {
  const [one, other] = [inThisThread(), inThisThread()];
  const first = await startTrainer(one, state, 'one');
  const second = await startTrainer(other, state, 'other');
  await send(windows(3, 0, 40));
  const isSaid = (notes: readonly string[]) => notes.some((line) => line.startsWith('error: another trainer reads as group'));
  await vi.waitFor(() => expect([first, second].map(({ notes }) => isSaid(notes))).toEqual([true, true]), 10_000);
  expect(second.trainer.status().problems).toHaveLength(1);
  expect([one.asked, other.asked]).toEqual([[], []]);
  await first.trainer.stop();
  await untilVersion(second.trainer, 1);
  expect(other.asked[0].devices.map(({ windows: { length } }) => length)).toEqual([40, 40, 40]);
  expect(second.trainer.status().problems).toEqual([]);
});
