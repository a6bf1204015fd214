// Keeps the sums of a device's support under the regimes of the bundle in use.
import { reframe } from '@tocsin/models';
import { noTeaching, type Regimes } from '@tocsin/schemas';
import type { TrackedDevice } from './partition.ts';

/**
 * Regimes that whatever teaches the device goes through. Where its sums are of another frame they are made anew first, from the raw
 * support windows and those called normal; the device then has as many windows behind it as that. Without a bundle sums are raw.
 */
export function regimesOf({ state, deviceClass, bundle }: TrackedDevice): Regimes | undefined {
  const regimes = bundle?.initialisation.regimes;
  const { support, labels } = state;
  const taught = labels.windows.filter(({ standing, weight }) => standing === 'normal' && weight > 0);
  if (!reframe(support, regimes, taught)) return regimes;
  // Moments of another frame say nothing under this one.
  state.teaching = noTeaching;
  // Nothing that was learnt since is in the sums any more, so nothing has faded what is.
  support.learned = Math.min(support.learned, deviceClass.supportWindows);
  state.labels = {
    ...labels,
    windows: labels.windows.map((window) => ({ ...window, learnedAt: Math.min(window.learnedAt, support.learned) })),
  };
  return regimes;
}
