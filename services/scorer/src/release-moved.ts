// Lets go of devices that have moved to another partition before their silence here is told: their records come elsewhere.
import { CodecError, decodeDeviceState } from '@tocsin/models';
import { deviceStateKey } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { firstNeededOffset } from '@tocsin/windows';
import type { Partition, TrackedDevice } from './partition.ts';
import { awaitsSilence, isMissed } from './silence.ts';

/**
 * Asks the store about devices whose silence would be told by `logTimeMs`. One with open windows stays: whoever stores them learns of the
 * move, and its records are refused. Rejects when the store cannot be reached.
 */
export async function releaseMoved(state: Pick<StateStore, 'getMany'>, { devices }: Partition, logTimeMs: number): Promise<void> {
  const missed = [...devices.values()].filter((device) => isAboutToBeMissed(device, logTimeMs));
  if (missed.length === 0) return;
  const values = await state.getMany(missed.map((device) => deviceStateKey(device.state.deviceId)));
  missed.forEach((device, i) => {
    if (hasMoved(device, values[i] ?? null)) devices.delete(device.state.deviceId);
  });
}

function isAboutToBeMissed(device: TrackedDevice, logTimeMs: number): boolean {
  if (!isMissed(device, logTimeMs) || device.isDirty) return false;
  return awaitsSilence(device) && firstNeededOffset(device.windows) === Infinity;
}

function hasMoved({ state }: TrackedDevice, bytes: Uint8Array | null): boolean {
  if (bytes === null) return false;
  try {
    return (decodeDeviceState(bytes).claim?.moves ?? 0) > (state.claim?.moves ?? 0);
  } catch (error) {
    if (error instanceof CodecError) return false;
    throw error;
  }
}
