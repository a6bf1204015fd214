// Covariance of few rows in many dimensions.
import { addProduct, transposed } from './add-product.ts';

/** Rows whose products are summed at a time: they stay in the cache. */
const blockRows = 128;

/**
 * Ledoit-Wolf covariance (J. Multivariate Analysis 88, 2004; the same formulas as scikit-learn's `ledoit_wolf`): the sample
 * covariance X'X/n shrunk towards a multiple of the identity of equal trace. `rows` is `[n][d]` row-major and already
 * centred. Returns `[d][d]`; n = 0 gives zeros. No shrinkage where the sample already is a multiple of the identity.
 */
export function shrunkCovariance(rows: Float64Array, n: number, d: number): Float64Array {
  const covariance = new Float64Array(d * d);
  if (n === 0) return covariance;
  let fourth = 0;
  for (let from = 0; from < n; from += blockRows) {
    const count = Math.min(blockRows, n - from);
    const block = rows.subarray(from * d, (from + count) * d);
    const columns = transposed(block, count, d);
    addProduct(covariance, columns, columns, d, d, count);
    for (let start = 0; start < block.length; start += d) {
      let square = 0;
      for (let i = 0; i < d; i++) square += block[start + i] * block[start + i];
      fourth += square * square;
    }
  }
  let trace = 0;
  let squares = 0;
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const value = covariance[i * d + j] / n;
      covariance[i * d + j] = value;
      covariance[j * d + i] = value;
      squares += (i === j ? 1 : 2) * value * value;
    }
    trace += covariance[i * d + i];
  }
  const target = trace / d;
  const delta = (squares - d * target * target) / d;
  const beta = (fourth / n - squares) / (n * d);
  const shrinkage = delta > 0 ? Math.min(1, Math.max(0, beta / delta)) : 0;
  for (let i = 0; i < d * d; i++) covariance[i] *= 1 - shrinkage;
  for (let i = 0; i < d; i++) covariance[i * d + i] += shrinkage * target;
  return covariance;
}
