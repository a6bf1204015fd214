// Puts what a slice changed into the store: model, alert life and frontier of each device in one value, newer wins.
import { CodecError, decodeDeviceState, encodeDeviceState } from '@tocsin/models';
import { deviceStateKey } from '@tocsin/schemas';
import type { OrderedEntry, StateStore } from '@tocsin/state';
import type { Partition, TrackedDevice } from './partition.ts';
import { stateOrder } from './state-order.ts';

export type StoreDevices = (partition: Partition) => Promise<void>;

type DeviceEntry = OrderedEntry & { deviceId: string; over: number };

/** The store holds a newer state of a device than ours: another scorer owns it, or we replay without having seen its work. */
export class StateConflict extends Error {
  readonly deviceIds: readonly string[];

  constructor(deviceIds: readonly string[]) {
    super(
      `${deviceIds.length} device(s), ${deviceIds.slice(0, 3).join(', ')}: the store holds a newer state; starting over from the last commit`,
    );
    this.name = 'StateConflict';
    this.deviceIds = deviceIds;
  }
}

/**
 * Throws `StateConflict` where the store holds what we have not read. A retry after a lost answer meets its own write, which is no conflict; nor is
 * what cannot be read, or claims to be newer than it is: damage must not keep a device's state out of the store for ever.
 */
export function createStoreDevices(state: StateStore, onConflict: (devices: number) => void): StoreDevices {
  function giveWay(entries: readonly DeviceEntry[]): void {
    if (entries.length === 0) return;
    onConflict(entries.length);
    throw new StateConflict(entries.map(({ deviceId }) => deviceId));
  }

  async function settle(lost: readonly DeviceEntry[]): Promise<void> {
    const inStore = await state.getMany(lost.map((entry) => entry.key));
    const foreign = lost.flatMap((entry, i) => {
      const bytes = inStore[i] ?? null;
      return sameBytes(entry.value, bytes) ? [] : [{ entry, mayGo: isDamaged(bytes, entry) }];
    });
    giveWay(foreign.flatMap(({ entry, mayGo }) => (mayGo ? [] : [entry])));
    if (foreign.length === 0) return;
    const damaged = foreign.map(({ entry }) => entry);
    await state.remove(damaged.map((entry) => entry.key));
    const stored = await state.putIfNewer(damaged);
    giveWay(damaged.filter((_, i) => !stored[i]));
  }

  return async (partition) => {
    const dirty = [...partition.devices.values()].filter((device) => device.isDirty);
    if (dirty.length === 0) return;
    const entries = dirty.map(entryOf);
    const stored = await state.putIfNewer(entries);
    const lost = entries.filter((_, i) => !stored[i]);
    if (lost.length > 0) await settle(lost);
    dirty.forEach((device, i) => {
      device.isDirty = false;
      device.storedOrder = entries[i].order;
    });
  };
}

/** Is what kept an entry out not a later state of its device than we knew of? What a later release wrote is not for us to judge. */
function isDamaged(bytes: Uint8Array | null, { key, over }: DeviceEntry): boolean {
  if (bytes === null) return true;
  try {
    const there = decodeDeviceState(bytes);
    return deviceStateKey(there.deviceId) !== key || stateOrder(there) <= over;
  } catch (error) {
    return error instanceof CodecError && error.code !== 'newer_version';
  }
}

function entryOf({ state, storedOrder }: TrackedDevice): DeviceEntry {
  return {
    deviceId: state.deviceId,
    key: deviceStateKey(state.deviceId),
    order: stateOrder(state),
    over: storedOrder,
    value: encodeDeviceState(state),
  };
}

function sameBytes(a: Uint8Array, b: Uint8Array | null): boolean {
  return b !== null && Buffer.compare(a, b) === 0;
}
