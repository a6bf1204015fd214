// The windows of all devices of one class, as the topic tells them. In memory: whoever starts reads the topic again.
import type { QualityFlag, ScoredWindow } from '@tocsin/schemas';
import type { DeviceHistory } from '../episodes/teaching-device.ts';
import { amendWindow, noWindows, takeWindow, type DeviceWindows, type WindowBounds } from './device-windows.ts';
import type { OperatorMarks } from './operator-marks.ts';

/**
 * `amended`: in the place of an earlier revision of it; `unfit`: too full of holes, taken under maintenance or while a guard said that the signal was wrong; `other_spec`: features of another layout;
 * `crowded`: one device more than are remembered.
 */
export type Taken = 'taken' | 'amended' | 'repeated' | 'unfit' | 'other_spec' | 'crowded';

const unfit: readonly QualityFlag[] = ['gappy', 'maintenance', 'guarded'];

export type ClassWindows = {
  take(window: ScoredWindow): Taken;
  /** Devices with at least so many windows kept. */
  devicesWith(windows: number): number;
  histories(marks: OperatorMarks): DeviceHistory[];
};

/** Remembers the first `devices` devices of a class with this feature spec, `bounds` of each. */
export function createClassWindows(specHash: string, devices: number, bounds: WindowBounds): ClassWindows {
  const byDevice = new Map<string, DeviceWindows>();

  return {
    take(window) {
      if (window.specHash !== specHash) return 'other_spec';
      if (unfit.some((flag) => window.flags.includes(flag))) return 'unfit';
      let device = byDevice.get(window.deviceId);
      if (device === undefined) {
        if (byDevice.size >= devices) return 'crowded';
        device = noWindows();
        byDevice.set(window.deviceId, device);
      }
      if (takeWindow(device, window, bounds)) return 'taken';
      return window.revision !== undefined && amendWindow(device, window) ? 'amended' : 'repeated';
    },
    devicesWith: (windows) => [...byDevice.values()].filter(({ kept }) => kept.length >= windows).length,
    histories: (marks) => [...byDevice].map(([deviceId, device]) => historyOf(deviceId, device, marks)),
  };
}

/** Kept windows, and suspicious ones only where an operator said what they were: alone they would outnumber the rest. */
function historyOf(deviceId: string, { kept, suspicious }: DeviceWindows, marks: OperatorMarks): DeviceHistory {
  const known = new Set(kept);
  const further = suspicious.filter((window) => !known.has(window));
  const judged = [...kept, ...further].map((window) => ({ ...window, verdict: marks.verdictOf(deviceId, window) }));
  const windows = judged.filter(({ verdict }, at) => at < kept.length || verdict !== null);
  return { deviceId, windows: windows.sort((one, other) => one.startMs - other.startMs) };
}
