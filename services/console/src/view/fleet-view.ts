// Everything that is remembered of all devices, within a bound: the more devices there are, the fewer windows of each.
import type { Alert, DeviceClass, ScoredWindow } from '@tocsin/schemas';
import { emptyDevice, noteProgress, type DeviceView } from './device-view.ts';
import { pushWindow, ringBytesPerWindow, shrinkRing } from './score-ring.ts';

export type FleetView = {
  devices: ReadonlyMap<string, DeviceView>;
  /** Ids from A to Z. */
  names(): readonly string[];
  /** True where it was news. */
  window(scored: ScoredWindow, loggedMs: number): boolean;
  /** Tells a device of an alert of its own; where the alert is over, that it is. */
  alert(alert: Alert): void;
  deviceOf(deviceId: string, deviceClass: string): DeviceView;
  /** Time of the newest window in the log; -Infinity for none. */
  logTimeMs(): number;
  /** Windows that may be kept of a device now. */
  windowsMax(): number;
  /** Devices that were forgotten because there were too many. */
  forgotten(): number;
};

export type FleetBounds = { devicesMax: number; historyWindows: number; historyBytes: number };

const leastWindows = 32;
/** Devices that say nothing any more make room, too, when the allowance has become so much less. */
const shrinkAt = 0.9;
const collator = new Intl.Collator('en', { numeric: true });

export function createFleetView(classes: ReadonlyMap<string, DeviceClass>, bounds: FleetBounds): FleetView {
  const devices = new Map<string, DeviceView>();
  let names: string[] | null = null;
  let logTimeMs = -Infinity;
  let forgotten = 0;
  let shrunkTo = bounds.historyWindows;

  const windowsMax = () => {
    const share = Math.floor(bounds.historyBytes / ringBytesPerWindow / Math.max(1, devices.size));
    return Math.max(leastWindows, Math.min(bounds.historyWindows, share));
  };

  /** Of a sample of those that have been here longest, the one that has been quiet longest and has no open alert. */
  function makeRoom(): void {
    if (devices.size < bounds.devicesMax) return;
    let quietest: DeviceView | null = null;
    let looked = 0;
    for (const device of devices.values()) {
      if (device.open.size === 0 && (quietest === null || device.seenMs < quietest.seenMs)) quietest = device;
      if (++looked >= 200 && quietest !== null) break;
    }
    const [first] = devices.keys();
    devices.delete(quietest?.deviceId ?? first);
    forgotten += 1;
    names = null;
  }

  function deviceOf(deviceId: string, deviceClass: string): DeviceView {
    const known = devices.get(deviceId);
    if (known !== undefined) return known;
    makeRoom();
    const device = emptyDevice(deviceId, deviceClass);
    devices.set(deviceId, device);
    names = null;
    shrinkAll();
    return device;
  }

  /** Some dozen times at most, however many devices come. */
  function shrinkAll(): void {
    const allowed = windowsMax();
    if (allowed > shrinkAt * shrunkTo && (allowed > leastWindows || shrunkTo === leastWindows)) return;
    for (const { ring } of devices.values()) shrinkRing(ring, allowed);
    shrunkTo = allowed;
  }

  return {
    devices,
    names: () => (names ??= [...devices.keys()].sort(collator.compare)),
    deviceOf,
    window(scored, loggedMs) {
      const device = deviceOf(scored.deviceId, scored.deviceClass);
      device.deviceClass = scored.deviceClass;
      logTimeMs = Math.max(logTimeMs, loggedMs);
      const outcome = pushWindow(device.ring, scored, windowsMax());
      if (outcome === 'known') return false;
      device.seenMs = Math.max(device.seenMs, loggedMs);
      if (outcome === 'added') {
        noteProgress(device, scored, classes.get(scored.deviceClass)?.supportWindows ?? 0);
        device.latest = scored;
      }
      return true;
    },
    alert(alert) {
      const { open } = deviceOf(alert.deviceId, alert.deviceClass);
      if (alert.state === 'closed') open.delete(alert.alertId);
      else open.set(alert.alertId, alert);
    },
    logTimeMs: () => logTimeMs,
    windowsMax,
    forgotten: () => forgotten,
  };
}
