// What was said of several alerts of a group at once, so that it can be taken back at once.
import { batchOf, type Alert } from '@tocsin/schemas';
import type { AlertGroup, BatchView } from '../api/alerts-api.ts';
import type { Said, VerdictBook } from './verdict-book.ts';

/** Of a group so many answers are shown, the newest. */
const shownMax = 3;

/** Of which batch a label is; null for one that was given by itself. */
export function batchViewOf({ labelId }: Pick<Said, 'labelId'>, { batchSize }: Pick<VerdictBook, 'batchSize'>): BatchView | null {
  const batch = batchOf(labelId);
  return batch === null ? null : { ...batch, labels: batchSize(batch.batchId) };
}

/** The answers that stand on some of `alerts` and were given to many, newest first; `standing` is what stands on each. */
export function groupAnswers(
  alerts: readonly Alert[],
  standing: ReadonlyMap<string, Said>,
  book: Pick<VerdictBook, 'batchSize'>,
): AlertGroup['answers'] {
  const answers = new Map<string, AlertGroup['answers'][number]>();
  for (const { alertId } of alerts) {
    const said = standing.get(alertId);
    const batch = said === undefined ? null : batchViewOf(said, book);
    if (said === undefined || batch === null) continue;
    const { verdict, who, atMs, note } = said;
    const answer = answers.get(batch.batchId) ?? { ...batch, verdict, who, atMs, note, alerts: 0 };
    answer.alerts += 1;
    answers.set(batch.batchId, answer);
  }
  return [...answers.values()].sort((one, two) => two.atMs - one.atMs).slice(0, shownMax);
}
