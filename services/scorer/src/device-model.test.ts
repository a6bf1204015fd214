import { fitFleet, emptySupport, learnWindow } from '@tocsin/models';
import { parseDeviceClass } from '@tocsin/config';
import { noLabels, type ModelBundle, type OwnPart, type RememberedWindow } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { refreshModel, remodel } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';
import { trackedDevice } from './tracked-device.fixture.ts';

const d = 3;
const wave = (seed: number, n: number) =>
  Float32Array.from({ length: n * d }, (_, i) => Math.sin(1.7 * i + seed) + 0.3 * Math.cos(5.1 * i));
const fleet = [1, 2, 3, 4].map((seed) => ({ deviceId: `p${seed}`, windows: wave(seed, 40), n: 40 }));
const closedForm = fitFleet(fleet, d);
const hidden = 4;
const small = (length: number) => Float64Array.from({ length }, (_, i) => 0.2 * Math.sin(3 * i + 1));
const head = {
  hidden,
  w1: small(3 * d * hidden),
  b1: small(hidden),
  w2: small(hidden),
  b2: 0,
  a: 1,
  c: 0,
  innerSteps: 5,
  innerRate: 0.5,
};

/** A device that has learnt ten windows, with what an operator said of one far-off window. */
function deviceWith(withHead: boolean, standing: RememberedWindow['standing'], own?: OwnPart): TrackedDevice {
  const deviceClass = parseDeviceClass('pump', { channels: ['x'], rateHz: 10 });
  const support = emptySupport(d);
  for (let k = 0; k < 10; k++)
    learnWindow(support, wave(9, 10).slice(k * d, k * d + d), { reservoirWindows: 10, memoryWindows: 200 });
  const window = { windowKey: '', alertKey: '', standing, weight: 0, learnedAt: 0, features: Float32Array.of(4, -3, 5) };
  const bundle = {
    version: 1,
    initialisation: { ...closedForm, head: withHead ? head : null, ...(own && { own }) },
  } as ModelBundle;
  const device = { ...trackedDevice(deviceClass, { support, labels: { ...noLabels, windows: [window] } }), bundle };
  remodel(device);
  return device;
}

test('without a head a labelled anomaly speaks through its likeness; with one it is in the head', () => {
  expect(deviceWith(false, 'anomaly').likeness?.anomalies).toHaveLength(1);
  const withHead = deviceWith(true, 'anomaly');
  expect(withHead.likeness).toBeNull();
  expect(withHead.model!.head).not.toEqual(deviceWith(true, 'suspect').model!.head);
});

test('a window called normal is among the normals of the head, and is told apart by its likeness', () => {
  const device = deviceWith(true, 'normal');
  expect(device.likeness).toMatchObject({ anomalies: [], normals: [{}] });
  expect(device.model!.head).not.toEqual(deviceWith(true, 'suspect').model!.head);
});

test('a window called normal stands beside the reservoir in the own part, however the model comes about', () => {
  const own = { share: 0.5, nu: 5e-5 };
  expect(deviceWith(false, 'suspect', own).model!.own!.rows).toHaveLength(10 * d);
  const device = deviceWith(false, 'normal', own);
  expect(device.model!.own!.rows).toHaveLength(11 * d);
  device.state.support.learned += 1;
  refreshModel(device);
  expect(device.model!.own!.rows).toHaveLength(11 * d);
});

test('what nobody has spoken of changes nothing', () => {
  expect(deviceWith(false, 'suspect').likeness).toBeNull();
});
