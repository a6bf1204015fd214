import type { LabelledFleet } from '@tocsin/models';
import { expect, test } from 'vitest';
import { normal, seededRandom } from '../random.ts';
import { syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { trainFleet } from './train-fleet.ts';

const d = 8;
const spec = syntheticSpec(d, 'slow');

/** Four devices of 40 windows: 30 normal ones, five anomalies, three unknown, two with a missing value. */
function fleet(): LabelledFleet {
  const random = seededRandom(1);
  const devices = Array.from({ length: 4 }, (_, device) => {
    const labels = Int8Array.from({ length: 40 }, (_l, k) => (k < 32 ? 0 : k < 37 ? 1 : -1));
    const windows = Float32Array.from({ length: 40 * d }, (_x, at) => {
      const k = Math.floor(at / d);
      return k === 3 || k === 5 ? Number.NaN : device + normal(random) + (labels[k] === 1 && at % d < 3 ? 4 : 0);
    });
    return { deviceId: `d${device}`, n: 40, windows, labels };
  });
  return { spec, devices };
}
const deviceClass = { name: 'pump', learner: 'auto', supportWindows: 10 } as const;

test('labels of recorded windows choose; what is unknown or missing does not teach', async () => {
  const plan = { headDevices: Number.POSITIVE_INFINITY };
  const result = await trainFleet({ deviceClass, fleet: fleet(), seed: 1, plan });
  expect(result).toMatchObject({ outcome: 'publish', bundle: { deviceClass: 'pump', version: 1, spec } });
  const metrics = result.outcome === 'publish' ? result.bundle.metrics : result.metrics;
  expect(metrics).toMatchObject({
    windows: 120,
    devicesTrained: 4,
    candidates: [{ learner: 'eb', devices: 4, judgedOn: 'labels' }, {}, {}, {}],
  });
});

test('a fleet without a device is refused in words', async () => {
  expect(await trainFleet({ deviceClass, fleet: { spec, devices: [] }, seed: 1 })).toEqual({
    outcome: 'keep',
    verdict: 'too few normal windows for a threshold',
    metrics: null,
    refused: [],
  });
});
