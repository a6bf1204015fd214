import { parseDeviceClass } from '@tocsin/config';
import { calibrate, type DeviceScores } from '@tocsin/decisions';
import { fitFleet } from '@tocsin/models';
import type { ModelBundle } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import type { DeviceHistory } from '../episodes/teaching-device.ts';
import { seededRandom } from '../random.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { nullScores } from './null-scores.ts';
import { shadowOf } from './shadow.ts';

const d = 12;
const spec = syntheticSpec(d);
const deviceClass = parseDeviceClass('pump', { channels: ['a'], rateHz: 1000, decision: { falseAlarmRate: 0.02 } });
const limits = { alarmRiseMax: 0.01, foundDropMax: 0.5, scoreShiftMax: 0.5 };
const fleet = syntheticFleet(10, 120, d);

type Model = Pick<ModelBundle, 'initialisation' | 'calibration'>;

/** Fitted on a fleet like the one that is watched. */
function modelOf(seed: number, devices = 10): Model {
  const others = syntheticFleet(devices, 80, d, seed);
  const rows = others.map(({ deviceId, windows }) => ({
    deviceId,
    windows: Float32Array.from(windows.flatMap(({ features }) => [...features])),
    n: windows.length,
  }));
  const initialisation = fitFleet(rows, d);
  const scores = others.flatMap(({ deviceId, windows }): DeviceScores[] => {
    const normals = windows.map(({ features }) => features);
    return [5, 10, 20, 50].flatMap((shots) => nullScores(initialisation, { deviceId, normals, anomalies: [] }, shots, 10));
  });
  return { initialisation, calibration: calibrate(scores) };
}

const inUse = modelOf(2);
const shadow = (candidate: Model, devices: readonly DeviceHistory[] = fleet, one = inUse) =>
  shadowOf(one, candidate, devices, { deviceClass, spec, limits, random: seededRandom(1) });

const shifted = ({ initialisation, calibration }: Model, by: number): Model => ({
  initialisation,
  calibration: { ...calibration, quantiles: calibration.quantiles.map((row) => row.map((score) => score + by)) },
});

test('the bundle in use beside itself, and one of a like fleet, are within bounds', () => {
  const same = shadow(inUse);
  expect(same?.refusal).toBeNull();
  expect(same?.figures).toMatchObject({ devices: 10, windows: 240, scoreShift: 0 });
  expect(same?.figures.alarmRate).toBe(same?.figures.alarmRateInUse);
  expect(same?.figures.found).toBeGreaterThan(0.3);
  for (const seed of [3, 4, 5, 6]) expect(shadow(modelOf(seed))?.refusal, `seed ${seed}`).toBeNull();
});

test.each([
  ['a threshold that is too low', (model: Model) => shifted(model, -2), /alarm more often/],
  ['a threshold that is too high: it would be silent', (model: Model) => shifted(model, 3), /miss what is found now/],
  [
    'scores that lie elsewhere',
    ({ initialisation, calibration }: Model) => ({
      initialisation,
      calibration: { ...calibration, medians: calibration.medians.map((median) => median - 20) },
    }),
    /lie elsewhere/,
  ],
  [
    'weights a hundred times as large',
    ({ initialisation, calibration }: Model) => ({
      initialisation: { ...initialisation, omega: initialisation.omega.map((value) => 100 * value) },
      calibration,
    }),
    /alarm more often/,
  ],
])('%s is refused, and why', (_, change, refusal) => {
  expect(shadow(change(modelOf(3)))?.refusal).toMatch(refusal);
});

test('a fault that both find is nobody’s fault; an odd device alone refuses nothing', () => {
  const broken = (devices: number) =>
    fleet.map((device, i) => ({
      ...device,
      windows: device.windows.map((window, at) =>
        i < devices && at >= 100 ? { ...window, features: window.features.map((value) => value + 20) } : window,
      ),
    }));
  const found = shadow(modelOf(3), broken(4));
  expect(found?.refusal).toBeNull();
  expect(found?.figures.alarmRateInUse).toBeGreaterThan(0.3);
  // The bundle in use does not see what happens on one device: a candidate that does is one standard error off, no more.
  const blind = shifted(inUse, 3);
  expect(shadow(shifted(modelOf(3), 3), broken(1), blind)?.refusal).toBeNull();
});

test('where most of the newest windows are faults, and both find them, usual scores are those of the others', () => {
  const broken = fleet.map((device) => ({
    ...device,
    windows: device.windows.map((window, at) =>
      at >= 100 ? { ...window, features: window.features.map((value, j) => (j < 6 ? value + 8 : value)) } : window,
    ),
  }));
  for (const seed of [3, 4, 5, 6]) {
    const found = shadow(modelOf(seed), broken);
    expect(found?.figures.alarmRateInUse).toBeGreaterThan(0.7);
    expect(Math.abs(found!.figures.scoreShift), `seed ${seed}`).toBeLessThan(0.3);
    expect(found?.refusal, `seed ${seed}`).toBeNull();
  }
});

test('nothing to compare: no device, no window before the newest, nothing finite', () => {
  expect(shadow(inUse, [])).toBeNull();
  expect(shadow(inUse, syntheticFleet(3, 20, d))).toBeNull();
  const broken = fleet.map((device) => ({
    ...device,
    windows: device.windows.map((window) => ({ ...window, features: new Float32Array(d).fill(Number.NaN) })),
  }));
  expect(shadow(inUse, broken)).toBeNull();
});
