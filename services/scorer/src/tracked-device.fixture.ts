// A device of a small synthetic class, as a partition holds it, for tests of this room.
import { parseDeviceClass } from '@tocsin/config';
import { calibrate, noIncident, noScores } from '@tocsin/decisions';
import { emptySupport, fitFleet, learnWindow } from '@tocsin/models';
import { noGuards, noLabels, noTeaching, type DeviceClass, type DeviceState, type ModelBundle } from '@tocsin/schemas';
import { createRandom, normal, type Random } from '@tocsin/signals';
import { createDeviceClock, createDeviceWindows } from '@tocsin/windows';
import { adoptBundle } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';

/** Features of a window. */
export const d = 3;

/** A window of noise around `level`. */
export function windowAround(level: number, random: Random): Float32Array {
  return Float32Array.from({ length: d }, () => level + normal(random));
}

/** A device of this class as a partition holds it between two records, stored and without a model, with so much in its state. */
export function trackedDevice(deviceClass: DeviceClass, own: Pick<DeviceState, 'support'> & Partial<DeviceState>): TrackedDevice {
  const about = { deviceId: 'p', deviceClass: 'pump', specHash: '', frontierMs: 0, revision: 0, modelVersion: 1, ...noScores };
  return {
    deviceClass,
    windows: createDeviceWindows('p', deviceClass),
    clock: createDeviceClock(),
    state: { ...about, incident: noIncident, labels: noLabels, guards: noGuards, teaching: noTeaching, ...own },
    bundle: null,
    model: null,
    likeness: null,
    labelsSeen: 0,
    lastSeenMs: 0,
    excusedMs: -Infinity,
    lastOffset: 0,
    skewMs: 0,
    isDirty: false,
    closedWatermark: -Infinity,
    isInStore: true,
    storedOrder: -Infinity,
  };
}

/** A device that has learnt `learned` windows around 0, of a fleet of ten whose devices lie around levels of their own. */
export function deviceThatLearnt(learned: number, random = createRandom(1), changes: Partial<DeviceClass> = {}): TrackedDevice {
  const deviceClass = { ...parseDeviceClass('pump', { channels: ['x'], rateHz: 10 }), ...changes };
  const support = emptySupport(d);
  const { supportWindows } = deviceClass;
  for (let k = 0; k < learned; k++)
    learnWindow(support, windowAround(0, random), { reservoirWindows: supportWindows, memoryWindows: 200 });
  const device = trackedDevice(deviceClass, { support });
  adoptBundle(device, bundleOf(createRandom(7)));
  return device;
}

/** A bundle of the class, fitted to another ten devices. */
export function bundleOf(random: Random, version = 1): ModelBundle {
  const fleet = Array.from({ length: 10 }, (_, id) => {
    const level = normal(random);
    const windows = new Float32Array(40 * d);
    for (let k = 0; k < 40; k++) windows.set(windowAround(level, random), k * d);
    return { deviceId: `${id}`, windows, n: 40 };
  });
  const scores = fleet.map(({ deviceId }) => ({
    deviceId,
    shots: 10,
    scores: Float64Array.from({ length: 100 }, () => normal(random)),
  }));
  return { version, initialisation: fitFleet(fleet, d), calibration: calibrate(scores) } as ModelBundle;
}
