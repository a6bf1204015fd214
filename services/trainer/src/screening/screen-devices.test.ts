import { thresholdAt } from '@tocsin/decisions';
import { adapt, scoreWindows } from '@tocsin/models';
import { describe, expect, test } from 'vitest';
import { selectBackend } from '../backend.ts';
import { drawEpisode, type Episode } from '../episodes/draw-episode.ts';
import { anomalyKinds, pseudoAnomaly } from '../episodes/pseudo-anomaly.ts';
import { supportOf } from '../episodes/support-of.ts';
import { teachingDevice, type DeviceHistory } from '../episodes/teaching-device.ts';
import { judge, meanAuroc } from '../evaluation/judge.ts';
import { normal, pick, seededRandom, type Random } from '../random.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { metaUpdate } from '../update/meta-update.ts';
import { defaultUpdatePlan } from '../update/update-plan.ts';
import { screenDevices } from './screen-devices.ts';

const d = 24;
const spec = syntheticSpec(d);
const unit = new Float64Array(d).fill(2);
const healthy = syntheticFleet(30, 80, d, 1);
const screened = (fleet: readonly DeviceHistory[]) => screenDevices(fleet.map(teachingDevice), spec, 1);

type Poison = (features: Float32Array, at: number, random: Random) => Float32Array;
const constant: Poison = () => new Float32Array(d).fill(1e6);
const leaping: Poison = (x, at) => x.map((value) => value + 1e6 * Math.sin(at));
/** Whatever the others' faults look like, window by window, called healthy. */
const faults: Poison = (x, _, random) =>
  pseudoAnomaly(pick(random, anomalyKinds), x, pick(random, pick(random, healthy).windows).features, unit, spec, random);

/** The first `devices` of the fleet are poisoned. */
function poisoned(fleet: readonly DeviceHistory[], poison: Poison, devices = 1): DeviceHistory[] {
  const random = seededRandom(3);
  return fleet.map(({ deviceId, windows }, device) => ({
    deviceId,
    windows:
      device >= devices ? windows : windows.map((window, at) => ({ ...window, features: poison(window.features, at, random) })),
  }));
}

describe('does not teach', () => {
  test.each([
    ['a device that is constant at a huge value', constant],
    ['a device that leaps about', leaping],
  ])('%s, whether there are five devices or thirty', (_, poison) => {
    for (const devices of [5, 30]) {
      const { refused, devices: left } = screened(poisoned(healthy.slice(0, devices), poison));
      expect(refused).toEqual([{ deviceId: 'device-1-0', reason: expect.stringMatching(/^others lose 0\.\d{3} AUROC by it$/) }]);
      expect(left).toHaveLength(devices - 1);
    }
  });

  test('any of five of them, which cannot hide one another', () => {
    expect(screened(poisoned(healthy, constant, 5)).refused).toHaveLength(5);
  });

  test('one whose faults were called healthy', () => {
    const { refused } = screened(poisoned(healthy, faults));
    expect(refused).toEqual([{ deviceId: 'device-1-0', reason: expect.stringMatching(/out of the ordinary even for itself$/) }]);
  });
});

describe('teaches', () => {
  test('every device of healthy fleets', () => {
    for (const seed of [1, 2, 3, 4])
      for (const devices of [1, 2, 3, 8, 30]) expect(screened(syntheticFleet(devices, 80, d, seed)).refused).toEqual([]);
  });

  test('one that is elsewhere, or noisier than the others, as long as they do not suffer', () => {
    const random = seededRandom(2);
    for (const different of [
      (x: Float32Array) => x.map((value) => value + 20),
      (x: Float32Array) => x.map((value) => value + normal(random)),
    ])
      expect(screened(poisoned(healthy, different)).refused).toEqual([]);
  });

  test('what several devices do: that is how the class is', () => {
    expect(screened(poisoned(healthy, faults, 4)).refused).toEqual([]);
  });

  test('anybody where there are fewer than four devices: nobody can say who is right', () => {
    expect(screened(poisoned(healthy.slice(0, 3), constant)).refused).toEqual([]);
  });
});

describe('what one poisoned device of thirty does to the others', () => {
  const plan = { ...defaultUpdatePlan, judgedEpisodes: 2 };
  const unseen = syntheticFleet(20, 60, d, 77).map(teachingDevice);
  const random = seededRandom(5);
  const episodes: Episode[] = unseen.map((device) =>
    drawEpisode(device, unseen, { spec, scale: unit, shots: [10], queries: 32, kinds: anomalyKinds }, random),
  );

  /** How the bundle of a fleet does on devices that nobody has seen: AUROC, and shares over the threshold for one in a hundred. */
  async function figuresOf(devices: readonly DeviceHistory[]) {
    const task = { deviceClass: 'pump', learner: 'eb' as const, spec, supportWindows: 20, previous: null, version: 1 };
    const learnedFrom = { positions: [], devices: 30, windows: 1, digest: '', seed: 1, storeSeed: 1 };
    const result = await metaUpdate({ ...task, devices, learnedFrom, createdAtMs: 0, seed: 1, plan }, await selectBackend('cpu'));
    if (result.outcome === 'keep') throw new Error(result.verdict);
    const { initialisation, calibration } = result.bundle;
    const threshold = thresholdAt(calibration, 10, 0.01);
    const over = (windowsOf: (episode: Episode) => Float32Array[]) =>
      meanOf(
        episodes.flatMap((episode) =>
          [...scoreWindows(adapt(initialisation, supportOf(episode.support, 20)), windowsOf(episode))].map((score) =>
            Number(score > threshold),
          ),
        ),
      );
    return {
      bundle: result.bundle,
      refused: result.refused,
      auroc: meanAuroc(judge(initialisation, episodes, 20)),
      alarms: over(({ normals }) => normals),
      found: over(({ anomalies }) => anomalies),
    };
  }
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  test.each([
    ['constant at a huge value', constant],
    ['with faults called healthy', faults],
  ])('%s: nothing', async (_, poison) => {
    const [without, beside] = [await figuresOf(healthy.slice(1)), await figuresOf(poisoned(healthy, poison))];
    expect(Math.abs(beside.auroc - without.auroc)).toBeLessThan(0.01);
    expect(Math.abs(beside.alarms - without.alarms)).toBeLessThan(0.01);
    expect(Math.abs(beside.found - without.found)).toBeLessThan(0.02);
    const { learnedFrom, metrics } = beside.bundle;
    expect(learnedFrom?.refused).toMatchObject([{ deviceId: 'device-1-0' }]);
    expect(metrics.devicesTrained).toBe(29);
    expect(metrics.verdict).toMatch(/; device-1-0 may not teach \(.*\)$/);
  });

  test('a healthy one is not missed for being suspected', async () => {
    const { bundle, refused } = await figuresOf(healthy);
    expect(refused).toEqual([]);
    expect(bundle.metrics.devicesTrained).toBe(30);
  });
});
