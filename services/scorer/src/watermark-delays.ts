// How far event time is behind the clock, device by device: what lag in records does not tell.
import type { Partition, TrackedDevice } from './partition.ts';

type Held = Pick<Partition, 'logTimeMs'> & {
  devices: ReadonlyMap<string, Pick<TrackedDevice, 'clock' | 'deviceClass' | 'lastSeenMs'>>;
};

/**
 * Seconds from the watermark of every device to `nowMs`, by class, in ascending order. Devices that have been silent for longer than
 * the `idleMs` of their class are left out: nothing of theirs is waited for.
 */
export function watermarkDelays(partitions: Iterable<Held>, nowMs: number): Map<string, number[]> {
  const delays = new Map<string, number[]>();
  for (const { devices, logTimeMs } of partitions)
    for (const { clock, deviceClass, lastSeenMs } of devices.values()) {
      if (clock.headMs === -Infinity || logTimeMs - lastSeenMs > deviceClass.idleMs) continue;
      const delay = (nowMs - clock.headMs + deviceClass.window.latenessMs) / 1000;
      const ofClass = delays.get(deviceClass.name);
      if (ofClass === undefined) delays.set(deviceClass.name, [delay]);
      else ofClass.push(delay);
    }
  for (const ofClass of delays.values()) ofClass.sort((a, b) => a - b);
  return delays;
}

/** The smallest value that a share `q` of them does not exceed; NaN of none. */
export function quantileOf(ascending: readonly number[], q: number): number {
  return ascending[Math.max(0, Math.ceil(q * ascending.length) - 1)] ?? Number.NaN;
}
