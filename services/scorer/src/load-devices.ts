// Brings devices that a slice of records needs into a partition: one read of the store for all of them.
import { calendarOf, closeForgotten, noIncident, noScores } from '@tocsin/decisions';
import { CodecError, decodeDeviceState, emptySupport, type CodecErrorCode } from '@tocsin/models';
import {
  deviceStateKey,
  noGuards,
  noTeaching,
  noLabels,
  rejected,
  type DeviceClass,
  type DeviceState,
  type LogMessage,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { createDeviceClock, createDeviceWindows, type WindowScratch } from '@tocsin/windows';
import type { Meter } from './meter.ts';
import { claimDevice, type Refusal } from './claims.ts';
import type { Partition, Received, TrackedDevice } from './partition.ts';
import { releaseMoved } from './release-moved.ts';
import { stateOrder } from './state-order.ts';

/** Where a device's memory came from. */
export type DeviceOrigin =
  | 'stored'
  | 'new'
  | 'rebuilt_class'
  | 'rebuilt_spec'
  | `rebuilt_${Exclude<CodecErrorCode, 'newer_version'>}`;

export type ClassParts = { deviceClass: DeviceClass; specHash: string; d: number; scratch: WindowScratch };

/** Devices whose records are not to be taken here are found among `refused` afterwards, the others among `devices`. */
export type DeviceLoader = (partition: Partition, received: readonly Received[]) => Promise<void>;

/**
 * A state that is corrupt, or of another class or feature layout, is rebuilt from nothing but its place in the order of states, and counted.
 * One that a later release wrote is left alone, and so is its device.
 */
export function createDeviceLoader(
  state: Pick<StateStore, 'getMany'>,
  classes: ReadonlyMap<string, ClassParts>,
  meter: Pick<Meter, 'deviceLoaded' | 'deviceCache'>,
  note: LogMessage,
): DeviceLoader {
  function bring({ devices, refused }: Partition, { record, reading }: Received, bytes: Uint8Array | null): void {
    const { deviceId } = reading;
    const parts = classes.get(reading.deviceClass)!;
    const found = restore(deviceId, parts, bytes, note);
    if (found === null) return void refused.set(deviceId, newerState(parts, { record, reading }));
    const { restored, origin } = found;
    const storedOrder = stateOrder(restored);
    const refusal = claimDevice(restored, parts.deviceClass, record);
    if (refusal !== null) return void refused.set(deviceId, refusal);
    refused.delete(deviceId);
    meter.deviceLoaded(origin);
    const device = track(restored, parts, { isInStore: origin === 'stored', storedOrder });
    devices.set(deviceId, device);
    if (!device.isInStore) return;
    // Stored again before anything of it is sent: whatever its last owner still brings comes too late, and is refused.
    device.state.revision += 1;
    device.isDirty = true;
  }

  return async (partition, received) => {
    const logTimeMs = received.reduce((latest, { record }) => Math.max(latest, record.timestampMs), partition.logTimeMs);
    await releaseMoved(state, partition, logTimeMs);
    const missing = new Map<string, Received>();
    for (const each of received)
      if (!isKnown(partition, each) && !missing.has(each.reading.deviceId)) missing.set(each.reading.deviceId, each);
    meter.deviceCache(received.length - missing.size, missing.size);
    if (missing.size === 0) return;
    const wanted = [...missing.values()];
    const values = await state.getMany(wanted.map(({ reading }) => deviceStateKey(reading.deviceId)));
    wanted.forEach((each, i) => bring(partition, each, values[i] ?? null));
  };
}

function isKnown({ devices, refused }: Partition, { record, reading }: Received): boolean {
  const refusal = refused.get(reading.deviceId);
  return devices.has(reading.deviceId) || (refusal !== undefined && record.timestampMs <= refusal.untilMs);
}

/** Whatever this release made of the device could not be stored; its records wait among the dead letters. */
function newerState({ deviceClass }: ClassParts, { record, reading }: Received): Refusal {
  const found = `the state of device '${reading.deviceId.slice(0, 60)}' was stored by a later release`;
  const advice = 'upgrade this scorer, or remove the state to begin with the device anew; then redrive';
  return { ...rejected('newer_state', `${found}; ${advice}`), untilMs: record.timestampMs + deviceClass.idleMs };
}

function track(
  state: DeviceState,
  { deviceClass, scratch }: ClassParts,
  inStore: Pick<TrackedDevice, 'isInStore' | 'storedOrder'>,
): TrackedDevice {
  const windows = createDeviceWindows(state.deviceId, deviceClass, scratch);
  const never = { closedWatermark: -Infinity, lastSeenMs: -Infinity, excusedMs: -Infinity };
  const unseen = { ...never, lastOffset: -1, skewMs: 0, labelsSeen: -1 };
  const clock: TrackedDevice['clock'] = createDeviceClock();
  const calendar = calendarOf(deviceClass.maintenance ?? [], state.deviceId);
  return {
    deviceClass,
    calendar,
    windows,
    clock,
    state,
    bundle: null,
    model: null,
    likeness: null,
    ...unseen,
    isDirty: false,
    ...inStore,
  };
}

/** Null where a later release has stored it. */
function restore(
  deviceId: string,
  parts: ClassParts,
  bytes: Uint8Array | null,
  note: LogMessage,
): { restored: DeviceState; origin: DeviceOrigin } | null {
  if (bytes === null) return { restored: newState(deviceId, parts), origin: 'new' };
  try {
    const stored = decodeDeviceState(bytes);
    requireOwn(stored, deviceId, parts);
    const isOfClass = stored.deviceClass === parts.deviceClass.name;
    if (isOfClass && stored.specHash === parts.specHash) return { restored: stored, origin: 'stored' };
    return { restored: madeAnew(stored, parts), origin: isOfClass ? 'rebuilt_spec' : 'rebuilt_class' };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    if (error.code === 'newer_version') return null;
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

/** Knows nothing but its place in the order of states, and owes the end of what was open. */
function madeAnew(stored: DeviceState, parts: ClassParts): DeviceState {
  const { deviceId, deviceClass, modelVersion, support, owed = [] } = stored;
  const { channels } = parts.deviceClass;
  const facts = { deviceId, deviceClass, modelVersion, supportWindows: support.learned, channels };
  const closings = [...owed, ...closeForgotten(stored, facts)];
  return { ...newState(deviceId, parts, stored), ...(closings.length === 0 ? {} : { owed: closings }) };
}

const nowhere = { frontierMs: -Infinity, revision: 0 };

function newState(
  deviceId: string,
  { deviceClass, specHash, d }: ClassParts,
  { frontierMs, revision, claim }: Pick<DeviceState, 'frontierMs' | 'revision' | 'claim'> = nowhere,
): DeviceState {
  return {
    deviceId,
    deviceClass: deviceClass.name,
    specHash,
    frontierMs,
    revision,
    ...(claim === undefined ? {} : { claim }),
    support: emptySupport(d),
    modelVersion: 0,
    ...noScores,
    incident: noIncident,
    labels: noLabels,
    guards: noGuards,
    teaching: noTeaching,
  };
}
