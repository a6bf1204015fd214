// The whole circle with a scorer and a trainer on the embedded log and store: a candidate is compared in the shadow, tried by a share of
// the devices, promoted or withdrawn, watched and taken back. Only learning itself is made cheap, and sometimes bad on purpose.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type Config } from '@tocsin/config';
import { createMetrics } from '@tocsin/observability';
import { isCanary, type ModelBundle, type Rollout } from '@tocsin/schemas';
import type { Scorer } from '@tocsin/scorer';
import { createBundleStore, createRolloutStore, createTrainer, type MetaUpdater, type Trainer } from '@tocsin/trainer';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { selectBackend } from '../../services/trainer/src/backend.ts';
import { metaUpdate } from '../../services/trainer/src/update/meta-update.ts';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, topics, type ScorerRoom } from './scorer-room.ts';

vi.setConfig({ testTimeout: 120_000 });

const devices = 20;
const share = 0.3;
const records = telemetry(devices, 230);

let room: ScorerRoom;
let directory: string;
let scorer: Scorer;
let trainer: Trainer | null;
let at: number;
beforeEach(async () => {
  room = await openScorerRoom();
  directory = mkdtempSync(join(tmpdir(), 'tocsin-rollout-'));
  scorer = room.scorer();
  await scorer.start();
  trainer = null;
  at = 0;
});
afterEach(async () => {
  await trainer?.stop();
  await scorer.stop();
  await room.close();
  rmSync(directory, { recursive: true, force: true });
});

type Settings = Partial<Config['trainer']>;

const sober: Settings = {
  everyMs: 25,
  minDevices: 5,
  minWindows: 15,
  minNewWindows: devices * 24,
  canary: { share, minDevices: 3, windows: 15, forMs: 1e9 },
  watchMs: 1e9,
};

/** Learns so many times in this thread, in closed form; `spoil` changes what came through the gate. */
function cheaply(times: number, spoil: (bundle: ModelBundle) => ModelBundle = (bundle) => bundle): MetaUpdater {
  let left = times;
  return {
    backend: () => selectBackend('cpu'),
    async update(input) {
      if (--left < 0) return { outcome: 'keep', verdict: 'learned enough', metrics: null };
      const plan = { ...input.plan, judgedEpisodes: 2 };
      const result = await metaUpdate({ ...input, plan, learner: 'eb' }, await selectBackend('cpu'));
      return result.outcome === 'publish' ? { ...result, bundle: spoil(result.bundle) } : result;
    },
    close: async () => undefined,
  };
}

/** Everything is over this threshold. */
function alarming(bundle: ModelBundle): ModelBundle {
  const { calibration } = bundle;
  const quantiles = calibration.quantiles.map((row) => row.map((score) => score - 8));
  const { watched, ...rest } = calibration;
  return {
    ...bundle,
    calibration: { ...rest, quantiles, ...(watched === undefined ? {} : { watched: watched.map((value) => value - 8) }) },
  };
}

async function train(updater: MetaUpdater, settings: Settings = {}): Promise<Trainer> {
  const config = { ...loadConfig({ env: {} }).trainer, ...sober, ...settings };
  trainer = createTrainer({
    transport: room.transport,
    state: room.state,
    classes: [pump],
    topics,
    config: { ...config, store: { ...config.store, directory: join(directory, 'episodes') } },
    updater,
    metrics: createMetrics({ service: 'trainer', classes: ['pump'] }).trainer(),
    note: () => undefined,
    now: Date.now,
  });
  await trainer.start();
  return trainer;
}

async function stopTrainer(): Promise<void> {
  await trainer?.stop();
  trainer = null;
}

/** So many further windows of every device, scored. */
async function play(windows: number): Promise<void> {
  await room.send(records.slice(at * devices, (at + windows) * devices));
  at += windows;
  await room.drained(scorer);
}

const rollout = (): Promise<Rollout> => createRolloutStore(room.state, () => undefined, Date.now).read('pump');
const until = (stages: Record<number, string>) =>
  vi.waitFor(async () => {
    const known = await rollout();
    expect(Object.fromEntries(known.versions.map(({ version, stage }) => [version, stage]))).toEqual(stages);
  }, 30_000);
const reasonOf = async (version: number) => (await rollout()).versions.find((one) => one.version === version)?.reason;

/** Version under which each device was scored last. */
async function versions(): Promise<Record<string, number>> {
  return Object.fromEntries((await room.windows()).map(({ deviceId, modelVersion }) => [deviceId, modelVersion]));
}

const each = (versionOf: (deviceId: string) => number) =>
  Object.fromEntries(Array.from({ length: devices }, (_, i) => `pump-${i}`).map((id) => [id, versionOf(id)]));

//   windows   40          25                   20                      20
//   bundle    1 at once   2 tried by a share   2 calm: promoted        all
test('a good candidate goes through the shadow and a share of the devices to all of them; a trainer that dies meanwhile changes nothing', async () => {
  await train(cheaply(2));
  await play(40);
  await until({ 1: 'current' });
  expect(await reasonOf(1)).toMatch(/nothing to compare it with/);
  await play(25);
  await until({ 1: 'current', 2: 'canary' });
  const { bundle } = await storedBundle(2);
  expect(bundle.metrics.shadow?.devices).toBe(devices);
  expect(bundle.metrics.overPrevious?.map(({ period }) => period)).toEqual(['later']);
  expect(bundle.metrics.verdict).toMatch(/in the shadow on .*; tried by \d+ of 20 devices first/);

  await play(8);
  await stopTrainer();
  await play(4);
  const tries = (id: string) => isCanary('pump', 2, id, share);
  expect(await versions()).toEqual(each((id) => (tries(id) ? 2 : 1)));
  await train(cheaply(0));
  await play(8);
  await until({ 1: 'replaced', 2: 'current' });
  expect(await reasonOf(2)).toMatch(
    /^tried, no rise of alarms where 1.0 % is tolerated: on \d devices .* since, risen on 0; on 1\d devices .* that kept/,
  );
  await play(4);
  expect(await versions()).toEqual(each(() => 2));
});

test('a candidate that differs too much in the shadow is not published', async () => {
  await train(cheaply(2), { scoreShiftMax: 0 });
  await play(40);
  await until({ 1: 'current' });
  await play(25);
  await vi.waitFor(
    () => expect(trainer?.status().classes['pump']?.verdict).toMatch(/kept what is in use: its scores lie elsewhere/),
    20_000,
  );
  await until({ 1: 'current' });
});

//   windows   40          25                    25                  25                      25
//   bundle    1 at once   2, bad: tried         2 withdrawn         3, bad: for all         4 = 1 again
test('alarms that jump withdraw what is tried, and take back what is current', async () => {
  await train(cheaply(2, (bundle) => (bundle.version === 1 ? bundle : alarming(bundle))));
  await play(40);
  await until({ 1: 'current' });
  await play(25);
  await until({ 1: 'current', 2: 'canary' });
  await play(25);
  await until({ 1: 'current', 2: 'withdrawn' });
  expect(await reasonOf(2)).toMatch(/^alarms jumped where it was tried, alarms rose by .* chance would have it: on \d devices/);
  await stopTrainer();
  await play(4);
  expect(await versions()).toEqual(each(() => 1));

  await train(cheaply(1, alarming), { canary: { share: 0, minDevices: 3, windows: 15, forMs: 1e9 } });
  await play(20);
  await until({ 1: 'replaced', 2: 'withdrawn', 3: 'current' });
  expect(await reasonOf(3)).toMatch(/without being tried/);
  await play(25);
  await until({ 1: 'replaced', 2: 'withdrawn', 3: 'rolled-back', 4: 'current' });
  expect((await rollout()).versions.at(-1)).toMatchObject({ restores: 1, by: 'trainer' });
  await stopTrainer();
  await play(6);
  expect(await versions()).toEqual(each(() => 4));
});

async function storedBundle(version: number) {
  const known = (await rollout()).versions.find((one) => one.version === version)!;
  return createBundleStore(room.state, { signing: null, trusted: [] }).get('pump', known);
}
