// Residual of an autoregression of order one, fitted on the fleet by ordinary least squares, feature by feature.
import { NotApplicable, type LabelledFleet, type Learner } from '@tocsin/models';
import { fleetScaling, rawScaling, scaled, type Scaling } from './scaling.ts';

const floor = 1e-9;

/**
 * z_t = phi_j z_(t-1) + (1 - phi_j) m_j + e, with z in fleet units, phi_j from consecutive normal windows of all devices (device means
 * taken out) and m the mean of the support (of the fleet without any). Score: ln of the mean of e^2 / var(e). The first window follows
 * the last one of the support.
 */
export function autoregression(): Learner {
  return {
    name: 'ar-residual',
    isRandom: false,
    usesAnomalies: false,
    fit(fleet) {
      const d = fleet.spec.elements.length;
      const scaling = fleetScaling(fleet) ?? rawScaling(d);
      const { phi, variance, pairs } = fitPairs(fleet, scaling);
      if (pairs === 0) throw new NotApplicable('ar-residual needs two normal windows in a row in the fleet');
      return {
        adapt(normals) {
          const support = scaled(normals, scaling);
          const n = support.length / d;
          const mean = new Float64Array(d);
          for (let at = 0; at < support.length; at++) mean[at % d] += support[at] / n;
          const before = n === 0 ? mean.slice() : support.slice((n - 1) * d);
          const z = new Float64Array(d);
          return (x) => {
            scaled(x, scaling, z);
            let sum = 0;
            for (let j = 0; j < d; j++) sum += (z[j] - phi[j] * before[j] - (1 - phi[j]) * mean[j]) ** 2 / variance[j];
            before.set(z);
            return Math.log(sum / d + floor);
          };
        },
      };
    },
  };
}

function fitPairs({ devices }: LabelledFleet, scaling: Scaling) {
  const d = scaling.gain.length;
  const products = new Float64Array(d);
  const squares = new Float64Array(d);
  const nexts = new Float64Array(d);
  let pairs = 0;
  for (const { n, windows, labels } of devices) {
    const z = scaled(windows, scaling);
    const mean = normalMean(z, labels, d);
    for (let k = 1; k < n; k++) {
      if (labels[k] !== 0 || labels[k - 1] !== 0) continue;
      pairs++;
      for (let j = 0; j < d; j++) {
        const last = z[(k - 1) * d + j] - mean[j];
        const next = z[k * d + j] - mean[j];
        products[j] += last * next;
        squares[j] += last * last;
        nexts[j] += next * next;
      }
    }
  }
  const phi = products.map((product, j) => (squares[j] > 0 ? product / squares[j] : 0));
  // A constant feature has no residual; any variance will do.
  const variance = nexts.map((sum, j) => Math.max((sum - phi[j] * products[j]) / Math.max(pairs, 1), 1e-6));
  return { phi, variance, pairs };
}

function normalMean(z: Float64Array, labels: Int8Array, d: number): Float64Array {
  const mean = new Float64Array(d);
  let count = 0;
  for (let k = 0; k < labels.length; k++) {
    if (labels[k] !== 0) continue;
    count++;
    for (let j = 0; j < d; j++) mean[j] += (z[k * d + j] - mean[j]) / count;
  }
  return mean;
}
