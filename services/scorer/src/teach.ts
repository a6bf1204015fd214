// Stage six: a window that looks normal teaches the model of its device.
import { updateMedian } from '@tocsin/decisions';
import { defaultMemoryWindows, learnWindow } from '@tocsin/models';
import type { ScoredWindow } from '@tocsin/schemas';
import { isReady, refreshModel } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';

export type Teach = (device: TrackedDevice, scored: ScoredWindow) => void;

/** Changes the device's support, the model adapted to it, and the median of its scores. */
export const teach: Teach = (device, { score, features }) => {
  const { state, deviceClass, bundle } = device;
  if (score !== null && bundle !== null && isReady(device)) {
    Object.assign(state, updateMedian(bundle.calibration, state.support.count, state, score));
  }
  if (isReady(device) && !deviceClass.keepLearning) return;
  learnWindow(state.support, features, { reservoirWindows: deviceClass.supportWindows, memoryWindows: defaultMemoryWindows });
  device.model = refreshModel(device);
};
