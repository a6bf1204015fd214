// Compressors that run idle, at half and at full load, told apart by their first feature. Support is of one load, life of all.
import type { LabelledDevice, LabelledFleet } from '@tocsin/models';
import type { FeatureSpec } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { auroc } from '../evaluation/auroc.ts';
import { normal, seededRandom } from '../random.ts';
import { syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { fitTeaching } from './empirical-bayes.ts';
import { devicesInRegimes, fleetInRegimes } from './in-regimes.ts';
import { learners } from './index.ts';
import { teachingFleet } from './labelled-fleet.ts';

const d = 8;
const none = new Float32Array(0);
const blind = syntheticSpec(d, 'slow');
const spec: FeatureSpec = { ...blind, context: [0] };
const loads = 3;

/** Every second window from the 20th on is faulty, 5 of the device's own deviations in four of its features. */
function deviceOf(deviceId: string, seed: number): LabelledDevice {
  const random = seededRandom(seed);
  const own = Array.from({ length: d }, () => normal(random));
  const n = 80;
  const labels = Int8Array.from({ length: n }, (_, k) => (k >= 20 && k % 2 === 0 ? 1 : 0));
  const windows = new Float32Array(n * d);
  for (let k = 0; k < n; k++) {
    const load = k < 10 ? 0 : Math.floor(k / 2) % loads;
    windows[k * d] = load + 0.01 * normal(random);
    for (let j = 1; j < d; j++) {
      const deviation = 0.2 * (1 + ((load + j) % loads));
      const fault = labels[k] === 1 && j < 5 ? 5 : 0;
      windows[k * d + j] = 20 * ((load * j) % 5) + deviation * (own[j] + fault + 0.8 * normal(random));
    }
  }
  return { deviceId, n, windows, labels };
}

const fleetOf = (from: FeatureSpec, count = 8): LabelledFleet => ({
  spec: from,
  devices: Array.from({ length: count }, (_, i) => deviceOf(`c-${i}`, i + 1)),
});

async function told(name: string, from: FeatureSpec): Promise<number> {
  const learner = learners.find((one) => one.name === name)!;
  const fitted = await learner.fit(fleetOf(from), { seed: 1 });
  const figures = await Promise.all(
    [101, 102, 103, 104].map(async (seed) => {
      const device = deviceOf('unseen', seed);
      const score = await fitted.adapt(device.windows.slice(0, 5 * d), none);
      const scores = (label: number) =>
        Array.from({ length: device.n }, (_, k) => k)
          .filter((k) => k >= 20 && device.labels[k] === label)
          .map((k) => score(device.windows.subarray(k * d, (k + 1) * d)));
      return auroc(scores(0), scores(1));
    }),
  );
  return figures.reduce((sum, value) => sum + value, 0) / figures.length;
}

describe('a device under loads that its support has not', () => {
  test.each(['eb', 'own', 'eb-mw-synthetic', 'eb-own-synthetic'])('%s knows it where context is named', async (name) => {
    expect(await told(name, spec)).toBeGreaterThan(0.95);
  });

  test('and not where none is', async () => {
    expect(await told('eb', blind)).toBeLessThan(0.7);
  });
});

describe('the regimes of a fleet', () => {
  const learned = fitTeaching(teachingFleet(fleetOf(blind), false), d);

  test('are in front of what was learned, once', () => {
    const devices = teachingFleet(fleetOf(spec), true);
    const { fleet, take } = devicesInRegimes(devices, spec);
    expect(take(learned).regimes).toBeDefined();
    expect(fleet.map(({ normals, anomalies }) => [normals.length, anomalies.length])).toEqual(
      devices.map(({ normals, anomalies }) => [normals.length, anomalies.length]),
    );
    expect(new Set(fleet.flatMap(({ normals }) => normals.map(([context]) => context))).size).toBe(1);
  });

  test('without context, without a fleet and with one device: the fleet as it is', () => {
    for (const fleet of [fleetOf(blind), fleetOf(spec, 0), fleetOf(spec, 1)]) {
      const known = fleetInRegimes(fleet);
      expect(known.fleet).toBe(fleet);
      expect(known.take(learned)).toBe(learned);
    }
  });

  test('windows with a value that is not finite do not teach, and are still there', () => {
    const fleet = fleetOf(spec);
    fleet.devices[0].windows[25 * d] = Number.NaN;
    const { fleet: mapped, take } = fleetInRegimes(fleet);
    expect(take(learned).regimes).toBeDefined();
    expect(mapped.devices[0].n).toBe(80);
    expect(mapped.devices[0].windows[25 * d]).toBeNaN();
  });
});
