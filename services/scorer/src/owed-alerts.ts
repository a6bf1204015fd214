// Alerts that a label closed and that may not have been said yet. They lie in the device's state, so whoever loads it says them, again or for
// the first time, and always the same.
import type { Alert } from '@tocsin/schemas';
import type { TrackedDevice } from './partition.ts';

/** To be said once the state has been stored. */
export function owe({ state }: TrackedDevice, alerts: readonly Alert[]): void {
  if (alerts.length > 0) state.owed = [...(state.owed ?? []), ...alerts];
}

/** All that these devices owe; `strikeOff` forgets it, with the next state of each that is stored. */
export function owedBy(devices: Iterable<TrackedDevice>): { alerts: readonly Alert[]; strikeOff(): void } {
  const owing = [...devices].filter(({ state }) => state.owed !== undefined);
  return {
    alerts: owing.flatMap(({ state }) => state.owed ?? []),
    strikeOff() {
      for (const device of owing) {
        delete device.state.owed;
        device.state.revision += 1;
        device.isDirty = true;
      }
    },
  };
}
