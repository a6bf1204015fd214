// Keeps the samples of windows that open an alert, for people to look at. A picture is worth no batch: nothing waits for the store
// here, and what it refuses is said and forgotten.
import { encodeKeptWindow } from '@tocsin/models';
import { keptWindowKey, type Alert, type DeviceClass, type LogMessage, type Window } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';

/** Called in the walk, while the samples of `window` are still there. */
export type KeepWindow = (
  alert: Pick<Alert, 'alertId' | 'deviceId' | 'state'>,
  windowId: string,
  window: Window,
  deviceClass: Pick<DeviceClass, 'channels' | 'rateHz'>,
) => void;

/** Of a fleet that alarms as one, so many are written at once; the others have no picture. */
const underWayMax = 64;

/** Whoever computes a window again writes the same bytes to the same place, where they are no news. */
export function createKeepWindows(state: Pick<StateStore, 'putIfNewer'>, note: LogMessage): KeepWindow {
  let underWay = 0;
  let isTold = false;

  async function keep(key: string, order: number, value: Uint8Array): Promise<void> {
    underWay += 1;
    try {
      await state.putIfNewer([{ key, order, value }]);
      isTold = false;
    } catch (error) {
      if (!isTold) note('warn', 'samples of alerts are not kept: the store does not take them', { error: String(error) });
      isTold = true;
    } finally {
      underWay -= 1;
    }
  }

  return ({ alertId, deviceId, state: life }, windowId, { startMs, endMs, samples }, { channels, rateHz }) => {
    if (life !== 'opened' || underWay >= underWayMax || !samples.every(Number.isFinite)) return;
    const value = encodeKeptWindow({ deviceId, alertId, windowId, startMs, endMs, rateHz, channels, samples });
    if (value !== null) void keep(keptWindowKey(deviceId, alertId), endMs, value);
  };
}
