// Recorded rows as the readings a device would have sent: frames of equally spaced samples, cut wherever the recording has a gap.
import type { Reading } from '@tocsin/schemas';
import type { RecordedDevice } from './fleet.ts';
import { readDevice } from './read-device.ts';

export type FrameOptions = {
  /** Most samples in a frame; default a quarter of a second, at least one. */
  frameSamples?: number;
  /** Event time that the first row is moved to; default its own. */
  startMs?: number;
};

/** By how much `startMs` moves a device's times; add it to the times of its truth as well. */
export function shiftOf(device: RecordedDevice, { startMs = device.startMs }: FrameOptions): number {
  return startMs - device.startMs;
}

/**
 * Yields a device's readings in the order of its rows. A row belongs to the running frame when its time is within half a sample
 * period of where the frame puts it; otherwise (gap, repeated or backward time) a new frame starts at the row's own time.
 */
export async function* recordedReadings(device: RecordedDevice, options: FrameOptions = {}): AsyncGenerator<Reading> {
  const { frameSamples = Math.max(1, Math.round(device.rateHz / 4)) } = options;
  const { id: deviceId, deviceClass, rateHz, channels } = device;
  const shiftMs = shiftOf(device, options);
  const stepMs = 1000 / rateHz;
  const width = channels.length;
  const held = new Float32Array(frameSamples * width);
  let count = 0;
  let startMs = 0;
  const take = (): Reading => ({
    deviceId,
    deviceClass,
    startMs: startMs + shiftMs,
    rateHz,
    channels,
    samples: held.slice(0, count * width),
  });

  for await (const { timesMs, samples } of readDevice(device)) {
    for (let row = 0; row < timesMs.length; row++) {
      const fits = Math.abs(timesMs[row] - (startMs + count * stepMs)) < stepMs / 2;
      if (count > 0 && (count === frameSamples || !fits)) {
        yield take();
        count = 0;
      }
      if (count === 0) startMs = timesMs[row];
      held.set(samples.subarray(row * width, (row + 1) * width), count * width);
      count++;
    }
  }
  if (count > 0) yield take();
}
