// Which devices are silent, and which are still to be noticed when they fall silent.
import type { DeviceClass, DeviceState } from '@tocsin/schemas';

type Heard = { deviceClass: DeviceClass; lastSeenMs: number };

/** Has nothing come of the device for longer than its class allows, in log time? */
export function isSilent({ deviceClass, lastSeenMs }: Heard, logTimeMs: number): boolean {
  const { silentMs } = deviceClass.guards;
  return silentMs !== null && logTimeMs - lastSeenMs > silentMs;
}

/**
 * True until the device's silence has been noticed, for at most `silentMs`: such a device is kept, and its last record is held in the
 * log. Also under maintenance, or it would depend on who is reading when that ends whether the device is missed.
 */
export function awaitsSilence({ deviceClass, state }: { deviceClass: DeviceClass; state: DeviceState }): boolean {
  if (deviceClass.guards.silentMs === null) return false;
  const life = state.guards.lives.silent;
  return life === undefined || (life.open === null && !life.isDismissed);
}
