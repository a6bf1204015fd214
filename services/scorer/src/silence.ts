// Which devices are silent, and which are still to be noticed when they fall silent.
import type { DeviceClass, DeviceState } from '@tocsin/schemas';

type Heard = { deviceClass: DeviceClass; lastSeenMs: number };
type Excused = Heard & { excusedMs: number };

/** Has nothing come of the device for longer than its class allows, in log time? */
export function isSilent({ deviceClass, lastSeenMs }: Heard, logTimeMs: number): boolean {
  const { silentMs } = deviceClass.guards;
  return silentMs !== null && logTimeMs - lastSeenMs > silentMs;
}

/**
 * The partition goes on at `toMs` after its last record at `fromMs`, log time. Where nobody sent anything for longer than the device may, and it
 * was not silent before, it has as long again from now on. Once: who is still not there at the next pause is missed.
 */
export function excusePause(device: Excused, fromMs: number, toMs: number): void {
  const { silentMs } = device.deviceClass.guards;
  if (silentMs !== null && toMs - fromMs > silentMs && !isSilent(device, fromMs)) device.excusedMs = toMs;
}

/** Is the device silent, also from the end of a pause that it is excused for? */
export function isMissed({ deviceClass, lastSeenMs, excusedMs }: Excused, logTimeMs: number): boolean {
  return isSilent({ deviceClass, lastSeenMs: Math.max(lastSeenMs, excusedMs) }, logTimeMs);
}

/**
 * True until the device's silence has been noticed, for at most `silentMs`, or that after a pause: such a device is kept, and its last record is held in the
 * log. Also under maintenance, or it would depend on who is reading when that ends whether the device is missed.
 */
export function awaitsSilence({ deviceClass, state }: { deviceClass: DeviceClass; state: DeviceState }): boolean {
  if (deviceClass.guards.silentMs === null) return false;
  const life = state.guards.lives.silent;
  return life === undefined || (life.open === null && !life.isDismissed);
}
