// Which devices are still to be noticed when they fall silent.
import type { DeviceClass, DeviceState } from '@tocsin/schemas';

/** True while the device's silence would be news: such a device is kept, and its last record is held in the log. */
export function awaitsSilence({ deviceClass, state }: { deviceClass: DeviceClass; state: DeviceState }): boolean {
  if (deviceClass.guards.silentMs === null) return false;
  const life = state.guards.lives.silent;
  return life === undefined || (life.open === null && !life.isDismissed);
}
