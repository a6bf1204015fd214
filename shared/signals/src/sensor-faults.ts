// What a broken sensor makes of a clean signal: nothing new, a lie that grows, or sudden outliers.
import { allocateBlock, blockSamples, type Synth } from './block.ts';
import { type Fault, severityAt, touches } from './fault.ts';
import { hashAt } from './indexed-noise.ts';

/** Share of samples that are outliers at severity 1, and their size in the channel's usual deviations. */
const spikeShare = 0.004;
const spikeSize = 15;
/** Drift at severity 1: the sensor reads this many deviations too high, and this share too much. */
const driftSize = 8;
const driftGain = 1;

/** One fault of the sensor behind channel number `channel`. */
export type SensorFault = { fault: Fault; channel: number };

/**
 * Wraps a clean signal. `sensor-stuck` repeats the value at the fault's start (whatever its severity); `sensor-drift` grows offset
 * and gain with the severity; `spikes` adds outliers of either sign to a few samples in a thousand. Sizes are in standard
 * deviations of the channel's first block, so they fit every kind of machine.
 */
export function withSensorFaults(clean: Synth, faults: readonly SensorFault[], rateHz: number, channelCount: number): Synth {
  if (faults.length === 0) return clean;
  const reference = allocateBlock(channelCount);
  clean(0, reference);
  const means = reference.map(meanOf);
  const deviations = reference.map((line, channel) => deviationOf(line, means[channel]) || 1);
  const stuckAt = new Map<SensorFault, number>();

  function stuckValue(sensorFault: SensorFault): number {
    const known = stuckAt.get(sensorFault);
    if (known !== undefined) return known;
    const sample = Math.max(0, Math.ceil(sensorFault.fault.startS * rateHz));
    const block = Math.floor(sample / blockSamples);
    clean(block, reference);
    const value = reference[sensorFault.channel][sample - block * blockSamples];
    stuckAt.set(sensorFault, value);
    return value;
  }

  return (block, out) => {
    clean(block, out);
    const from = block * blockSamples;
    faults.forEach((sensorFault, f) => {
      const { fault, channel } = sensorFault;
      if (!touches(fault, from / rateHz, (from + blockSamples) / rateHz)) return;
      const line = out[channel];
      for (let i = 0; i < blockSamples; i++) {
        const severity = severityAt(fault, (from + i) / rateHz);
        if (severity === 0) continue;
        if (fault.kind === 'sensor-stuck') line[i] = stuckValue(sensorFault);
        if (fault.kind === 'sensor-drift')
          line[i] += severity * (driftSize * deviations[channel] + driftGain * (line[i] - means[channel]));
        if (fault.kind === 'spikes') line[i] += severity * spikeAt(f, from + i) * deviations[channel];
      }
    });
  };
}

/** 0 for most samples, else +-15. */
function spikeAt(key: number, index: number): number {
  const bits = hashAt(key, index);
  if (bits >= spikeShare * 2 ** 32) return 0;
  return (bits & 1) === 0 ? spikeSize : -spikeSize;
}

function meanOf(line: Float64Array): number {
  return line.reduce((sum, value) => sum + value, 0) / line.length;
}

function deviationOf(line: Float64Array, mean: number): number {
  return Math.sqrt(line.reduce((sum, value) => sum + (value - mean) ** 2, 0) / line.length);
}
