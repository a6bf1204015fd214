import { parseDeviceClass } from '@tocsin/config';
import { emptySupport, fitRegimes, learnWindow, mapWindow, teachAsNormal, unteach } from '@tocsin/models';
import { noLabels, type ModelBundle, type Regimes } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { regimesOf } from './support-frame.ts';
import type { TrackedDevice } from './partition.ts';
import { trackedDevice } from './tracked-device.fixture.ts';

const d = 2;
const plan = { reservoirWindows: 4, memoryWindows: 200 };
const at = (load: number, k: number): Float32Array => Float32Array.of(load, 10 * load + Math.sin(7 * k));
/** Loads 1 and 5; a seed shifts what belongs to them. */
const tableOf = (seed: number): Regimes => {
  const fleet = [1, 2, 3, 4].map((id) => {
    const windows = new Float32Array(40 * d);
    for (let k = 0; k < 40; k++) windows.set(at(k % 3 === 0 ? 5 : 1, k + id * seed), k * d);
    return { deviceId: `${id}`, windows, n: 40 };
  });
  return fitRegimes(fleet, d, [0])!;
};
const first = tableOf(1);
const second = tableOf(3);

/** Four support windows, twenty more learnt, and one that an operator called normal after that. */
function deviceUnder(regimes: Regimes): TrackedDevice {
  const deviceClass = parseDeviceClass('pump', { channels: ['load', 'x'], rateHz: 1, supportWindows: 4 });
  const support = emptySupport(d);
  for (let k = 0; k < 24; k++) learnWindow(support, at(1, k), { ...plan, regimes });
  const features = at(5, 99);
  const weight = teachAsNormal(support, [features], 4, regimes);
  const window = { windowKey: 'w', alertKey: '', standing: 'normal' as const, weight, learnedAt: support.learned, features };
  return trackedDevice(deviceClass, { support, labels: { ...noLabels, windows: [window] } });
}

const bundleWith = (regimes: Regimes) => ({ version: 2, initialisation: { regimes } }) as ModelBundle;

test('under the same regimes nothing is touched', () => {
  const device = deviceUnder(first);
  const before = structuredClone(device.state);
  device.bundle = bundleWith(first);
  expect(regimesOf(device)).toBe(first);
  expect(device.state).toEqual(before);
});

test('under others the sums are those of the support windows and of what was called normal, and that can still be taken back', () => {
  const device = deviceUnder(first);
  device.bundle = bundleWith(second);
  expect(regimesOf(device)).toBe(second);
  const { support, labels } = device.state;
  expect(support).toMatchObject({ frame: second.frame, count: 8, learned: 4 });
  expect(labels.windows[0].learnedAt).toBe(4);
  unteach(support, labels.windows[0].features, labels.windows[0].weight, second);
  const wanted = [0, 1, 2, 3].reduce((sum, k) => sum + mapWindow(second, at(1, k), new Float32Array(d))[1], 0);
  expect(support.count).toBeCloseTo(4);
  expect(support.sum[1]).toBeCloseTo(wanted, 4);
});

test('without a bundle they are raw', () => {
  const device = deviceUnder(first);
  expect(regimesOf(device)).toBeUndefined();
  expect(device.state.support).not.toHaveProperty('frame');
  expect(device.state.support.sum[0]).toBeCloseTo(4 + 4 * 5);
});
