// The epoch-aligned sample grid of a class: sample `g` is taken at `g / rateHz` seconds after the epoch.

/** Grid index of the sample nearest to an event time (epoch milliseconds). Needs no state, so a replay finds the same one. */
export function gridIndex(timeMs: number, rateHz: number): number {
  return Math.round((timeMs * rateHz) / 1000);
}

/** Event time of a grid index, epoch milliseconds. */
export function gridMs(index: number, rateHz: number): number {
  return (index * 1000) / rateHz;
}

/** Start of the newest window (a multiple of `hop`) that contains a grid index. */
export function lastWindowStart(index: number, hop: number): number {
  return Math.floor(index / hop) * hop;
}

/** Start of the oldest window of `samples` samples that contains a grid index. */
export function firstWindowStart(index: number, samples: number, hop: number): number {
  return (Math.floor((index - samples) / hop) + 1) * hop;
}
