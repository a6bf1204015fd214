// What a scorer holds of one partition between batches: its devices, its position, and where it may resume.
import type { DeviceModel } from '@tocsin/models';
import type { DeviceClass, DeviceState, ModelBundle } from '@tocsin/schemas';
import { firstNeededOffset, type DeviceWindows } from '@tocsin/windows';
import type { Commit } from '@tocsin/transport';

/** One device of a partition: its open windows, what is remembered of it, and the model adapted to it. */
export type TrackedDevice = {
  deviceClass: DeviceClass;
  windows: DeviceWindows;
  state: DeviceState;
  /** The bundle in use and the model adapted from it; null until the class has an initialisation. */
  bundle: ModelBundle | null;
  model: DeviceModel | null;
  /** Log time of its last record. */
  lastSeenMs: number;
  /** Emitted something since the state was last stored. */
  isDirty: boolean;
};

export type Partition = {
  epoch: number;
  /** Next offset to process. */
  next: number;
  /** Emission frontier: whatever closed at a lower offset has been emitted. Never falls. */
  emitted: number;
  /** Highest record timestamp seen. */
  logTimeMs: number;
  /** Last commit: the offset to resume from, and when it was made. */
  committed: number;
  committedAtMs: number;
  devices: Map<string, TrackedDevice>;
};

/** A partition at the place where its last commit says. */
export function resumePartition(epoch: number, resumedFrom: Commit): Partition {
  return {
    epoch,
    next: resumedFrom.offset,
    emitted: Math.max(resumedFrom.offset, parseFrontier(resumedFrom.metadata)),
    logTimeMs: -Infinity,
    committed: resumedFrom.offset,
    committedAtMs: 0,
    devices: new Map(),
  };
}

/**
 * Where the next owner must resume so that every window still open is cut again in full, with the emission frontier as the
 * note. Null while a replay has not caught up with what an earlier owner emitted.
 */
export function commitOf(partition: Partition): Commit | null {
  if (partition.next < partition.emitted) return null;
  let offset = partition.next;
  for (const { windows } of partition.devices.values()) offset = Math.min(offset, firstNeededOffset(windows));
  return { offset, metadata: JSON.stringify({ v: 1, p: partition.emitted }) };
}

function parseFrontier(metadata: string): number {
  try {
    const note: unknown = JSON.parse(metadata);
    return typeof note === 'object' && note !== null && 'p' in note && Number.isSafeInteger(note.p) ? Number(note.p) : -1;
  } catch {
    return -1;
  }
}
