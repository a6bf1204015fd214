// When each device took up a bundle or a label, as the store was told of it: the order that decides what its windows are scored under.
import { decodeDeviceState } from '@tocsin/models';
import { noChanges } from '@tocsin/schemas';
import type { OrderedEntry } from '@tocsin/state';

/** From the record at `position` on, the device is scored under this bundle and, besides what was before, these labels. */
export type Switch = { deviceId: string; position: number; version: number; labelKeys: readonly string[] };

export type Switches = {
  /** A state that the store took from a process about to walk the record at `position(deviceId)`. */
  stored(entry: OrderedEntry, position: (deviceId: string) => number): void;
  /** Something of these devices was lost: what is said of them from now on is no order any more. */
  freeze(isLost: (deviceId: string) => boolean): void;
  all(): readonly Switch[];
};

export function createSwitches(): Switches {
  const switches: Switch[] = [];
  const latest = new Map<string, { version: number; from: number; labelKeys: Set<string> }>();
  /** How far the log had been walked for the device when anything of it was stored. Whoever slept through that stores on top of it. */
  const reached = new Map<string, number>();
  const frozen: ((deviceId: string) => boolean)[] = [];

  return {
    stored({ key: place, order, value }, position) {
      const at = Math.max(position(/\{(.*)\}/.exec(place)![1]), reached.get(place) ?? 0);
      reached.set(place, at);
      // A whole number is a frontier: the state of a window, which neither a bundle nor a label has changed.
      if (order > 0 && Number.isInteger(order)) return;
      const { deviceId, modelVersion, labels, changes = noChanges } = decodeDeviceState(value);
      if (frozen.some((isLost) => isLost(deviceId))) return;
      const before = latest.get(deviceId);
      // A device that goes back does so by itself, at a window, whoever computes it.
      const hasGoneBack = before !== undefined && changes.refused === before.version && modelVersion === before.from;
      const version = hasGoneBack ? before.version : modelVersion;
      const from = changes.watched?.kind === 'bundle' ? changes.watched.from : (before?.from ?? 0);
      const standing = labels.verdicts.map(({ labelKey }) => labelKey);
      const labelKeys = standing.filter((key) => before?.labelKeys.has(key) !== true);
      if (before?.version === version && labelKeys.length === 0) return;
      latest.set(deviceId, { version, from, labelKeys: new Set([...(before?.labelKeys ?? []), ...standing]) });
      switches.push({ deviceId, position: at, version, labelKeys });
    },
    freeze: (isLost) => void frozen.push(isLost),
    all: () => switches,
  };
}
