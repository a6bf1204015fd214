// A reading is one decoded telemetry record: a stretch of equally spaced samples of one device.

/**
 * One telemetry frame after decoding. Sample `i` of channel `c` is `samples[i * channels.length + c]` (row-major) and was
 * taken at `startMs + (i * 1000) / rateHz`.
 */
export type Reading = {
  deviceId: string;
  deviceClass: string;
  /** Event time of the first sample, epoch milliseconds; fractions are kept. */
  startMs: number;
  /** Samples per second of every channel, > 0. */
  rateHz: number;
  channels: readonly string[];
  /** Row-major `[sample][channel]`, finite. */
  samples: Float32Array;
};

/** Event time just after the last sample of a reading, epoch milliseconds. */
export function readingEndMs(reading: Reading): number {
  return reading.startMs + (sampleCount(reading) * 1000) / reading.rateHz;
}

/** Samples per channel in a reading. */
export function sampleCount(reading: Reading): number {
  return reading.channels.length === 0 ? 0 : reading.samples.length / reading.channels.length;
}
