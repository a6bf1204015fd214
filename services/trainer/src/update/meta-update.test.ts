import { thresholdAt } from '@tocsin/decisions';
import { adapt, decodeBundle, encodeBundle, scoreWindow, startNu } from '@tocsin/models';
import type { ModelBundle } from '@tocsin/schemas';
import { beforeAll, describe, expect, test } from 'vitest';
import { selectBackend, type Backend } from '../backend.ts';
import type { DeviceHistory } from '../episodes/teaching-device.ts';
import { supportOf } from '../episodes/support-of.ts';
import { normal, seededRandom } from '../random.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { metaUpdate } from './meta-update.ts';
import { defaultUpdatePlan, type UpdateInput, type UpdateResult } from './update-plan.ts';

const d = 24;
let backend: Backend;
beforeAll(async () => {
  backend = await selectBackend('auto');
});

const plan = {
  ...defaultUpdatePlan,
  judgedEpisodes: 4,
  heads: ['head-prototypes'] as const,
  weights: { ...defaultUpdatePlan.weights, steps: 40, pool: 80 },
  outer: { ...defaultUpdatePlan.outer, steps: 30, pool: 48 },
};
const noHeads = { ...plan, headDevices: Number.POSITIVE_INFINITY };
const input = (devices: readonly DeviceHistory[], rest: Partial<UpdateInput> = {}): UpdateInput => ({
  deviceClass: 'pump',
  learner: 'auto',
  spec: syntheticSpec(d),
  supportWindows: 20,
  devices,
  previous: null,
  version: 1,
  createdAtMs: 1_700_000_000_000,
  seed: 1,
  plan,
  ...rest,
});
const published = (result: UpdateResult): ModelBundle => {
  if (result.outcome === 'keep') throw new Error(result.verdict);
  return result.bundle;
};
const aurocOf = ({ metrics }: ModelBundle, name: string) =>
  metrics.candidates.find(({ learner }) => learner === name)?.auroc ?? 0;

/** A fault that shows in four features only, by less than the closed form can see. */
const faulty = (features: Float32Array): Float32Array => features.map((value, j) => (j >= 8 && j < 12 ? value + 0.9 : value));

/** Operators called ten windows of every device real: its last ones, as `fault` changes them. */
const labelled = (fleet: DeviceHistory[], fault: (features: Float32Array) => Float32Array = faulty): DeviceHistory[] =>
  fleet.map(({ deviceId, windows }) => ({
    deviceId,
    windows: [
      ...windows,
      ...windows.slice(-10).map((window) => ({
        ...window,
        startMs: window.startMs + 1e6,
        features: fault(window.features),
        verdict: 'real' as const,
      })),
    ],
  }));

const withFeatures = (fleet: DeviceHistory[], change: (features: Float32Array, device: number, at: number) => Float32Array) =>
  fleet.map(({ deviceId, windows }, device) => ({
    deviceId,
    windows: windows.map((window, at) => ({ ...window, features: change(window.features, device, at) })),
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
  test('learned weights are published, and keep their false-alarm budget on devices they have never seen', async () => {
    const bundle = published(await metaUpdate(input(syntheticFleet(8, 60, d)), backend));
    expect(bundle.initialisation).toMatchObject({ head: null });
    expect(bundle.initialisation.own).toMatchObject({ share: 1 / 3 });
    expect(bundle).toMatchObject({ version: 1, deviceClass: 'pump', createdAtMs: 1_700_000_000_000 });
    expect(bundle.calibration).toMatchObject({ devices: 8 });
    expect(bundle.metrics).toMatchObject({ devicesTrained: 8, devicesHeldOut: 8, windows: 480, learner: 'eb-own' });
    expect(bundle.metrics.candidates).toMatchObject(
      ['eb-own', 'own'].map((learner) => ({ learner, devices: 8, judgedOn: 'pseudo-anomalies' })),
    );
    expect(bundle.metrics.heldOutAuroc.closedForm).toBeGreaterThan(0.8);
    expect(bundle.metrics.verdict).toMatch(/^eb-own chosen: eb-own 0\.\d{3}, .* on pseudo-anomalies, which cannot tell heads/);
    expect(decodeBundle(encodeBundle(bundle))).toEqual(bundle);
    expect(overThreshold(bundle, 0.05).normal).toBeLessThan(0.09);
    expect(overThreshold(bundle, 0.05).normal).toBeGreaterThan(0.02);
  });

  test('labels too few to judge on are not learned from, either', async () => {
    const fleet = syntheticFleet(4, 30, d);
    const [one, ...others] = fleet;
    const bundles = [fleet, [...labelled([one]), ...others]].map(async (devices) =>
      published(await metaUpdate(input(devices), backend)),
    );
    const [without, withFew] = await Promise.all(bundles);
    expect(withFew.metrics.candidates[0].judgedOn).toBe('pseudo-anomalies');
    expect(withFew.initialisation).toEqual(without.initialisation);
  });

  test('equal inputs give equal bundles', async () => {
    const results = await Promise.all([0, 1].map(() => metaUpdate(input(syntheticFleet(4, 30, d)), backend)));
    const [one, other] = results.map((result) => ({ ...published(result), metrics: null }));
    expect(one).toEqual(other);
  });

  test.each([1, 2])('%i devices give a bundle whose threshold knows how few they are', async (devices) => {
    const bundle = published(await metaUpdate(input(syntheticFleet(devices, 40, d)), backend));
    expect(bundle.initialisation.head).toBeNull();
    expect(bundle.calibration.devices).toBe(devices);
    expect(bundle.metrics).toMatchObject({ devicesTrained: devices, devicesHeldOut: devices === 1 ? 0 : 2 });
    expect(decodeBundle(encodeBundle(bundle))).toEqual(bundle);
  });

  test('too few windows are a refusal, not an error', async () => {
    for (const fleet of [[], syntheticFleet(3, 8, d), syntheticFleet(1, 8, d)]) {
      expect(await metaUpdate(input(fleet), backend)).toMatchObject({ outcome: 'keep', metrics: null });
    }
  });
});

describe('with what operators said of other devices', () => {
  const fleet = labelled(syntheticFleet(8, 60, d));
  let first: ModelBundle;
  beforeAll(async () => {
    first = published(await metaUpdate(input(fleet), backend));
  }, 30_000);

  test('what finds their faults is chosen on them, and its threshold stays honest', async () => {
    expect(first.metrics.candidates[0]).toMatchObject({ learner: 'eb', devices: 8, judgedOn: 'labels', gain: 0 });
    expect(aurocOf(first, first.metrics.learner)).toBeGreaterThan(aurocOf(first, 'eb') + 0.02);
    const plain = published(await metaUpdate(input(fleet, { learner: 'eb' }), backend));
    const [before, after] = [plain, first].map((one) => overThreshold(one, 0.05));
    expect(after.faulty).toBeGreaterThan(1.5 * before.faulty);
    expect(after.normal).toBeLessThan(0.09);
  });

  test('never published: what loses to the bundle in use, configured or not', async () => {
    for (const learner of ['eb', 'own'] as const) {
      const result = await metaUpdate(input(fleet, { previous: first, learner }), backend);
      expect(result).toMatchObject({ outcome: 'keep' });
      expect(result.outcome === 'keep' && result.verdict).toMatch(/kept what is in use: -0\.\d{3} AUROC/);
      expect(result.outcome === 'keep' && result.metrics?.heldOutAuroc.previous).toBeGreaterThan(0.8);
    }
  });

  test('a head is published where only a head sees the fault', async () => {
    // Four features swing between two states; the fault stops in the middle, where no distance is large.
    const random = seededRandom(5);
    const swinging = withFeatures(syntheticFleet(8, 60, d), (features) =>
      features.map((value, j) => (j < 4 ? value + (random() < 0.5 ? -6 : 6) : value)),
    );
    const middle = (features: Float32Array) => features.map((value, j) => (j < 4 ? 10 + 0.5 * normal(random) : value));
    const outer = { ...defaultUpdatePlan.outer, steps: 120, pool: 48, rate: 1e-2 };
    const bundle = published(await metaUpdate(input(labelled(swinging, middle), { plan: { ...plan, outer } }), backend));
    expect(bundle.metrics.learner).toMatch(/^head-/);
    expect(bundle.initialisation.head).not.toBeNull();
    expect(aurocOf(bundle, bundle.metrics.learner)).toBeGreaterThan(aurocOf(bundle, 'eb-mw') + 0.05);
  }, 60_000);

  describe('devices that have nothing in common', () => {
    // Each at a level and of a steadiness of its own; faults are four of the device's own deviations.
    const steadiness = (device: number) => 10 ** (-2 + (device % 4));
    const random = seededRandom(8);
    const own = withFeatures(syntheticFleet(8, 60, d), (_, device) =>
      Float32Array.from({ length: d }, (_v, j) => 1000 * Math.sin(device * 7 + j) + steadiness(device) * normal(random)),
    );
    const broken = own.map(
      (history, device) => labelled([history], (x) => x.map((v, j) => (j < 8 ? v + 4 * steadiness(device) : v)))[0],
    );

    test('learned shrinkage trusts the device, not the fleet', async () => {
      const bundle = published(await metaUpdate(input(broken, { plan: noHeads }), backend));
      expect(bundle.metrics.learner).toBe('eb-mw');
      expect(Math.max(...bundle.initialisation.nu)).toBeLessThan(startNu);
      expect(aurocOf(bundle, 'eb-mw')).toBeGreaterThan(aurocOf(bundle, 'eb') + 0.05);
    });

    test('who falls apart with one window or two is told so', async () => {
      const judgedAt = async (judgedShots: readonly number[]) =>
        aurocOf(published(await metaUpdate(input(broken, { plan: { ...noHeads, judgedShots } }), backend)), 'own');
      expect(await judgedAt([5, 10, 20])).toBeGreaterThan(0.99);
      expect(await judgedAt([1, 2, 5, 10, 20])).toBeLessThan(0.97);
    });
  });

  test('a fault that everything finds leaves the simplest', async () => {
    const obvious = labelled(syntheticFleet(8, 40, d), (features) => features.map((value) => value + 500));
    const { metrics, initialisation } = published(await metaUpdate(input(obvious), backend));
    expect(metrics.candidates.map(({ auroc }) => auroc)).toEqual(metrics.candidates.map(() => 1));
    expect(metrics.candidates.length).toBe(5);
    expect(metrics.learner).toBe('eb');
    expect(initialisation).toMatchObject({ head: null });
    expect(initialisation).not.toHaveProperty('own');
  });
});

describe('bad input', () => {
  const windows = (result: UpdateResult) => published(result).metrics.windows;
  const isUsable = ({ initialisation, calibration }: ModelBundle) => {
    const score = adapt(
      initialisation,
      supportOf(
        syntheticFleet(1, 10, d)[0].windows.map(({ features }) => features),
        20,
      ),
    );
    return (
      calibration.quantiles.every((values) => values.every(Number.isFinite)) &&
      Number.isFinite(scoreWindow(score, new Float32Array(d).fill(1e6)))
    );
  };

  test('devices with too few windows for the smallest support do not teach, the others do', async () => {
    const fleet = [...syntheticFleet(4, 30, d), ...syntheticFleet(2, 8, d, 2)];
    expect(published(await metaUpdate(input(fleet), backend)).metrics.devicesTrained).toBe(4);
  });

  test('a channel that never varies, and a class in which nothing does', async () => {
    const constant = (from: number) =>
      withFeatures(syntheticFleet(4, 30, d), (features) => features.map((value, j) => (j >= from ? 7 : value)));
    for (const fleet of [constant(12), constant(0)])
      expect(isUsable(published(await metaUpdate(input(fleet), backend)))).toBe(true);
  });

  test('windows with a missing channel do not teach; a channel that is always missing leaves nothing to learn from', async () => {
    const missing = (isMissing: (at: number) => boolean) =>
      withFeatures(syntheticFleet(4, 30, d), (features, _, at) =>
        isMissing(at) ? features.map((value, j) => (j < 4 ? Number.NaN : value)) : features,
      );
    expect(windows(await metaUpdate(input(missing((at) => at % 3 === 0)), backend))).toBe(80);
    expect(await metaUpdate(input(missing(() => true)), backend)).toMatchObject({
      outcome: 'keep',
      verdict: 'too few normal windows for a threshold',
    });
  });

  test('a tenth of the normals are anomalies that nobody noticed', async () => {
    const contaminated = withFeatures(syntheticFleet(6, 60, d), (features, _, at) =>
      at % 10 === 3 ? faulty(features) : features,
    );
    const bundle = published(await metaUpdate(input(contaminated), backend));
    expect(isUsable(bundle)).toBe(true);
    expect(overThreshold(bundle, 0.05).normal).toBeLessThan(0.09);
  });

  test('labels that contradict each other make nobody good, and no head', async () => {
    const contradictory = syntheticFleet(6, 60, d).map(({ deviceId, windows: all }) => ({
      deviceId,
      windows: all.flatMap((window) => [
        { ...window, verdict: 'false-alarm' as const },
        { ...window, startMs: window.startMs + 1, verdict: 'real' as const },
      ]),
    }));
    const bundle = published(await metaUpdate(input(contradictory), backend));
    expect(isUsable(bundle)).toBe(true);
    expect(bundle.initialisation.head).toBeNull();
    expect(Math.max(...bundle.metrics.candidates.map(({ auroc }) => auroc))).toBeLessThan(0.6);
  });
});

test('a bundle in use with another feature spec is no rival', async () => {
  const good = published(await metaUpdate(input(syntheticFleet(3, 30, d)), backend));
  const foreign = { ...good, spec: { ...good.spec, hash: 'another' } };
  const bundle = published(await metaUpdate(input(syntheticFleet(3, 30, d), { previous: foreign, version: 8 }), backend));
  expect(bundle).toMatchObject({ version: 8, metrics: { heldOutAuroc: { previous: null } } });
});
