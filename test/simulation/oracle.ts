// What must come of a log, computed in one pass with nothing in between: every window with its features and the place where it
// closes, and every record that must be refused. Scores and alerts are in undisturbed.ts.
import { createExtractor, createFeatureSpec } from '@tocsin/features';
import { readingEndMs, type DeviceClass, type Reading } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import {
  addReading,
  closeAll,
  createDeviceClock,
  createDeviceWindows,
  followClock,
  forgetClock,
  gridIndex,
  gridMs,
  sealWindows,
  leapBoundMs,
  type Arrival,
  type ClosedWindow,
  type DeviceClock,
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
  const partitions = new Map<number, { devices: Map<string, TrueDevice>; logTimeMs: number }>();

  for (const record of records) {
    const { partition, offset, timestampMs } = record;
    const state = partitions.get(partition) ?? { devices: new Map<string, TrueDevice>(), logTimeMs: -Infinity };
    partitions.set(partition, state);
    const onWindow = (device: TrueDevice, { outcome, window, revision }: ClosedWindow): void => {
      const { deviceId, startMs, endMs, coverage } = window;
      if (revision === 0 && endMs <= device.frontierMs) return;
      device.frontierMs = Math.max(device.frontierMs, endMs);
      if (outcome === 'gappy') return;
      const features = extract(window.samples).slice();
      const isInterpolated = outcome === 'interpolated';
      truth.windows.set(keyOf({ ...window, revision }), {
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
    const refuse = ({ item: [refused] }: Arrival<Received>): void =>
      void truth.rejected.set(`${refused.topic}:${partition}:${refused.offset}`, refused);
    if (isStep)
      for (const [deviceId, device] of state.devices) {
        if (state.logTimeMs - device.lastSeenMs <= deviceClass.idleMs) continue;
        for (const each of forgetClock(device.clock)) refuse(each);
        closeAll(device.windows, (window) => onWindow(device, window));
        if (state.logTimeMs - device.lastSeenMs <= deviceClass.idleMs + (deviceClass.window.amendMs ?? 0)) continue;
        device.sealedMs = Math.max(device.sealedMs, gridMs(device.windows.watermark, deviceClass.rateHz));
        device.windows = createDeviceWindows(deviceId, deviceClass);
        sealWindows(device.windows, device.sealedMs);
      }

    const decoded = decode(record);
    if (!('reading' in decoded)) {
      truth.rejected.set(`${record.topic}:${partition}:${offset}`, record);
      continue;
    }
    const { reading } = decoded;
    const device = state.devices.get(reading.deviceId) ?? newDevice(reading.deviceId, deviceClass);
    state.devices.set(reading.deviceId, device);
    device.lastSeenMs = state.logTimeMs;
    const take = ([taken, each]: Received): void => {
      const { deviceId } = each;
      for (const start of startsOf(each, deviceClass)) {
        const endMs = gridMs(start + deviceClass.window.samples, deviceClass.rateHz);
        if (start + deviceClass.window.samples <= device.windows.watermark || endMs <= device.frontierMs)
          truth.late.add(keyOf({ deviceId, startMs: gridMs(start, deviceClass.rateHz) }));
      }
      addReading(device.windows, each, taken.offset, (window) => onWindow(device, window));
    };
    const { startMs } = reading;
    const arrival = { startMs, endMs: readingEndMs(reading), logMs: timestampMs, offset };
    const item: Received = [record, reading];
    const { refused, released, isTaken } = followClock(device.clock, { ...arrival, item }, leapBoundMs(deviceClass));
    refused.forEach(refuse);
    for (const each of released) take(each.item);
    if (isTaken) take(item);
  }
  return truth;
}

type Received = [record: LogRecord, reading: Reading];
type TrueDevice = {
  windows: DeviceWindows;
  clock: DeviceClock<Received>;
  lastSeenMs: number;
  frontierMs: number;
  sealedMs: number;
};

function newDevice(deviceId: string, deviceClass: DeviceClass): TrueDevice {
  return {
    windows: createDeviceWindows(deviceId, deviceClass),
    clock: createDeviceClock<Received>(),
    lastSeenMs: 0,
    frontierMs: -Infinity,
    sealedMs: -Infinity,
  };
}

/** Grid index of the start of every window that holds a sample of the reading. */
function startsOf({ startMs, samples }: Reading, { rateHz, window }: DeviceClass): number[] {
  const first = gridIndex(startMs, rateHz);
  const oldest = Math.ceil((first - window.samples + 1) / window.hop);
  const newest = Math.floor((first + samples.length - 1) / window.hop);
  return Array.from({ length: newest - oldest + 1 }, (_, i) => (oldest + i) * window.hop);
}

/** Revisions of a window are things of their own. */
export function keyOf({ deviceId, startMs, revision = 0 }: { deviceId: string; startMs: number; revision?: number }): string {
  return `${deviceId} ${startMs}${revision > 0 ? ` r${revision}` : ''}`;
}
