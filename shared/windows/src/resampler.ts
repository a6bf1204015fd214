// Brings readings of another rate onto the grid of their class. Readings that go on from each other are filtered as one signal: what
// the next ones may change waits. Knows nothing of windows.
import type { Reading } from '@tocsin/schemas';
import { kernelAt, kernelHalf } from './resample-kernel.ts';

/**
 * Samples from grid index `index` on, row-major; no record before `offset` had a part in them. `shift`: how far after their places
 * they were taken, in sample periods, -0.5..0.5; none where absent.
 */
export type GridSamples = { index: number; shift?: number; samples: Float32Array; offset: number };

export type OnGridSamples = (piece: GridSamples) => void;

/** One reading, or its end: sample `i` lies at `position + i * step` on the grid, `first` is the first one that is kept. */
type Part = { position: number; step: number; first: number; count: number; samples: Float32Array; offset: number };

/** Readings that went on from each other: the last samples of them, and the grid index that is due next. */
type Stretch = { parts: Part[]; due: number };

export type Resampler = { rateHz: number; channels: number; stretch: Stretch | null };

/** Rates may differ by this share and still fit the grid as they are. */
const rateTolerance = 0.001;
/** How many times the rate of the class a reading may have. One much slower would be a large signal out of a small record. */
export const rateRatios = { least: 0.25, most: 64 } as const;
/** Where one reading ends and the next begins is not known better than this, in grid periods: times are rounded. */
const slack = 1 / 64;

/** Does a reading of this rate lie on the grid as it is? */
export function fitsGrid(rateHz: number, gridRateHz: number): boolean {
  return Math.abs(rateHz - gridRateHz) <= rateTolerance * gridRateHz;
}

/** Can a reading of this rate be brought onto the grid? */
export function canResample(rateHz: number, gridRateHz: number): boolean {
  return rateHz >= gridRateHz * rateRatios.least && rateHz <= gridRateHz * rateRatios.most;
}

/** `rateHz` is that of the grid. Memory: up to 36 periods of the lower rate, in samples of the readings. */
export function createResampler(rateHz: number, channels: number): Resampler {
  return { rateHz, channels, stretch: null };
}

/**
 * Takes the next reading of the log, of any rate, and gives out what no later one can change: all but the last `kernelHalf` periods.
 * A reading goes on from the one before it in the log where it begins within half a sample of its end, at the same rate; else that
 * one's end is given out as it stands, with half a filter. So what comes out follows from the records from `offset` on.
 */
export function resample(resampler: Resampler, reading: Reading, offset: number, onSamples: OnGridSamples): void {
  const step = resampler.rateHz / reading.rateHz;
  const count = reading.samples.length / resampler.channels;
  const position = (reading.startMs * resampler.rateHz) / 1000;
  const last = resampler.stretch?.parts.at(-1);
  const goesOn =
    last !== undefined && fitsGrid(last.step, step) && Math.abs(position - last.position - last.count * last.step) <= step / 2;
  if (!goesOn) endStretch(resampler, onSamples);
  resampler.stretch ??= { parts: [], due: Math.ceil(position - step / 2 - slack) };
  const { stretch } = resampler;
  const part = { position, step, first: 0, count, samples: reading.samples, offset };
  stretch.parts.push(part);
  const newest = position + (count - 1) * step;
  giveOut(resampler, stretch, Math.ceil(newest - reach(part)), onSamples);
  trim(stretch, resampler.channels);
}

/** Gives out what waits, with half a filter: nothing goes on from it. */
export function endStretch(resampler: Resampler, onSamples: OnGridSamples): void {
  const { stretch } = resampler;
  if (stretch === null) return;
  resampler.stretch = null;
  const { position, count, step } = stretch.parts[stretch.parts.length - 1];
  giveOut(resampler, stretch, Math.ceil(position + (count - 0.5) * step - slack), onSamples);
}

/** The first record that is needed to go on from here; Infinity where nothing waits. */
export function waitingOffset({ stretch }: Resampler): number {
  return stretch?.parts[0].offset ?? Infinity;
}

/** Half the filter's length in grid periods. */
function reach({ step }: Part): number {
  return kernelHalf * Math.max(1, step);
}

function giveOut({ channels }: Resampler, stretch: Stretch, to: number, onSamples: OnGridSamples): void {
  const index = stretch.due;
  if (to <= index) return;
  const samples = new Float32Array((to - index) * channels);
  const sums = new Float64Array(channels);
  for (let g = index; g < to; g++) filterAt(stretch.parts, g, sums, samples.subarray((g - index) * channels));
  stretch.due = to;
  onSamples({ index, samples, offset: stretch.parts[0].offset });
}

/** Sums run over the samples in their order and distances are taken from each reading's own start, whatever was kept before them. */
function filterAt(parts: readonly Part[], grid: number, sums: Float64Array, out: Float32Array): void {
  const channels = sums.length;
  let weights = 0;
  sums.fill(0);
  for (const part of parts) {
    const { position, step, first, count, samples } = part;
    const distance = position - grid;
    const half = reach(part);
    const from = Math.max(first, Math.ceil((-half - distance) / step));
    const to = Math.min(count - 1, Math.floor((half - distance) / step));
    const scale = 1 / Math.max(1, step);
    for (let i = from; i <= to; i++) {
      const weight = kernelAt((distance + i * step) * scale);
      weights += weight;
      const row = (i - first) * channels;
      for (let c = 0; c < channels; c++) sums[c] += weight * samples[row + c];
    }
  }
  for (let c = 0; c < channels; c++) out[c] = sums[c] / weights;
}

/** Forgets samples that lie further behind what is due next than the filter reaches. */
function trim(stretch: Stretch, channels: number): void {
  stretch.parts = stretch.parts.flatMap((part) => {
    const needed = Math.ceil((stretch.due - reach(part) - part.position) / part.step);
    if (needed <= part.first) return [part];
    if (needed >= part.count) return [];
    return [{ ...part, first: needed, samples: part.samples.slice((needed - part.first) * channels) }];
  });
}
