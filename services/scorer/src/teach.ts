// Stage six: a window that looks normal teaches the model of its device.
import { defaultMemoryWindows, learnWindow } from '@tocsin/models';
import { updateMedian } from '@tocsin/decisions';
import type { ScoredWindow } from '@tocsin/schemas';
import { isReady, refreshModel } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';

export type Teach = (device: TrackedDevice, scored: ScoredWindow) => void;

/** Changes the device's support and the model adapted to it. */
export const teach: Teach = (device, scored) => {
  const { state, deviceClass } = device;
  if (scored.score !== null && isReady(device)) updateMedian(state, scored.score);
  learnWindow(state.support, scored.features, { reservoirWindows: deviceClass.supportWindows, memoryWindows: defaultMemoryWindows });
  if (device.model !== null) refreshModel(device, device.model);
};
