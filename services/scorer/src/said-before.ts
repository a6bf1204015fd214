// Up to which record everything of a device was said by whoever stored its state. Of windows the frontier says it; this is for what moves
// no frontier: revisions of windows, and silence.
import { noAmendments, type Amendments } from '@tocsin/schemas';
import type { Partition, TrackedDevice } from './partition.ts';

/** Has an earlier owner said what follows from the record at `offset`? From `freshFrom` on nobody can have been before us. */
export function wasSaid({ emitted, freshFrom }: Partition, { state }: TrackedDevice, offset: number): boolean {
  const { at } = state.amendments ?? noAmendments;
  return offset < emitted || (offset < freshFrom && offset <= at);
}

/** Writes it down in the state, which is stored after what was sent. */
export function noteSaid(device: TrackedDevice, news: Partial<Amendments>): void {
  const { state } = device;
  state.amendments = { ...noAmendments, ...state.amendments, ...news };
  state.revision += 1;
  device.isDirty = true;
}
