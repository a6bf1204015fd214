// Stage six: a window that looks normal teaches the model of its device, at once or after a while.
import { idKey, quarantineOf, updateScores } from '@tocsin/decisions';
import { defaultMemoryWindows, learnWindow } from '@tocsin/models';
import type { ScoredWindow } from '@tocsin/schemas';
import { isReady, refreshModel } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';
import { holdWindow, type OnBlock } from './quarantine.ts';
import { regimesOf } from './support-frame.ts';

export type Teach = (device: TrackedDevice, scored: ScoredWindow) => void;

/**
 * Changes the device's support, the model adapted to it, and what is remembered of its scores. A device that has learnt little yet,
 * or relearns what an operator called normal, learns at once; any other when later windows have confirmed what it saw.
 */
export function createTeach(onBlock: OnBlock): Teach {
  return (device, scored) => {
    const { state, deviceClass, bundle } = device;
    const isWatched = isReady(device);
    // What wears must not move its own threshold either.
    if (isWatched && !deviceClass.keepLearning) return;
    if (isWatched && scored.score !== null && bundle !== null) {
      Object.assign(state, updateScores(bundle.calibration, state.support.count, state, scored.score));
    }
    const isHeld =
      isWatched &&
      (state.support.learned >= quarantineOf(deviceClass).firstWindows || state.teaching.reference !== null) &&
      bundle !== null &&
      state.labels.relearning === 0;
    if (isHeld) holdWindow(device, scored, onBlock);
    else learnAtOnce(device, scored);
  };
}

function learnAtOnce(device: TrackedDevice, { windowId, features }: ScoredWindow): void {
  const { state, deviceClass } = device;
  const regimes = regimesOf(device);
  const { support, labels } = state;
  const rows = support.reservoir.length;
  learnWindow(support, features, {
    reservoirWindows: deviceClass.supportWindows,
    memoryWindows: defaultMemoryWindows,
    regimes,
  });
  if (support.reservoir.length > rows) {
    // States of a release without keys have rows that nobody can name any more.
    const unnamed = Array.from({ length: rows / features.length - labels.reservoirKeys.length }, () => '');
    state.labels = { ...labels, reservoirKeys: [...labels.reservoirKeys, ...unnamed, idKey(windowId)] };
  }
  refreshModel(device);
}
