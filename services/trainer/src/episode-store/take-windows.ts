// Within one transaction: windows join their devices, of which each is read and written once; where there is no room, room is made.
import type { ScoredWindow } from '@tocsin/schemas';
import { noMarks, verdictOf } from '../intake/operator-marks.ts';
import { addWindow, amendWindow, makeFit, newDevice, openShelf, saveShelf, type Shelf } from './device-shelf.ts';
import type { StoreFiles } from './store-files.ts';
import { chunkKey, only } from './store-keys.ts';
import {
  deviceBytes,
  freshClass,
  marksBytes,
  noTotals,
  type ClassRecord,
  type DeviceRecord,
  type Totals,
} from './store-records.ts';
import { capacityFor, isOverfull, siftedFrom, type StoreLimits } from './store-room.ts';
import { chunkBytes, windowKey, windowsPerChunk, type StoredWindow } from './stored-window.ts';

/**
 * `amended`: in the place of an earlier revision of it; `repeated`: not newer than what is known of the device; `crowded`: there is
 * no room for one device more.
 */
export type WindowTaken = 'taken' | 'amended' | 'repeated' | 'crowded';

export type Taking = {
  window(window: ScoredWindow, d: number, heardMs: number, isNew: boolean): void;
  /** A label is news for the classes that its device is in. */
  label(deviceId: string, layouts: readonly { deviceClass: string }[]): void;
  /** So many bytes more are taken. */
  grow(bytes: number): void;
  /** Writes everything but the position; `ready` is what `openTaking` was given, as it is now. */
  save(): { windows: { deviceClass: string; taken: WindowTaken }[]; ready: Map<string, number> };
};

type TakingLimits = StoreLimits & { minWindows: number };
type Key = [deviceClass: string, deviceId: string];
type Open = Shelf & { key: Key; before: number };

/** What a transaction has in its hands. */
type Hands = {
  files: StoreFiles;
  limits: TakingLimits;
  totals: Totals;
  ready: Map<string, number>;
  classes: Map<string, ClassRecord>;
  shelves: Map<string, Open>;
  hasSearched: boolean;
};

/** Devices that one transaction looks at to make room. */
const sweptMax = 100;
/** Only a device that nothing has been heard of for so long gives way to another one, log time. */
const silentMs = 7 * 86_400_000;

export function openTaking(files: StoreFiles, limits: TakingLimits, readyBefore: ReadonlyMap<string, number>): Taking {
  const totals = { ...(files.totals.get(only) ?? noTotals) };
  const ready = new Map(readyBefore);
  const hands: Hands = { files, limits, totals, ready, classes: new Map(), shelves: new Map(), hasSearched: false };
  const windows: { deviceClass: string; taken: WindowTaken }[] = [];
  return {
    window(window, d, heardMs, isNew) {
      const taken = take(hands, window, d, heardMs);
      windows.push({ deviceClass: window.deviceClass, taken });
      if (taken === 'taken' && isNew) classOf(hands, window.deviceClass).freshWindows += 1;
    },
    label(deviceId, layouts) {
      for (const { deviceClass } of layouts) {
        const isIn = hands.shelves.has(nameOf([deviceClass, deviceId])) || files.devices.doesExist([deviceClass, deviceId]);
        if (isIn) classOf(hands, deviceClass).freshLabels += 1;
      }
    },
    grow(bytes) {
      totals.bytes += bytes;
    },
    save() {
      for (const shelf of hands.shelves.values()) put(hands, shelf);
      if (isOverfull(totals, limits)) siftOthers(hands);
      for (const [name, record] of hands.classes) files.classes.putSync(name, record);
      files.totals.putSync(only, totals);
      return { windows, ready };
    },
  };
}

function take(hands: Hands, window: ScoredWindow, d: number, heardMs: number): WindowTaken {
  const { files, totals, limits } = hands;
  const shelf = shelfOf(hands, window, d);
  if (shelf === null) return 'crowded';
  shelf.record.heardMs = Math.max(shelf.record.heardMs, heardMs);
  totals.heardMs = Math.max(totals.heardMs, heardMs);
  if (!addWindow(shelf, window))
    return window.revision !== undefined && amendWindow(files, shelf, window) ? 'amended' : 'repeated';
  const capacity = siftedFrom(capacityFor(d, totals.devices, limits), shelf.record.number, d);
  makeFit(files, shelf, capacity, () => labelledOf(files, window.deviceId));
  return 'taken';
}

/** Null where there is no room for one device more. */
function shelfOf(hands: Hands, { deviceClass, deviceId, specHash }: ScoredWindow, d: number): Open | null {
  const { files, totals, shelves } = hands;
  const key: Key = [deviceClass, deviceId];
  const known = shelves.get(nameOf(key));
  if (known !== undefined) return known;
  const stored = files.devices.get(key);
  if (stored === undefined) {
    if (!hasRoomForAnother(hands, d)) return null;
    totals.devices += 1;
    totals.bytes += deviceBytes;
    classOf(hands, deviceClass).devices += 1;
  }
  const isSame = stored?.specHash === specHash && stored.d === d;
  // What was measured otherwise cannot be compared: the device begins anew, in the same place.
  if (stored !== undefined && !isSame) totals.bytes -= removeChunks(files, stored);
  const record = isSame ? stored : newDevice(stored?.number ?? totals.nextNumber++, specHash, d);
  const open = { ...openShelf(files, record), key, before: stored?.windows ?? 0 };
  shelves.set(nameOf(key), open);
  return open;
}

function put({ files, totals, limits, ready }: Hands, shelf: Open): void {
  totals.bytes += saveShelf(files, shelf);
  files.devices.putSync(shelf.key, shelf.record);
  countReady(ready, shelf.key[0], limits.minWindows, shelf.before, shelf.record.windows);
}

function hasRoomForAnother(hands: Hands, d: number): boolean {
  const { totals, limits } = hands;
  const hasRoom = (): boolean => capacityFor(d, totals.devices + 1, limits) > 0;
  if (hasRoom() || hands.hasSearched) return hasRoom();
  hands.hasSearched = true;
  for (const { key, record } of nextDevices(hands)) if (record.heardMs < totals.heardMs - silentMs) remove(hands, key, record);
  return hasRoom();
}

/** Devices that nothing comes of have more windows than are their due by now. */
function siftOthers(hands: Hands): void {
  const { files, totals, limits } = hands;
  for (const { key, record } of nextDevices(hands)) {
    const shelf = { ...openShelf(files, record), key, before: record.windows };
    makeFit(files, shelf, capacityFor(record.d, totals.devices, limits), () => labelledOf(files, key[1]));
    put(hands, shelf);
  }
}

/** The next devices in turn, without those that are open in this transaction. */
function nextDevices({ files, totals, shelves }: Hands): { key: Key; record: DeviceRecord }[] {
  const after = totals.sweptTo === null ? {} : { start: totals.sweptTo, exclusiveStart: true };
  const next = [...files.devices.getRange({ ...after, limit: sweptMax })];
  totals.sweptTo = next.length < sweptMax ? null : (next.at(-1)?.key ?? null);
  return next.filter(({ key }) => !shelves.has(nameOf(key))).map(({ key, value }) => ({ key, record: value }));
}

function remove(hands: Hands, key: Key, record: DeviceRecord): void {
  const { files, totals, limits, ready } = hands;
  totals.bytes -= deviceBytes + removeChunks(files, record) + marksBytes(files.marks.get(key[1]) ?? null);
  files.marks.removeSync(key[1]);
  files.devices.removeSync(key);
  totals.devices -= 1;
  classOf(hands, key[0]).devices -= 1;
  countReady(ready, key[0], limits.minWindows, record.windows, 0);
}

/** Returns the bytes that are free now. */
function removeChunks({ chunks }: StoreFiles, { windows, number, d }: DeviceRecord): number {
  const count = Math.ceil(windows / windowsPerChunk(d));
  for (let chunk = 0; chunk < count; chunk++) chunks.removeSync(chunkKey(number, chunk));
  return count * chunkBytes(d);
}

function classOf({ files, classes }: Hands, name: string): ClassRecord {
  const record = classes.get(name) ?? { ...(files.classes.get(name) ?? freshClass) };
  classes.set(name, record);
  return record;
}

function labelledOf({ marks }: StoreFiles, deviceId: string): (window: StoredWindow) => boolean {
  const said = marks.get(deviceId) ?? noMarks;
  return (window) => verdictOf(said, window, windowKey) !== null;
}

function countReady(ready: Map<string, number>, deviceClass: string, least: number, before: number, after: number): void {
  const change = Number(after >= least) - Number(before >= least);
  if (change !== 0) ready.set(deviceClass, (ready.get(deviceClass) ?? 0) + change);
}

function nameOf([deviceClass, deviceId]: Key): string {
  return `${deviceClass}\n${deviceId}`;
}
