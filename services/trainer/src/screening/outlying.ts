// How far a device stands off from the others, by medians: a few that are far off cannot hide behind what they did to the mean. Pure.
import type { TeachingDevice } from '../episodes/teaching-device.ts';

/** Of each feature the mean and the logarithm of the deviation. */
type Moments = { means: Float64Array; spreads: Float64Array };

/** Median absolute deviation to standard deviation, for normal values. */
const perMad = 1.4826;
/** Least spread of devices' log deviations: a device may be one and a half times as noisy as the others and stand off by one. */
const leastLogSpread = Math.log(1.5);
/** Windows of a device that are looked at. */
const windowsMax = 96;
/** Share of the features that counts: a fault shows in a few. */
const worstShare = 0.1;

/**
 * Per device, the mean over its worst tenth of the features of how far mean or log deviation are from the median of all devices, in
 * robust standard deviations over devices, to which what is usual within one is added. About 2 where devices are alike.
 */
export function outlyingness(devices: readonly TeachingDevice[], d: number): number[] {
  const moments = devices.map(({ normals }) => momentsOf(spread(normals), d));
  const worst = Math.max(1, Math.ceil(worstShare * d));
  const off = moments.map(() => new Float64Array(d));
  for (let j = 0; j < d; j++) {
    const means = moments.map((of) => of.means[j]);
    const spreads = moments.map((of) => of.spreads[j]);
    const usual = Math.exp(median(spreads));
    const [centre, width] = [median(means), Math.hypot(perMad * mad(means), usual)];
    const [middle, range] = [median(spreads), Math.hypot(perMad * mad(spreads), leastLogSpread)];
    moments.forEach((of, at) => {
      const byMean = width > 0 ? Math.abs(of.means[j] - centre) / width : 0;
      const bySpread = Math.max(0, of.spreads[j] - middle) / range;
      off[at][j] = Math.max(byMean, bySpread);
    });
  }
  return off.map(
    (each) =>
      each
        .toSorted()
        .slice(-worst)
        .reduce((sum, value) => sum + value, 0) / worst,
  );
}

/** At most so many windows, from all of the device's time. */
function spread(normals: readonly Float32Array[]): Float32Array[] {
  const every = Math.ceil(normals.length / windowsMax);
  return normals.filter((_, at) => at % every === 0);
}

function momentsOf(normals: readonly Float32Array[], d: number): Moments {
  const means = new Float64Array(d);
  const spreads = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const mean = normals.reduce((sum, features) => sum + features[j], 0) / normals.length;
    const variance = normals.reduce((sum, features) => sum + (features[j] - mean) ** 2, 0) / Math.max(1, normals.length - 1);
    means[j] = mean;
    // What does not vary at all is as steady as rounding lets it be.
    spreads[j] = Math.log(Math.sqrt(variance) + 1e-6 * Math.abs(mean) + 1e-9);
  }
  return { means, spreads };
}

/** Middle of the values, the lower one of two; NaN for none. */
export function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

function mad(values: readonly number[]): number {
  const centre = median(values);
  return median(values.map((value) => Math.abs(value - centre)));
}
