// Four plain figures of every channel of a window: what guards look at.

export type ChannelLevel = { min: number; max: number; rms: number; sd: number };

/** One pass over `samples`, channel-major `[channel][sample]`; sums are taken from the first sample, so offsets cost no digits. */
export function measureChannels(samples: Float32Array, channels: number): ChannelLevel[] {
  const n = samples.length / channels;
  const levels: ChannelLevel[] = [];
  for (let c = 0; c < channels; c++) {
    const first = samples[c * n];
    let min = first;
    let max = first;
    let sum = 0;
    let squares = 0;
    for (let i = c * n; i < (c + 1) * n; i++) {
      const value = samples[i];
      if (value < min) min = value;
      else if (value > max) max = value;
      const from = value - first;
      sum += from;
      squares += from * from;
    }
    const variance = Math.max(0, squares / n - (sum / n) ** 2);
    levels.push({ min, max, rms: Math.hypot(first + sum / n, Math.sqrt(variance)), sd: Math.sqrt(variance) });
  }
  return levels;
}
