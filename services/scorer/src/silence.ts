// Which devices are still to be noticed when they fall silent.
import { isUnderMaintenance } from '@tocsin/decisions';
import type { DeviceClass, DeviceState } from '@tocsin/schemas';

/**
 * True while the device's silence would be news: such a device is kept, and its last record is held in the log, for at most
 * `silentMs`. A device under maintenance is not waited for; switched off then, it is not missed afterwards.
 */
export function awaitsSilence(
  { deviceClass, state }: { deviceClass: DeviceClass; state: DeviceState },
  logTimeMs: number,
): boolean {
  if (deviceClass.guards.silentMs === null || isUnderMaintenance(state.labels, logTimeMs)) return false;
  const life = state.guards.lives.silent;
  return life === undefined || (life.open === null && !life.isDismissed);
}
