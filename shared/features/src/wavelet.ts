// The discrete wavelet transform with Daubechies' db4 (eight taps) on a circle, equal to PyWavelets' mode 'periodization'.

/** Low-pass analysis filter of db4: Daubechies, Ten Lectures on Wavelets, 1992, table 6.1, N = 4, in PyWavelets' order. */
const lowPass = [
  -0.010597401785069032, 0.0328830116668852, 0.030841381835560764, -0.18703481171909309, -0.027983769416859854,
  0.6308807679298589, 0.7148465705529157, 0.2303778133088965,
] as const;
const taps = lowPass.length;
const before = taps / 2 - 1;

/** Deepest useful level for db4, floor(log2(samples / 7)) as in PyWavelets; 0 where not one level fits. */
export function deepestLevel(samples: number): number {
  return Math.max(0, Math.floor(Math.log2(samples / (taps - 1))));
}

/** A plan and its result: `details[j - 1]` has samples / 2^j coefficients of level j, `approximation` what is left. */
export type Wavelet = {
  details: readonly Float64Array[];
  approximation: Float64Array;
  transform(x: Float64Array): void;
};

/**
 * Plans the transform of `samples` values (divisible by 2^level) over `level` levels. Coefficient i of the next level is
 * sum_j h[j] x[(2 i + 4 - j) mod length]. Orthonormal: the squares of all coefficients add up to those of x. Periodic rather than
 * mirrored edges, because then no coefficient is counted twice and a short window keeps full-weight coefficients at every level;
 * the price is one step where the ends of the window meet.
 */
export function createWavelet(samples: number, level: number): Wavelet {
  if (samples % 2 ** level !== 0) throw new Error(`samples ${samples}: expected a multiple of 2^${level}`);
  const lengths = Array.from({ length: level }, (_, j) => samples / 2 ** (j + 1));
  const details = lengths.map((length) => new Float64Array(length));
  const approximation = new Float64Array(lengths[level - 1] ?? samples);
  // `extended` is the current level with seven more values around the circle, so that the inner loop never wraps.
  const extended = new Float64Array(samples + taps - 1);

  function transform(x: Float64Array): void {
    extended.set(x, before);
    let length = samples;
    for (const detail of details) {
      closeCircle(extended, length);
      length = detail.length;
      filterAndHalve(extended, detail);
      extended.copyWithin(before, 0, length);
    }
    for (let i = 0; i < approximation.length; i++) approximation[i] = extended[before + i];
  }
  return { details, approximation, transform };
}

/** The level lies at `line[3 .. 3 + length)`; puts its end before it and its beginning after it. */
function closeCircle(line: Float64Array, length: number): void {
  for (let i = 0; i < before; i++) line[i] = line[i + length];
  for (let i = before + length; i < length + taps - 1; i++) line[i] = line[i - length];
}

/** Details go to `detail`, the approximation to the front of `line`, which is always read ahead of where it is written. */
function filterAndHalve(line: Float64Array, detail: Float64Array): void {
  const [h0, h1, h2, h3, h4, h5, h6, h7] = lowPass;
  for (let i = 0; i < detail.length; i++) {
    const x0 = line[2 * i];
    const x1 = line[2 * i + 1];
    const x2 = line[2 * i + 2];
    const x3 = line[2 * i + 3];
    const x4 = line[2 * i + 4];
    const x5 = line[2 * i + 5];
    const x6 = line[2 * i + 6];
    const x7 = line[2 * i + 7];
    // The high-pass filter is the low-pass one reversed with alternating signs.
    detail[i] = h0 * x0 - h1 * x1 + h2 * x2 - h3 * x3 + h4 * x4 - h5 * x5 + h6 * x6 - h7 * x7;
    line[i] = h7 * x0 + h6 * x1 + h5 * x2 + h4 * x3 + h3 * x4 + h2 * x5 + h1 * x6 + h0 * x7;
  }
}
