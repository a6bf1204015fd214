// The low-pass with which readings of another rate are brought onto a class's grid: a windowed sinc as a function of time, so that
// it can be read between the places of any two grids. Linear phase: it is even, and an output lies where its samples lie.

/** Half its length, in periods of the lower of both rates. */
export const kernelHalf = 18;
/** In cycles per period of the lower rate: kept below 0.4, gone from 0.5, its Nyquist frequency, on. */
const cutoff = 0.45;
/** Kaiser's window for 60 dB: beta = 0.1102 (60 - 8.7); length = (60 - 7.95) / (2.285 * 2 pi * 0.1) periods. */
const beta = 5.653;
const perPeriod = 1024;

const table = tabulate();

/**
 * Weight of a sample `x` periods of the lower rate away from the output; 0 beyond `kernelHalf`. Not normalised: divide by the sum
 * of the weights. Source: Kaiser's design formulas as in Oppenheim and Schafer, Discrete-Time Signal Processing, 3rd ed., 7.5.3.
 */
export function kernelAt(x: number): number {
  const at = Math.abs(x) * perPeriod;
  const below = Math.floor(at);
  if (below >= kernelHalf * perPeriod) return 0;
  return table[below] + (table[below + 1] - table[below]) * (at - below);
}

function tabulate(): Float64Array {
  const values = new Float64Array(kernelHalf * perPeriod + 1);
  for (let i = 0; i < values.length; i++) {
    const x = i / perPeriod;
    const phase = 2 * Math.PI * cutoff * x;
    const sinc = i === 0 ? 1 : Math.sin(phase) / phase;
    values[i] = (sinc * bessel0(beta * Math.sqrt(1 - (x / kernelHalf) ** 2))) / bessel0(beta);
  }
  return values;
}

/** Modified Bessel function of the first kind, order 0, by its power series: sum of ((x/2)^k / k!)^2. */
function bessel0(x: number): number {
  let sum = 1;
  let term = 1;
  for (let k = 1; term > sum * 1e-16; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
