// What people should know before they believe what they see: a console that does not read, or has only begun to, shows less than there is.
import type { Following } from './follow-topics.ts';

/** Longer than any record takes to be handed over. */
export const stalledMaxMs = 60_000;

/** One sentence; null where everything that lies in the log is shown. `waiting` is what a start waits for. */
export function standingText(
  following: Pick<Following, 'status' | 'readShare'> | null,
  waiting: readonly string[],
): string | null {
  if (following === null) {
    const why = waiting.length === 0 ? '' : ` (${waiting.join('; ')})`;
    return `This console does not read yet${why}: nothing here says how the fleet is.`;
  }
  const { fatal, joined, stalledMs } = following.status();
  if (fatal !== null)
    return `This console has stopped reading (${fatal.message}): what is here is old. It has to be started again.`;
  const share = following.readShare();
  if (share < 1)
    return `This console has just started and still reads what was written before (${tens(share)} %): devices and alerts may be missing.`;
  if (!joined) return 'The log does not answer: what is here is what was known before.';
  return stalledMs > stalledMaxMs ? 'Records are waiting in the log that this console does not get: what is here is old.' : null;
}

/** Coarse, because it is read aloud wherever it changes. */
function tens(share: number): number {
  return 10 * Math.floor(10 * share);
}

/** Why traffic should not come yet; empty where it may. */
export function reasonsNotReady(following: Following | null, waiting: readonly string[]): string[] {
  if (following?.status().joined !== true) return ['the topics are not being read yet', ...waiting];
  const share = following.readShare();
  return share < 1 ? [`what was written before is still being read: ${tens(share)} %`] : [];
}

/** Why this process should be ended; null where it should not. */
export function livenessOf(following: Following | null): string | null {
  if (following === null) return null;
  const { fatal, stalledMs } = following.status();
  if (fatal !== null) return fatal.message;
  return stalledMs > stalledMaxMs ? `no record was handed over for ${stalledMs} ms although some are waiting` : null;
}
