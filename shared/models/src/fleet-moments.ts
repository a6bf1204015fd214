// Means and variances of every device of a fleet, and the fleet's scaler.

/** The windows of one device that teach the fleet prior, `[n][d]` row-major, raw features. */
export type FleetDevice = { deviceId: string; windows: Float32Array; n: number };

/** A feature whose total variance in the fleet is under this, or is rounding of its mean, counts as constant. */
const deadVariance = 1e-7;
const roundingVariance = 1e-12;

export type FleetMoments = {
  location: Float64Array;
  /** 0 for a feature that does not vary in the fleet. */
  scale: Float64Array;
  /** Device means, raw units, `[devices][d]`. */
  means: Float64Array;
};

/**
 * METHOD A: mu = mean of device means, wv = mean of device variances (n - 1; devices with one window say nothing),
 * tv = wv + var(device means), scale = sqrt(wv + .01 tv + 1e-8). Devices weigh equally, however many windows they have.
 * Throws RangeError on a value that is not finite.
 */
export function fleetMoments(devices: readonly FleetDevice[], d: number): FleetMoments {
  const means = new Float64Array(devices.length * d);
  const location = new Float64Array(d);
  const within = new Float64Array(d);
  const repeated = devices.filter((device) => device.n > 1).length;
  devices.forEach(({ deviceId, windows, n }, at) => {
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += windows[k * d + j];
      const mean = sum / n;
      if (!Number.isFinite(mean)) {
        throw new RangeError(`windows of ${deviceId}: feature ${j} is not finite; leave such windows out of the fleet`);
      }
      let squares = 0;
      for (let k = 0; k < n; k++) squares += (windows[k * d + j] - mean) ** 2;
      means[at * d + j] = mean;
      location[j] += mean / devices.length;
      if (n > 1) within[j] += squares / (n - 1) / repeated;
    }
  });
  const scale = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    let between = 0;
    for (let at = 0; at < devices.length; at++) between += (means[at * d + j] - location[j]) ** 2 / devices.length;
    const total = within[j] + between;
    if (total >= Math.max(deadVariance, roundingVariance * location[j] ** 2))
      scale[j] = Math.sqrt(within[j] + 0.01 * total + 1e-8);
  }
  return { location, scale, means };
}
