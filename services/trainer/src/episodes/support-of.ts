// A support set from windows that already lie in memory, taught exactly as the live path teaches it.
import { defaultMemoryWindows, emptySupport, learnWindow } from '@tocsin/models';
import type { Regimes, Support } from '@tocsin/schemas';

/** Learns `windows` (`[d]` each, at least one) in order; the first `reservoirWindows` are kept raw for the head. `regimes`: of the initialisation that adapts. */
export function supportOf(windows: readonly Float32Array[], reservoirWindows: number, regimes?: Regimes): Support {
  const support = emptySupport(windows[0].length);
  for (const features of windows)
    learnWindow(support, features, { reservoirWindows, memoryWindows: defaultMemoryWindows, regimes });
  return support;
}
