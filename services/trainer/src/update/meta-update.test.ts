import { thresholdAt } from '@tocsin/decisions';
import { adapt, decodeBundle, encodeBundle, scoreWindow } from '@tocsin/models';
import type { ModelBundle } from '@tocsin/schemas';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend, type Backend } from '../backend.ts';
import type { DeviceHistory } from '../episodes/teaching-device.ts';
import { supportOf } from '../episodes/support-of.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { metaUpdate } from './meta-update.ts';
import { defaultUpdatePlan, type UpdateInput, type UpdateResult } from './update-plan.ts';

const d = 24;
let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend('auto');
});

const plan = { ...defaultUpdatePlan, judgedEpisodes: 4, outer: { ...defaultUpdatePlan.outer, steps: 30, pool: 48 } };
const closedFormPlan = { ...plan, headDevices: Number.POSITIVE_INFINITY };
const input = (devices: readonly DeviceHistory[], rest: Partial<UpdateInput> = {}): UpdateInput => ({
  deviceClass: 'pump',
  spec: syntheticSpec(d),
  supportWindows: 20,
  devices,
  previous: null,
  version: 1,
  memory: null,
  createdAtMs: 1_700_000_000_000,
  seed: 1,
  plan,
  ...rest,
});
const published = (result: UpdateResult): ModelBundle => {
  if (result.outcome === 'keep') throw new Error(result.verdict);
  return result.bundle;
};

/** A fault that shows in four features only, by less than the closed form can see. */
const faulty = (features: Float32Array): Float32Array => features.map((value, j) => (j >= 8 && j < 12 ? value + 0.9 : value));

/** Operators called the last ten windows of every device real: the fault. */
const labelled = (fleet: DeviceHistory[]): DeviceHistory[] =>
  fleet.map(({ deviceId, windows }) => ({
    deviceId,
    windows: [
      ...windows,
      ...windows.slice(-10).map((window) => ({
        ...window,
        startMs: window.startMs + 1e6,
        features: faulty(window.features),
        verdict: 'real' as const,
      })),
    ],
  }));

/** Shares of normal and of faulty windows of unseen devices that are over the threshold for `falseAlarmRate`. */
function overThreshold({ initialisation, calibration }: ModelBundle, falseAlarmRate: number) {
  const shots = 10;
  const threshold = thresholdAt(calibration, shots, falseAlarmRate);
  const over = { normal: 0, faulty: 0 };
  let windows = 0;
  for (const { windows: all } of syntheticFleet(30, 110, d, 77)) {
    const [support, later] = [all.slice(0, shots), all.slice(shots)].map((part) => part.map(({ features }) => features));
    const model = adapt(initialisation, supportOf(support, 20));
    windows += later.length;
    over.normal += later.filter((features) => scoreWindow(model, features) > threshold).length;
    over.faulty += later.filter((features) => scoreWindow(model, faulty(features)) > threshold).length;
  }
  return { normal: over.normal / windows, faulty: over.faulty / windows };
}

describe('without labels', () => {
  test('the closed form is published, and keeps its false-alarm budget on devices it has never seen', async () => {
    const bundle = published(await metaUpdate(input(syntheticFleet(8, 60, d)), backend));
    expect(bundle.initialisation.head).toBeNull();
    expect(bundle).toMatchObject({ version: 1, deviceClass: 'pump', createdAtMs: 1_700_000_000_000 });
    expect(bundle.calibration).toMatchObject({ shots: [5, 10, 20, 50], devices: 8 });
    expect(bundle.metrics).toMatchObject({ devicesTrained: 8, devicesHeldOut: 8, windows: 480, algorithm: 'empirical Bayes' });
    expect(bundle.metrics.heldOutAuroc.closedForm).toBeGreaterThan(0.8);
    expect(bundle.metrics.heldOutAuroc.head).not.toBeNull();
    expect(bundle.metrics.verdict).toMatch(/^closed form: the head gains [-+]0\.\d{3} AUROC/);
    expect(decodeBundle(encodeBundle(bundle))).toEqual(bundle);
    expect(overThreshold(bundle, 0.05).normal).toBeLessThan(0.09);
    expect(overThreshold(bundle, 0.05).normal).toBeGreaterThan(0.02);
  });

  test('equal inputs give equal bundles', async () => {
    const results = await Promise.all([0, 1].map(() => metaUpdate(input(syntheticFleet(4, 30, d)), backend)));
    const [one, other] = results.map((result) => ({ ...published(result), metrics: null }));
    expect(one).toEqual(other);
  });

  test.each([1, 2])('%i devices give a closed form whose threshold knows how few they are', async (devices) => {
    const bundle = published(await metaUpdate(input(syntheticFleet(devices, 40, d)), backend));
    expect(bundle.initialisation.head).toBeNull();
    expect(bundle.calibration.devices).toBe(devices);
    expect(bundle.metrics).toMatchObject({ devicesTrained: devices, devicesHeldOut: devices === 1 ? 0 : 2 });
    expect(bundle.metrics.heldOutAuroc.head).toBeNull();
  });

  test('too few windows are a refusal, not an error', async () => {
    for (const fleet of [[], syntheticFleet(3, 8, d), syntheticFleet(1, 12, d)]) {
      expect(await metaUpdate(input(fleet), backend)).toMatchObject({ outcome: 'keep', metrics: null });
    }
  });
});

describe('with what operators said of other devices', () => {
  const fleet = labelled(syntheticFleet(8, 60, d));
  let first: UpdateResult;
  beforeAll(async () => {
    first = await metaUpdate(input(fleet), backend);
  });

  test('the head earns its place, goes on learning, and its threshold stays honest', async () => {
    const bundle = published(first);
    expect(bundle.metrics.algorithm).toBe('empirical Bayes + MAML head');
    expect(bundle.metrics.heldOutAuroc.head).toBeGreaterThan(bundle.metrics.heldOutAuroc.closedForm + 0.02);
    const next = published(await metaUpdate(input(fleet, { previous: bundle, version: 2, memory: first.memory }), backend));
    expect(next).toMatchObject({ version: 2 });
    const closedForm = published(await metaUpdate(input(fleet, { plan: closedFormPlan }), backend));
    const [without, before, after] = [closedForm, bundle, next].map((one) => overThreshold(one, 0.05));
    expect(before.faulty).toBeGreaterThan(1.5 * without.faulty);
    expect(after.faulty).toBeGreaterThan(1.2 * before.faulty);
    for (const { normal } of [before, after]) expect(normal).toBeLessThan(0.09);
  });

  test('a bundle whose head finds what was called real is not replaced by one without', async () => {
    const result = await metaUpdate(input(fleet, { previous: published(first), plan: closedFormPlan }), backend);
    expect(result).toMatchObject({ outcome: 'keep' });
    expect(result.outcome === 'keep' && result.verdict).toMatch(/kept what is in use: -0\.\d{3} AUROC/);
    expect(result.outcome === 'keep' && result.metrics?.heldOutAuroc.previous).toBeGreaterThan(0.8);
  });
});

test('a bundle in use with another feature spec is no rival', async () => {
  const good = published(await metaUpdate(input(syntheticFleet(3, 30, d)), backend));
  const foreign = { ...good, spec: { ...good.spec, hash: 'another' } };
  const bundle = published(await metaUpdate(input(syntheticFleet(3, 30, d), { previous: foreign, version: 8 }), backend));
  expect(bundle).toMatchObject({ version: 8, metrics: { heldOutAuroc: { previous: null } } });
});
