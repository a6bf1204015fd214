// What must come of a log, computed in one pass with nothing in between: every window with its features and the place where it
// closes, and every record that must be refused. Scores and alerts are in undisturbed.ts.
import { createExtractor, createFeatureSpec } from '@tocsin/features';
import type { DeviceClass, Reading } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import {
  addReading,
  closeAll,
  createDeviceWindows,
  gridIndex,
  gridMs,
  type ClosedWindow,
  type DeviceWindows,
} from '@tocsin/windows';
import { createDecode } from '../../services/scorer/src/decode.ts';

/** A window as the samples say, and the offset of the record at which it closed. */
export type TrueWindow = {
  deviceId: string;
  startMs: number;
  endMs: number;
  features: Float32Array;
  coverage: number;
  isInterpolated: boolean;
  partition: number;
  closedAt: number;
};

export type Truth = {
  windows: Map<string, TrueWindow>;
  rejected: Map<string, LogRecord>;
  /** Keys of windows for which samples came after they had closed. */
  late: Set<string>;
};

/** `sweepMs` is the step of log time at which the scorer looks for silent devices. */
export function truthOf(records: readonly LogRecord[], deviceClass: DeviceClass, sweepMs: number): Truth {
  const truth: Truth = { windows: new Map(), rejected: new Map(), late: new Set() };
  const decode = createDecode(new Map([[deviceClass.name, deviceClass]]), null);
  const extract = createExtractor(createFeatureSpec(deviceClass));
  const partitions = new Map<
    number,
    { devices: Map<string, { windows: DeviceWindows; lastSeenMs: number }>; logTimeMs: number }
  >();

  for (const record of records) {
    const { partition, offset, timestampMs } = record;
    const state = partitions.get(partition) ?? { devices: new Map(), logTimeMs: -Infinity };
    partitions.set(partition, state);
    const onWindow = ({ outcome, window }: ClosedWindow): void => {
      if (outcome === 'gappy') return;
      const { deviceId, startMs, endMs, coverage } = window;
      const features = extract(window.samples).slice();
      const isInterpolated = outcome === 'interpolated';
      truth.windows.set(keyOf(window), {
        deviceId,
        startMs,
        endMs,
        features,
        coverage,
        isInterpolated,
        partition,
        closedAt: offset,
      });
    };
    const isStep = Math.floor(timestampMs / sweepMs) > Math.floor(state.logTimeMs / sweepMs);
    state.logTimeMs = Math.max(state.logTimeMs, timestampMs);
    if (isStep)
      for (const { windows, lastSeenMs } of state.devices.values())
        if (state.logTimeMs - lastSeenMs > deviceClass.idleMs) closeAll(windows, onWindow);

    const decoded = decode(record);
    if (!('reading' in decoded)) {
      truth.rejected.set(`${record.topic}:${partition}:${offset}`, record);
      continue;
    }
    const { reading } = decoded;
    const device = state.devices.get(reading.deviceId) ?? {
      windows: createDeviceWindows(reading.deviceId, deviceClass),
      lastSeenMs: 0,
    };
    state.devices.set(reading.deviceId, device);
    device.lastSeenMs = Math.max(device.lastSeenMs, timestampMs);
    for (const start of startsOf(reading, deviceClass))
      if (start + deviceClass.window.samples <= device.windows.watermark)
        truth.late.add(keyOf({ deviceId: reading.deviceId, startMs: gridMs(start, deviceClass.rateHz) }));
    addReading(device.windows, reading, offset, onWindow);
  }
  return truth;
}

/** Grid index of the start of every window that holds a sample of the reading. */
function startsOf({ startMs, samples }: Reading, { rateHz, window }: DeviceClass): number[] {
  const first = gridIndex(startMs, rateHz);
  const oldest = Math.ceil((first - window.samples + 1) / window.hop);
  const newest = Math.floor((first + samples.length - 1) / window.hop);
  return Array.from({ length: newest - oldest + 1 }, (_, i) => (oldest + i) * window.hop);
}

export function keyOf({ deviceId, startMs }: { deviceId: string; startMs: number }): string {
  return `${deviceId} ${startMs}`;
}
