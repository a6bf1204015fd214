// What becomes of a window that late samples changed: it is said again, and nothing else follows from it.
import { noAmendments, type Amendments } from '@tocsin/schemas';
import type { ClosedWindow } from '@tocsin/windows';
import type { Extract } from './extract.ts';
import type { Partition, TrackedDevice } from './partition.ts';
import type { Emit } from './pipeline.ts';
import type { Score } from './score.ts';

/** Of a window too full of holes: better none than bridged ones. */
export const noFeatures = new Float32Array(0);

export type Amend = (partition: Partition, device: TrackedDevice, offset: number, window: ClosedWindow, emit: Emit) => void;

/** It corrects what was said of the window: it teaches nothing, and no guard or incident moves on by it. */
export function createAmend(extract: Extract, score: Score): Amend {
  return (partition, device, offset, window, emit) => {
    const isGappy = window.outcome === 'gappy';
    if (isGappy && device.deviceClass.window.onGap !== 'mark') return;
    const scored = score(device, window, isGappy ? noFeatures : extract(device, window), partition.logTimeMs);
    noteAmendments(device, { at: offset });
    emit.scored(device, { ...scored, revision: window.revision });
  };
}

/** Has an earlier owner said what the record at `offset` amended? From `freshFrom` on nobody can have been before us. */
export function wasAmended({ emitted, freshFrom }: Partition, { state }: TrackedDevice, offset: number): boolean {
  const { at } = state.amendments ?? noAmendments;
  return offset < emitted || (offset < freshFrom && offset <= at);
}

/** Writes it down in the state, which is stored with what was sent. */
export function noteAmendments(device: TrackedDevice, news: Partial<Amendments>): void {
  const { state } = device;
  state.amendments = { ...noAmendments, ...state.amendments, ...news };
  state.revision += 1;
  device.isDirty = true;
}
