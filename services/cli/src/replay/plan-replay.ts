// When every recorded device is played: at its own times, or moved so that none of them is in the future. Pure.
import type { DataSet, RecordedDevice } from '@tocsin/simulator';

/** As `replay` of @tocsin/simulator takes it. */
export type Pace = { speed: number } | { durationMs: number };

export type ReplayPlan = {
  /** `startMs`: event time that the device's first row gets. */
  devices: { device: RecordedDevice; startMs: number }[];
  /** Event time of the first row of all, and just after the last. */
  firstMs: number;
  lastMs: number;
};

/**
 * Devices of a data set keep their distances in time. With `nowMs` every set is moved to begin so much before now that its event
 * times stay behind the clock while it is played: at `nowMs` itself where it is played no faster than it happened.
 */
export function planReplay(dataSets: readonly DataSet[], pace: Pace, nowMs: number | null): ReplayPlan {
  const spans = dataSets.map(spanOf);
  const lengthMs = Math.max(...spans.map(({ firstMs, lastMs }) => lastMs - firstMs));
  const playedMs = 'speed' in pace ? lengthMs / pace.speed : pace.durationMs;
  const devices = dataSets.flatMap((dataSet, i) => {
    const shiftMs = nowMs === null ? 0 : Math.floor(nowMs - Math.max(0, lengthMs - playedMs)) - spans[i].firstMs;
    return dataSet.devices.map((device) => ({ device, startMs: device.startMs + shiftMs }));
  });
  return {
    devices,
    firstMs: Math.min(...devices.map(({ startMs }) => startMs)),
    lastMs: Math.max(...devices.map(({ device, startMs }) => startMs + device.endMs - device.startMs)),
  };
}

function spanOf({ devices }: DataSet): { firstMs: number; lastMs: number } {
  return {
    firstMs: Math.min(...devices.map(({ startMs }) => startMs)),
    lastMs: Math.max(...devices.map(({ endMs }) => endMs)),
  };
}
