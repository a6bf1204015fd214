// What takes back what was said, of one subject or of all that one answer was about. What stood before stands again, also for readers
// who know nothing of undoing: to them the later label of a subject counts, and it says the same.
import { createHash, randomUUID } from 'node:crypto';
import { batchIdOf, batchOf, labelIdIn, type Label } from '@tocsin/schemas';
import { isStanding, undoNote, type Said, type VerdictBook } from './verdict-book.ts';

/** Who takes it back, when, and why. */
export type Undoing = Pick<Label, 'who' | 'atMs' | 'note'>;

/** Why a label cannot be taken back; null where it can. */
export function undoRefusal({ isUndone, undoes, verdict }: Said): string | null {
  if (isUndone) return 'it has been taken back already';
  return undoes !== null || verdict === 'rollback' ? 'it cannot be taken back; say what is right instead' : null;
}

/** Takes one label back. */
export function undoOf(book: VerdictBook, said: Said, undoing: Undoing): Label {
  return undone(book, said, randomUUID(), undoing);
}

/**
 * Takes a whole answer back, of every alert that it was given to, those included of which somebody else has said something since: that
 * goes on standing. None where nothing of it is left to be taken back. Taken back twice at once, the labels are the same.
 */
export function undoOfBatch(book: VerdictBook, batchId: string, undoing: Undoing): Label[] {
  return book
    .ofBatch(batchId)
    .filter((said) => undoRefusal(said) === null)
    .map((said) => undone(book, said, labelIdIn(undoBatchOf(said.labelId), said.subjectId), undoing));
}

function undoBatchOf(labelId: string): string {
  const { batchId, about } = batchOf(labelId)!;
  return batchIdOf(about, createHash('sha256').update(`undo of ${batchId}`).digest('hex').slice(0, 32));
}

function undone(book: VerdictBook, said: Said, labelId: string, { who, atMs, note }: Undoing): Label {
  const { deviceId, subjectId } = said;
  // Where clocks differ it would else be older than what it takes back, and not count.
  const latestMs = book.ofSubject(deviceId, subjectId).reduce((latest, other) => Math.max(latest, other.atMs), -Infinity);
  const about = { labelId, deviceId, subjectId, verdict: verdictWithout(book, said) };
  return { ...about, who, atMs: Math.max(atMs, latestMs + 1), note: undoNote(said.labelId, note) };
}

/** What stands without it; where nothing does, that nobody is sure. */
function verdictWithout(book: VerdictBook, { deviceId, subjectId, labelId }: Label): Label['verdict'] {
  return (
    book.ofSubject(deviceId, subjectId).findLast((other) => isStanding(other) && other.labelId !== labelId)?.verdict ?? 'unsure'
  );
}
