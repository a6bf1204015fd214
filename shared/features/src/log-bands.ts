// Logarithmically spaced bands of spectrum bins, shared by the spectrum and the envelope block.
import { safeLog } from './safe-log.ts';

/**
 * Bin edges of at most `wanted` bands of a spectrum of `samples` points: band b covers bins `edges[b] .. edges[b + 1] - 1`. Edges
 * are geometric from bin 2 to the Nyquist bin (included), rounded, and moved apart so that every band has at least one bin;
 * a short window has fewer bins than bands wanted and gets one band per bin.
 */
export function logBandEdges(samples: number, wanted: number): number[] {
  const first = 2;
  const nyquist = samples / 2;
  const bands = Math.min(wanted, nyquist - first + 1);
  const edges = [first];
  for (let b = 1; b < bands; b++) {
    const ideal = Math.round(first * (nyquist / first) ** (b / bands));
    const binsLeft = bands - b;
    edges.push(Math.min(Math.max(ideal, edges[b - 1] + 1), nyquist + 1 - binsLeft));
  }
  edges.push(nyquist + 1);
  return edges;
}

/** Frequency of bin `bin` for people, in Hz: rounded to no more digits than tell two neighbouring bins apart. */
export function binHz(bin: number, samples: number, rateHz: number): string {
  const spacing = rateHz / samples;
  const decimals = Math.max(0, -Math.floor(Math.log10(spacing)));
  return String(Number((bin * spacing).toFixed(Math.min(decimals, 20))));
}

/** Writes ln(sum P / samples + 1e-12) per band of the power spectrum to `out` from `at` on. */
export function writeBandPowers(
  power: Float64Array,
  edges: readonly number[],
  samples: number,
  out: Float32Array,
  at: number,
): void {
  for (let b = 0; b + 1 < edges.length; b++) {
    let sum = 0;
    for (let k = edges[b]; k < edges[b + 1]; k++) sum += power[k];
    out[at + b] = safeLog(sum / samples);
  }
}
