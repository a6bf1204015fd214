// How normal windows of devices score that the model was learned without: what thresholds are made of.
import type { DeviceScores } from '@tocsin/decisions';
import { adapt, scoreWindow } from '@tocsin/models';
import type { Initialisation } from '@tocsin/schemas';
import { minQueries } from '../episodes/draw-episode.ts';
import { supportOf } from '../episodes/support-of.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';

/** Different stretches of a device that are tried as its support. */
const startsMax = 3;

/**
 * Scores of a device's later normals after adapting to `shots` of its windows in a row: from its first window on, as the
 * live path does, and from up to two later ones. Empty where the device has too few windows.
 */
export function nullScores(
  initialisation: Initialisation,
  { deviceId, normals }: TeachingDevice,
  shots: number,
  reservoirWindows: number,
): DeviceScores[] {
  const last = normals.length - shots - minQueries;
  if (last < 0) return [];
  const starts = new Set(Array.from({ length: startsMax }, (_, i) => Math.floor((i * last) / startsMax)));
  return [...starts].map((start) => {
    const model = adapt(initialisation, supportOf(normals.slice(start, start + shots), reservoirWindows));
    const scores = Float64Array.from(normals.slice(start + shots), (features) => scoreWindow(model, features));
    return { shots, deviceId, scores };
  });
}
