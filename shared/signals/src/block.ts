// Signals are made in blocks of fixed bounds, each a pure function of its number, so that frames may be cut anywhere.

/** Samples in a block; block b covers samples b * blockSamples to (b + 1) * blockSamples - 1. */
export const blockSamples = 256;

/** Fills `[channel][blockSamples]` with block `block` of a signal. Calling it again gives the same numbers. */
export type Synth = (block: number, out: readonly Float64Array[]) => void;

export function allocateBlock(channelCount: number): Float64Array[] {
  return Array.from({ length: channelCount }, () => new Float64Array(blockSamples));
}
