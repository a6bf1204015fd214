// Puts what a slice changed into the store: model, alert life and frontier of each device in one value, newer wins.
import { encodeDeviceState } from '@tocsin/models';
import { deviceStateKey } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { Partition, TrackedDevice } from './partition.ts';
import { stateOrder } from './state-order.ts';

export type StoreDevices = (partition: Partition) => Promise<void>;

/** The store holds a newer state of a device than ours: another scorer owns it, or we replay without having seen its work. */
export class StateConflict extends Error {
  constructor(deviceIds: readonly string[]) {
    super(
      `${deviceIds.length} device(s), ${deviceIds.slice(0, 3).join(', ')}: the store holds a newer state; starting over from the last commit`,
    );
    this.name = 'StateConflict';
  }
}

/** Throws `StateConflict` where a compare-and-set lost. A retry after a lost answer meets its own write, which is no conflict. */
export function createStoreDevices(state: StateStore, onConflict: (devices: number) => void): StoreDevices {
  return async (partition) => {
    const dirty = [...partition.devices.values()].filter((device) => device.isDirty);
    if (dirty.length === 0) return;
    const entries = dirty.map(entryOf);
    const stored = await state.putIfNewer(entries);
    const lost = entries.filter((_, i) => !stored[i]);
    if (lost.length > 0) {
      const inStore = await state.getMany(lost.map((entry) => entry.key));
      const conflicts = lost.filter((entry, i) => !sameBytes(entry.value, inStore[i] ?? null));
      if (conflicts.length > 0) {
        onConflict(conflicts.length);
        throw new StateConflict(conflicts.map((entry) => entry.key));
      }
    }
    for (const device of dirty) device.isDirty = false;
  };
}

function entryOf({ state }: TrackedDevice): { key: string; order: number; value: Uint8Array } {
  return { key: deviceStateKey(state.deviceId), order: stateOrder(state), value: encodeDeviceState(state) };
}

function sameBytes(a: Uint8Array, b: Uint8Array | null): boolean {
  return b !== null && Buffer.compare(a, b) === 0;
}
