// What takes back a label, or all that one answer said of many alerts, by its id.
import { createVerdictBook, undoOf, undoOfBatch, undoRefusal } from '@tocsin/console';
import type { Label } from '@tocsin/schemas';
import { UsageError } from '../usage-error.ts';

/** What is to be taken back is looked for among so many records of every partition: as many alerts as a console knows, once answered. */
export const undoPerPartition = 20_000;

/** Throws where neither a label nor an answer of this id is among `said`, or where nothing of it can be taken back. */
export function undoLabels(id: string, said: readonly Label[], undoing: Pick<Label, 'who' | 'atMs' | 'note'>): Label[] {
  const book = createVerdictBook();
  for (const label of said) book.add(label);
  if (book.batchSize(id) > 0) {
    const undone = undoOfBatch(book, id, undoing);
    if (undone.length === 0) throw new UsageError(`${id}: it has been taken back already, or takes something back itself`);
    return undone;
  }
  const label = book.find(id);
  if (label === null)
    throw new UsageError(
      `no label ${id}, and no answer of that id, is among the newest ${undoPerPartition} of every partition; \`tocsin labels list\` prints their ids`,
    );
  const refusal = undoRefusal(label);
  if (refusal !== null) throw new UsageError(`label ${id}: ${refusal}`);
  return [undoOf(book, label, undoing)];
}
