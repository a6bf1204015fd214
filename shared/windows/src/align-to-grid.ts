// Samples that were taken beside their places on the grid give way to values on it.

/**
 * Replaces every sample by the straight line between the samples around its place, in place; before the first and after the last one
 * that arrived their values are repeated. `samples` is channel-major `[channels][count]`; `marks[i]` is 1 where sample `i` arrived,
 * `shifts[i]` says how far beside its place it was taken, in sample periods, -0.5..0.5. Nothing happens where nothing arrived.
 */
export function alignToGrid(
  samples: Float32Array,
  marks: Uint8Array,
  shifts: Float32Array,
  channels: number,
  count: number,
): void {
  for (let c = 0; c < channels; c++) alignChannel(samples.subarray(c * count, (c + 1) * count), marks, shifts);
}

function alignChannel(samples: Float32Array, marks: Uint8Array, shifts: Float32Array): void {
  const count = samples.length;
  const nextFrom = (from: number): number => {
    let at = from;
    while (at < count && marks[at] !== 1) at++;
    return at;
  };
  let right = nextFrom(0);
  if (right === count) return;
  // What is written was read before: the left neighbour is kept here, the right one lies at or beyond the place being written.
  let [leftAt, leftValue] = [-Infinity, samples[right]];
  let [rightAt, rightValue] = [right + shifts[right], samples[right]];
  for (let i = 0; i < count; i++) {
    while (right < count && rightAt <= i) {
      [leftAt, leftValue] = [rightAt, rightValue];
      right = nextFrom(right + 1);
      [rightAt, rightValue] = right < count ? [right + shifts[right], samples[right]] : [Infinity, leftValue];
    }
    const isBetween = leftAt !== -Infinity && rightAt !== Infinity;
    samples[i] = isBetween
      ? leftValue + ((rightValue - leftValue) * (i - leftAt)) / (rightAt - leftAt)
      : leftAt === -Infinity
        ? rightValue
        : leftValue;
  }
}
