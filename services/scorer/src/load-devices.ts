// Brings devices that a slice of records needs into a partition: one read of the store for all of them.
import { noIncident, noScores } from '@tocsin/decisions';
import { CodecError, decodeDeviceState, emptySupport, type CodecErrorCode } from '@tocsin/models';
import {
  deviceStateKey,
  noGuards,
  noTeaching,
  noLabels,
  type DeviceClass,
  type DeviceState,
  type LogMessage,
  type Reading,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { createDeviceClock, createDeviceWindows, type WindowScratch } from '@tocsin/windows';
import type { Meter } from './meter.ts';
import type { Partition, TrackedDevice } from './partition.ts';

/** Where a device's memory came from. */
export type DeviceOrigin = 'stored' | 'new' | 'rebuilt_class' | 'rebuilt_spec' | `rebuilt_${CodecErrorCode}`;

export type ClassParts = { deviceClass: DeviceClass; specHash: string; d: number; scratch: WindowScratch };

export type DeviceLoader = (partition: Partition, readings: readonly Reading[]) => Promise<void>;

/** A state that is corrupt, or of another class or feature layout, is rebuilt from nothing but its place in the order of states, and counted. */
export function createDeviceLoader(
  state: Pick<StateStore, 'getMany'>,
  classes: ReadonlyMap<string, ClassParts>,
  meter: Pick<Meter, 'deviceLoaded' | 'deviceCache'>,
  note: LogMessage,
): DeviceLoader {
  return async (partition, readings) => {
    const missing = new Map<string, Reading>();
    for (const reading of readings) if (!partition.devices.has(reading.deviceId)) missing.set(reading.deviceId, reading);
    meter.deviceCache(readings.length - missing.size, missing.size);
    if (missing.size === 0) return;
    const wanted = [...missing.values()];
    const values = await state.getMany(wanted.map(({ deviceId }) => deviceStateKey(deviceId)));
    wanted.forEach((reading, i) => {
      const parts = classes.get(reading.deviceClass)!;
      const { restored, origin } = restore(reading.deviceId, parts, values[i] ?? null, note);
      meter.deviceLoaded(origin);
      partition.devices.set(reading.deviceId, track(restored, parts, origin === 'stored'));
    });
  };
}

function track(state: DeviceState, { deviceClass, scratch }: ClassParts, isInStore: boolean): TrackedDevice {
  const windows = createDeviceWindows(state.deviceId, deviceClass, scratch);
  const unseen = { closedWatermark: -Infinity, lastSeenMs: -Infinity, lastOffset: -1, skewMs: 0, labelsSeen: -1 };
  const clock: TrackedDevice['clock'] = createDeviceClock();
  return { deviceClass, windows, clock, state, bundle: null, model: null, likeness: null, ...unseen, isDirty: false, isInStore };
}

function restore(
  deviceId: string,
  parts: ClassParts,
  bytes: Uint8Array | null,
  note: LogMessage,
): { restored: DeviceState; origin: DeviceOrigin } {
  if (bytes === null) return { restored: newState(deviceId, parts), origin: 'new' };
  try {
    const stored = decodeDeviceState(bytes);
    requireOwn(stored, deviceId, parts);
    if (stored.deviceClass !== parts.deviceClass.name)
      return { restored: newState(deviceId, parts, stored), origin: 'rebuilt_class' };
    if (stored.specHash !== parts.specHash) return { restored: newState(deviceId, parts, stored), origin: 'rebuilt_spec' };
    return { restored: stored, origin: 'stored' };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    note('warn', 'a device state cannot be read and is rebuilt', { deviceId, error: error.message });
    return { restored: newState(deviceId, parts), origin: `rebuilt_${error.code}` };
  }
}

/** Throws CodecError for a state that somebody has put under the key of another device, or cut to another length. */
function requireOwn({ deviceId, specHash, support }: DeviceState, wantedId: string, parts: ClassParts): void {
  if (deviceId !== wantedId) throw new CodecError('foreign', `the state of device '${deviceId.slice(0, 60)}'`);
  if (specHash === parts.specHash && support.sum.length !== parts.d)
    throw new CodecError('malformed', `${support.sum.length} features, expected ${parts.d}`);
}

const nowhere = { frontierMs: -Infinity, revision: 0 };

function newState(
  deviceId: string,
  { deviceClass, specHash, d }: ClassParts,
  { frontierMs, revision }: Pick<DeviceState, 'frontierMs' | 'revision'> = nowhere,
): DeviceState {
  return {
    deviceId,
    deviceClass: deviceClass.name,
    specHash,
    frontierMs,
    revision,
    support: emptySupport(d),
    modelVersion: 0,
    ...noScores,
    incident: noIncident,
    labels: noLabels,
    guards: noGuards,
    teaching: noTeaching,
  };
}
