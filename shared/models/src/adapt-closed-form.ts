// Adaptation of a class's initialisation to one device (METHOD B) in closed form: exact, and independent of the order of
// the support. The variance is multiplied by, not increased by, what is unknown of the mean.
import type { HeadParameters, Initialisation, Support } from '@tocsin/schemas';
import type { DeviceModel } from './device-model.ts';
import { startKappa } from './fit-fleet.ts';
import { ownScale } from './own-scale.ts';
import { checkFrame } from './support.ts';

/**
 * Adapts means and variances only, in microseconds; `head` is taken over as it is (the shared one unless given, e.g. one
 * adapted earlier to the same reservoir). With K windows of z-scores x:
 * m = m0 + K/(K + kappa) (mean x - m0); v = [nu + sum ((x - m)/s0)^2]/(nu + K) (1 + 1/(K + kappa)); s0^2 = within.
 * K = 0 gives the fleet prior. The own part, where there is one, has its variances from the same sums, with the fleet's start values
 * of kappa, and its windows from the reservoir. Throws RangeError when `support` has another number of features, or sums under other
 * regimes (`reframe` makes them anew).
 */
export function adaptClosedForm(
  initialisation: Initialisation,
  support: Support,
  head: HeadParameters | null = initialisation.head,
): DeviceModel {
  const { d, location, scale, m0, within, between, kappa, nu, regimes, own } = initialisation;
  if (support.sum.length !== d)
    throw new RangeError(`support: ${support.sum.length} features, expected ${d} as in the initialisation`);
  checkFrame(support, regimes);
  const shots = support.count;
  const model: DeviceModel = {
    initialisation,
    shots,
    mean: new Float64Array(d),
    deviation: new Float64Array(d),
    gain: new Float64Array(d),
    offset: new Float64Array(d),
    head,
    own: null,
    scratch: {
      u: new Float64Array(d),
      b: new Float64Array(d),
      inputs: new Float64Array(head === null ? 0 : 3 * d),
      activations: new Float64Array(head === null ? 0 : head.hidden),
      mapped: new Float32Array(regimes === undefined ? 0 : d),
    },
  };
  const ownGain = new Float64Array(own === undefined ? 0 : d);
  for (let j = 0; j < d; j++) {
    if (scale[j] === 0) {
      model.mean[j] = m0[j];
      model.deviation[j] = Math.sqrt(within[j]);
      continue;
    }
    // Sums of z and z^2 from the raw sums.
    const sum = (support.sum[j] - shots * location[j]) / scale[j];
    const squares = (support.sumSquares[j] - 2 * location[j] * support.sum[j] + shots * location[j] ** 2) / scale[j] ** 2;
    const expected = (pull: number): number => m0[j] + (sum - shots * m0[j]) / (shots + pull);
    const deviationAround = (mean: number, pull: number, count: number): number => {
      const scatter = Math.max(0, squares - 2 * mean * sum + shots * mean * mean) / within[j];
      return Math.sqrt(within[j] * ((count + scatter) / (count + shots)) * (1 + 1 / (shots + pull)));
    };
    const mean = expected(kappa[j]);
    const deviation = deviationAround(mean, kappa[j], nu[j]);
    if (own !== undefined) {
      // What was learned for the shared score is no help to a score without it.
      const pull = startKappa(within[j], between[j]);
      ownGain[j] = 1 / (scale[j] * deviationAround(expected(pull), pull, own.nu));
    }
    model.mean[j] = mean;
    model.deviation[j] = deviation;
    model.gain[j] = 1 / (scale[j] * deviation);
    model.offset[j] = (location[j] / scale[j] + mean) / deviation;
  }
  if (own !== undefined) model.own = ownScale(ownGain, support.reservoir, regimes);
  return model;
}
