// What the trainer remembers of the log, on disk and bounded: windows of every device, what was said of them, and where each partition
// has been read to. A batch and its position are one transaction, so a crash loses nothing and counts nothing twice.
import type { Alert, Label, LogMessage, ScoredWindow, Verdict } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { noMarks, withAlert, withLabel } from '../intake/operator-marks.ts';
import { loadEpisodes, type Episodes, type EpisodeChoice } from './load-episodes.ts';
import { fingerprintOf, isReplaced } from './resume-position.ts';
import { closeFiles, openFiles, putAside, type StoreFiles } from './store-files.ts';
import { only } from './store-keys.ts';
import { StoreBroken, storeErrorOf } from './store-errors.ts';
import { freshClass, marksBytes, noTotals, type ClassRecord, type Position, type Totals } from './store-records.ts';
import type { StoreLimits } from './store-room.ts';
import { openTaking, type Taking, type WindowTaken } from './take-windows.ts';

/** What a record of the log says; windows have passed `whyRefused`. `isNew`: no bundle has learned from it yet. */
export type StoreItem =
  | { kind: 'window'; window: ScoredWindow; d: number; isNew: boolean }
  | { kind: 'alert'; alert: Alert }
  | { kind: 'label'; label: Label };

/** Consecutive records of a partition, and the items of those that say something. */
export type StoreBatch = {
  topic: string;
  partition: number;
  records: readonly LogRecord[];
  items: readonly { offset: number; item: StoreItem }[];
};

/** `replaced`: the partition is not the one that was read before; its position is forgotten and nothing was taken. */
export type TakeResult =
  | { outcome: 'stored'; windows: readonly { deviceClass: string; taken: WindowTaken }[] }
  | { outcome: 'replaced' };

export type ClassSummary = ClassRecord & { ready: number };
export type StoreSummary = Pick<Totals, 'devices' | 'bytes'> & { directory: string };

export type EpisodeStore = {
  /** Stores a batch and how far it reaches, or nothing; records that have been stored before are passed over. */
  take(batch: StoreBatch): TakeResult;
  position(topic: string, partition: number): Position | null;
  /** Partitions of a topic that are known, whether or not there was anything to read in them. */
  partitionsOf(topic: string): number[];
  /** A partition that is not known is from now on, and is read from there. */
  noteStart(topic: string, partition: number, next: number): void;
  /** Reads a topic, or a partition of it, again: windows that are known are recognised. */
  forgetPositions(topic: string, partition?: number): void;
  /** `ready`: devices with so many windows as the store was opened for. */
  classOf(deviceClass: string): ClassSummary;
  /** A meta-update is done that has learned from so much; what came since is news for the next one. */
  learned(deviceClass: string, from: Pick<ClassRecord, 'freshWindows' | 'freshLabels'>): void;
  load(deviceClass: string, choice: EpisodeChoice): Episodes;
  summary(): StoreSummary;
  /** How often it was made anew since it was opened. */
  generation(): number;
  /** Puts a broken store aside and starts an empty one; returns where the old one lies. */
  startAnew(): Promise<string>;
  close(): Promise<void>;
};

export type EpisodeStoreOptions = StoreLimits & {
  directory: string;
  /** Of a store that is made now. */
  seed: number;
  /** Classes in use with the hash of their features. A layout that the store has not been fed with makes it read `windowsTopic` again. */
  layouts: readonly { deviceClass: string; specHash: string }[];
  windowsTopic: string;
  /** Windows with which a device counts as ready. */
  minWindows: number;
  note: LogMessage;
  now(): number;
};

/** What there is to be learned from in a label. */
const news: readonly Verdict[] = ['real', 'false-alarm'];

/** The store while it is open; `files` are others after it has been made anew. */
type Opened = { options: EpisodeStoreOptions; files: StoreFiles; ready: Map<string, number>; generation: number };

/**
 * Opens the store of one trainer, creating it where missing; a broken one is put aside and made anew. All calls throw `StoreUnwritable`
 * or `StoreBroken`.
 */
export function openEpisodeStore(options: EpisodeStoreOptions): EpisodeStore {
  const { directory, now } = options;
  const opened: Opened = { options, ...openOrAnew(options), generation: 0 };
  noteLayouts(opened);
  return {
    take: (batch) => take(opened, batch),
    position: (topic, partition) => read(opened, ({ positions }) => positions.get([topic, partition]) ?? null),
    partitionsOf: (topic) => read(opened, (files) => partitionsOf(files, topic)),
    noteStart: (topic, partition, next) =>
      write(opened, ({ positions }) => {
        if (positions.get([topic, partition]) === undefined) positions.putSync([topic, partition], { next, last: null });
      }),
    forgetPositions: (topic, partition) =>
      write(opened, (files) => forget(files, topic, partition === undefined ? partitionsOf(files, topic) : [partition])),
    classOf: (name) =>
      read(opened, ({ classes }) => ({ ...(classes.get(name) ?? freshClass), ready: opened.ready.get(name) ?? 0 })),
    learned: (name, from) =>
      write(opened, (files) => files.classes.putSync(name, learnedFrom(files.classes.get(name), from, now()))),
    load: (name, choice) => read(opened, (files) => loadEpisodes(files, name, choice)),
    summary() {
      const { devices, bytes } = read(opened, ({ totals }) => totals.get(only) ?? noTotals);
      return { directory, devices, bytes };
    },
    generation: () => opened.generation,
    async startAnew() {
      await opened.files.env.close().catch(() => undefined);
      const aside = putAside(directory);
      Object.assign(opened, { files: openFiles({ directory, seed: options.seed, nowMs: now() }), ready: new Map() });
      opened.generation += 1;
      noteLayouts(opened);
      return aside;
    },
    close: () => closeFiles(opened.files, directory),
  };
}

function openOrAnew({ directory, seed, minWindows, note, now }: EpisodeStoreOptions): Pick<Opened, 'files' | 'ready'> {
  const opening = { directory, seed, nowMs: now() };
  try {
    const files = openFiles(opening);
    return { files, ready: countReady(files, minWindows) };
  } catch (error) {
    const failed = storeErrorOf(error, directory);
    if (!(failed instanceof StoreBroken)) throw failed;
    const aside = putAside(directory);
    note('error', 'the episode store is broken: it was put aside and is made anew from the log', {
      aside,
      error: failed.message,
    });
    return { files: openFiles(opening), ready: new Map() };
  }
}

/** One transaction; whatever it throws leaves everything as it was. */
function write<T>({ files, options }: Opened, change: (files: StoreFiles) => T): T {
  try {
    return files.env.transactionSync(() => change(files));
  } catch (error) {
    throw storeErrorOf(error, options.directory);
  }
}

function read<T>({ files, options }: Opened, look: (files: StoreFiles) => T): T {
  try {
    files.env.resetReadTxn();
    return look(files);
  } catch (error) {
    throw storeErrorOf(error, options.directory);
  }
}

function take(opened: Opened, { topic, partition, records, items }: StoreBatch): TakeResult {
  const last = records.at(-1);
  if (last === undefined) return { outcome: 'stored', windows: [] };
  const { result, ready } = write(opened, (files) => {
    const position = files.positions.get([topic, partition]);
    if (position?.last && isReplaced(position.last, records) === true) {
      forget(files, topic, [partition]);
      return { result: { outcome: 'replaced' } as const, ready: opened.ready };
    }
    const next = position?.next ?? 0;
    const taking = openTaking(files, opened.options, opened.ready);
    const timestamps = new Map(records.map(({ offset, timestampMs }) => [offset, timestampMs]));
    for (const { offset, item } of items) if (offset >= next) takeItem(opened, item, taking, timestamps.get(offset) ?? 0);
    const saved = taking.save();
    if (last.offset >= next) files.positions.putSync([topic, partition], { next: last.offset + 1, last: fingerprintOf(last) });
    return { result: { outcome: 'stored', windows: saved.windows } as const, ready: saved.ready };
  });
  opened.ready = ready;
  return result;
}

function takeItem({ files, options }: Opened, item: StoreItem, taking: Taking, heardMs: number): void {
  if (item.kind === 'window') return taking.window(item.window, item.d, heardMs, item.isNew);
  const { deviceId } = item.kind === 'alert' ? item.alert : item.label;
  const before = files.marks.get(deviceId) ?? null;
  const marks = item.kind === 'alert' ? withAlert(before ?? noMarks, item.alert) : withLabel(before ?? noMarks, item.label);
  if (marks === (before ?? noMarks)) return;
  files.marks.putSync(deviceId, marks);
  taking.grow(marksBytes(marks) - marksBytes(before));
  if (item.kind === 'label' && news.includes(item.label.verdict)) taking.label(deviceId, options.layouts);
}

function countReady({ devices }: StoreFiles, minWindows: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { key, value } of devices.getRange({}))
    if (value.windows >= minWindows) counts.set(key[0], (counts.get(key[0]) ?? 0) + 1);
  return counts;
}

/** Where a class is new, or its features are laid out anew, the topic has windows that were passed over: it is read again. */
function noteLayouts(opened: Opened): void {
  const { layouts, windowsTopic, directory } = opened.options;
  const wanted = layouts.map(({ deviceClass, specHash }) => `${deviceClass}:${specHash}`);
  write(opened, (files) => {
    const header = files.header.get(only);
    if (header === undefined) throw new StoreBroken(`episode store ${directory} has no header`);
    if (wanted.every((layout) => header.layouts.includes(layout))) return;
    forget(files, windowsTopic, partitionsOf(files, windowsTopic));
    files.header.putSync(only, { ...header, layouts: [...new Set([...header.layouts, ...wanted])] });
  });
}

function partitionsOf({ positions }: StoreFiles, topic: string): number[] {
  return [...positions.getKeys({ start: [topic, 0], end: [topic, Infinity] })].map(([, partition]) => partition);
}

function forget({ positions }: StoreFiles, topic: string, partitions: readonly number[]): void {
  for (const partition of partitions) positions.removeSync([topic, partition]);
}

function learnedFrom(
  known: ClassRecord = freshClass,
  { freshWindows, freshLabels }: Pick<ClassRecord, 'freshWindows' | 'freshLabels'>,
  triedAtMs: number,
): ClassRecord {
  return {
    devices: known.devices,
    freshWindows: Math.max(0, known.freshWindows - freshWindows),
    freshLabels: Math.max(0, known.freshLabels - freshLabels),
    triedAtMs,
  };
}
