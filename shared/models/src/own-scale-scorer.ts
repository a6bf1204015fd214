// A device's own windows as all there is: the own part alone, for who has windows but no class to learn from.
import type { Initialisation } from '@tocsin/schemas';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { scoreWindow } from './score.ts';
import { defaultMemoryWindows, emptySupport, learnWindow } from './support.ts';

/**
 * `OwnPart.nu` to start from: so little that the fleet's variance only fills in where a device has none. The scatter is around the mean
 * of the closed form, not around the device's own: so features in which the devices of a class differ count less until there are
 * windows enough. AUROC of the own part alone at K = 2 and 10 on meta-validation devices, so and around the own mean: skab .89 .96 and
 * .85 .96, smd .90 .90 and .92 .87, gearbox .97 .97 and .50 .97, the mean of twelve sets .804 .821 and .753 .812.
 */
export const ownNu = 5e-5;

/** No prior: of `initialisation` only what features are scaled by. `support` are raw windows, `[K][d]`; under two, the shared score. */
export function ownScaleScorer(initialisation: Initialisation, support: Float32Array): (features: Float32Array) => number {
  const { d, regimes } = initialisation;
  const learned = emptySupport(d);
  const plan = { reservoirWindows: Infinity, memoryWindows: defaultMemoryWindows, regimes };
  for (let at = 0; at < support.length; at += d) learnWindow(learned, support.subarray(at, at + d), plan);
  const model = adaptClosedForm({ ...initialisation, own: { share: 1, nu: ownNu } }, learned);
  return (features) => scoreWindow(model, features);
}
