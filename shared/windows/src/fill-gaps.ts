// Short gaps inside a window are bridged by straight lines; long ones are left to the caller's policy.

/**
 * Interpolates missing samples linearly between their neighbours, in place; a gap at an edge repeats the nearest value.
 * `samples` is channel-major `[channels][count]`, `marks[i]` is 1 where sample `i` arrived. Returns the longest gap in
 * samples (`count` where nothing arrived, and then nothing is written).
 */
export function fillGaps(samples: Float32Array, marks: Uint8Array, channels: number, count: number): number {
  let longest = 0;
  for (let from = 0; from < count; from++) {
    if (marks[from] === 1) continue;
    let to = from;
    while (to < count && marks[to] !== 1) to++;
    longest = Math.max(longest, to - from);
    if (to - from < count) bridge(samples, channels, count, from, to);
    from = to;
  }
  return longest;
}

function bridge(samples: Float32Array, channels: number, count: number, from: number, to: number): void {
  for (let c = 0; c < channels; c++) {
    const base = c * count;
    const left = from > 0 ? samples[base + from - 1] : samples[base + to];
    const right = to < count ? samples[base + to] : left;
    const step = (right - left) / (to - from + 1);
    for (let i = from; i < to; i++) samples[base + i] = left + step * (i - from + 1);
  }
}
