// How normal windows of devices score that the model was learned without: what thresholds are made of.
import type { DeviceScores } from '@tocsin/decisions';
import { adapt, emptySupport, scoreWindows } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import { minQueries } from '../episodes/draw-episode.ts';
import { supportOf } from '../episodes/support-of.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';

/** Different stretches of a device that are tried as its support. */
const startsMax = 3;

/**
 * Scores of a device's later normals after adapting to `shots` of its windows in a row: from its first window on, as the
 * live path does, and from up to two later ones; none is a number of shots, too. Empty where the device has too few windows.
 */
export function nullScores(
  initialisation: Initialisation,
  { deviceId, normals, restarts = [] }: TeachingDevice,
  shots: number,
  reservoirWindows: number,
): DeviceScores[] {
  const last = normals.length - shots - minQueries;
  if (last < 0) return [];
  // Without support every start gives the same model.
  const draws = shots === 0 ? 1 : startsMax;
  const starts = new Set(Array.from({ length: draws }, (_, i) => Math.floor((i * last) / startsMax)));
  return [...starts].map((start) => {
    const from = start + shots;
    const windows = normals.slice(start, from);
    const support = shots === 0 ? emptySupport(initialisation.d) : supportOf(windows, reservoirWindows, initialisation.regimes);
    const model = adapt(initialisation, support);
    const scores = scoreWindows(model, normals.slice(from));
    return { shots, deviceId, scores, restarts: restarts.map((at) => at - from).filter((at) => at > 0) };
  });
}
