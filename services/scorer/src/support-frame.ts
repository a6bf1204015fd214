// Keeps the sums of a device's support under the regimes of the bundle in use.
import { reframe } from '@tocsin/models';
import { noTeaching, type DeviceState, type LabelMemory, type Regimes, type RememberedWindow } from '@tocsin/schemas';
import type { TrackedDevice } from './partition.ts';

/**
 * Regimes that whatever teaches the device goes through. Where its sums are of another frame they are made anew first, from the raw
 * support windows and those called normal; the device then has as many windows behind it as that. Without a bundle sums are raw.
 */
export function regimesOf({ state, deviceClass, bundle }: TrackedDevice): Regimes | undefined {
  const regimes = bundle?.initialisation.regimes;
  const { support, labels } = state;
  if (!reframe(support, regimes, taughtWindows(labels))) return regimes;
  // Moments of another frame say nothing under this one.
  state.teaching = noTeaching;
  // Nothing that was learnt since is in the sums any more, so nothing has faded what is.
  support.learned = Math.min(support.learned, deviceClass.supportWindows);
  forgetWhenLearnt(state);
  return regimes;
}

/** Windows that an operator called normal, with the weight that they were taught with. */
export function taughtWindows({ windows }: LabelMemory): RememberedWindow[] {
  return windows.filter(({ standing, weight }) => standing === 'normal' && weight > 0);
}

/** Nothing that was learnt after a window is left to have faded it. */
export function forgetWhenLearnt(state: DeviceState): void {
  const { labels, support } = state;
  const windows = labels.windows.map((window) => ({ ...window, learnedAt: Math.min(window.learnedAt, support.learned) }));
  state.labels = { ...labels, windows };
}
