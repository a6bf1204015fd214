// What a scorer holds of one partition between batches: its devices, its position, and where it may resume.
import type { Calendar } from '@tocsin/decisions';
import type { DeviceModel, Likeness } from '@tocsin/models';
import type { DeviceClass, DeviceState, ModelBundle, Reading } from '@tocsin/schemas';
import { clockOffset, firstNeededOffset, forgetUnsafe, safeOffset, type DeviceClock, type DeviceWindows } from '@tocsin/windows';
import type { Commit, LogRecord } from '@tocsin/transport';
import type { Refusal } from './claims.ts';
import { awaitsSilence } from './silence.ts';

/** A reading with the record that it came in. */
export type Received = { record: LogRecord; reading: Reading };

/** One device of a partition: its open windows, what is remembered of it, and the model adapted to it. */
export type TrackedDevice = {
  deviceClass: DeviceClass;
  /** When work on it is planned; absent or null for never. */
  calendar?: Calendar | null;
  windows: DeviceWindows;
  clock: DeviceClock<Received>;
  state: DeviceState;
  /** The bundle in use and the model adapted from it; null until the class has an initialisation. */
  bundle: ModelBundle | null;
  /** The bundle before, for as long as the device may go back to it. */
  earlier?: ModelBundle | null;
  /** The device as it would be under that one; good for as long as its own model is `beside`. */
  underEarlier?: { beside: DeviceModel | null; device: TrackedDevice } | null;
  model: DeviceModel | null;
  /** The windows that operators spoke of, as the model sees them; null for none. */
  likeness: Likeness | null;
  /** Revision of the label book up to which labels have been looked at. */
  labelsSeen: number;
  /** Log time of its last record. */
  lastSeenMs: number;
  /** Log time at which its partition went on after a pause of everybody that it is excused for; -Infinity for none. */
  excusedMs: number;
  /** Offset of that record, and how far event time was behind log time then, milliseconds. */
  lastOffset: number;
  skewMs: number;
  /** Emitted something since the state was last stored. */
  isDirty: boolean;
  /** Watermark of the windows before these, where they were made anew because the device was silent; -Infinity for none. */
  closedWatermark: number;
  /** Does the store know the device? One that it does not know is stored before anything of it is sent. */
  isInStore: boolean;
  /** Order of the newest state that is known to be in the store. */
  storedOrder: number;
};

export type Partition = {
  epoch: number;
  /** End of the log when the epoch began: no earlier owner can have emitted anything that closes from here on. */
  freshFrom: number;
  /** Next offset to process. */
  next: number;
  /** Emission frontier: whatever closed at a lower offset has been emitted. Never falls. */
  emitted: number;
  /** Highest record timestamp up to here, whoever read it. */
  logTimeMs: number;
  /** Stretches of records whose timestamps lie below the log time of then. */
  falls: { from: number; to: number; logTimeMs: number }[];
  /** Digest of the classes that windows are cut by here; goes with every commit. */
  classes: number;
  /** Last commit: the offset to resume from, and when it was made. */
  committed: number;
  committedAtMs: number;
  devices: Map<string, TrackedDevice>;
  /** Devices whose records are not taken here for now. */
  refused: Map<string, Refusal>;
};

/**
 * A partition at the place where its last commit says. An emission frontier that was written under other `classes` says nothing of windows
 * that close at other offsets now, nor of records that are refused now: what was said then, the states of the devices know. Neither does
 * one beyond the end of the log, which is another log.
 */
export function resumePartition(epoch: number, resumedFrom: Commit, endOffset: number, classes = 0): Partition {
  const { offset, metadata } = resumedFrom;
  const isOfOtherClasses = (noted(metadata, 'c') ?? classes) !== classes;
  const frontier = isOfOtherClasses ? -1 : (noted(metadata, 'p') ?? -1);
  return {
    epoch,
    freshFrom: endOffset,
    next: offset,
    emitted: Math.max(offset, Math.min(frontier, endOffset)),
    logTimeMs: noted(metadata, 't') ?? -Infinity,
    falls: [],
    classes,
    committed: offset,
    committedAtMs: 0,
    devices: new Map(),
    refused: new Map(),
  };
}

/**
 * Where the next owner must resume so that every window still open is cut again in full and every clock is known again, with the emission frontier and the log
 * time of then as the note. Null while a replay has not caught up with what an earlier owner emitted.
 */
export function commitOf(partition: Partition): Commit | null {
  if (partition.next < partition.emitted) return null;
  let offset = partition.next;
  for (const device of partition.devices.values()) {
    offset = Math.min(offset, firstNeededOffset(device.windows), clockOffset(device.clock));
    // Whoever comes next must meet a device, with the watermark that it had, to notice that it falls silent.
    if (awaitsSilence(device)) offset = Math.min(offset, device.windows.headOffset);
  }
  offset = safeForAll(partition, offset);
  const logTimeMs = logTimeBefore(partition, offset);
  const note = { v: 1, p: partition.emitted, c: partition.classes, ...(logTimeMs === null ? {} : { t: logTimeMs }) };
  return { offset, metadata: JSON.stringify(note) };
}

/** More than that are not remembered; whoever resumes there may close windows of idle devices earlier. */
const fallsMax = 10_000;

/** Remembers that the record at `offset` does not say how late it is. */
export function noteFall({ falls, logTimeMs, committed }: Partition, offset: number): void {
  const newest = falls.at(-1);
  if (newest?.to === offset - 1 && newest.logTimeMs === logTimeMs) newest.to = offset;
  else falls.push({ from: offset, to: offset, logTimeMs });
  while (falls.length > fallsMax || falls[0].to < committed) falls.shift();
}

/** Log time before the record at `offset`; null where that record raises it, so that it need not be known. */
function logTimeBefore({ falls, next, logTimeMs }: Partition, offset: number): number | null {
  if (offset === next) return Number.isFinite(logTimeMs) ? logTimeMs : null;
  return falls.find(({ from, to }) => from <= offset && offset <= to)?.logTimeMs ?? null;
}

/** Back to where no device's clock would be taken for another one. What is safe for one may not be for the next. */
function safeForAll({ devices, committed }: Partition, offset: number): number {
  const unsafe = [...devices.values()].filter(({ clock }) => clock.unsafe.length > 0);
  for (const { clock } of unsafe) forgetUnsafe(clock, committed);
  for (let safe = offset; ;) {
    const next = unsafe.reduce((least, { clock }) => safeOffset(clock, least), safe);
    if (next === safe) return safe;
    safe = next;
  }
}

/** A whole number of a commit's note: `p`, the emission frontier, `c`, the classes, or `t`, the log time before the record to resume from. */
function noted(metadata: string, name: 'p' | 'c' | 't'): number | null {
  try {
    const note: unknown = JSON.parse(metadata);
    const value: unknown = typeof note === 'object' && note !== null ? Reflect.get(note, name) : null;
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  } catch {
    return null;
  }
}
