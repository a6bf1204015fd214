// What a redrive did, in words that promise nothing.
import { count, counted } from '../terminal/figures.ts';
import { printable } from './printable.ts';
import type { RedriveTally } from './redrive-letters.ts';

/** `unknownBecause`: why nobody knows which records come too late. */
export function tallyLines(tally: RedriveTally, isDryRun: boolean, unknownBecause: string | null): string[] {
  const { chosen, sent, before, late, unknown, refusedAgain, refused } = tally;
  const left = [...refused.values()].reduce((sum, { letters }) => sum + letters, 0);
  const verb = isDryRun ? 'would be sent' : 'sent';
  const lines = [
    `${counted(chosen, 'dead letter')} chosen: ${count(sent)} ${verb} again, ${count(before)} sent before, ${count(left)} left because they would be refused`,
  ];
  for (const [reason, { letters, id, message }] of refused)
    lines.push(`${count(letters).padStart(9)}  ${reason}, e.g. ${printable(`${id}: ${message}`)}`);
  if (refusedAgain > 0) lines.push(`${count(refusedAgain)} of these do not decode: the scorer refuses them again`);
  if (late > 0)
    lines.push(
      `${count(late)} of these are too late: their devices have been judged on later windows already; the scorer reads and drops them, no window comes of them`,
    );
  if (unknown > 0)
    lines.push(
      `how many are too late cannot be said: the state store does not answer (${printable(unknownBecause ?? 'no reason given')})`,
    );
  if (sent > late + refusedAgain)
    lines.push('windows come of the rest, unless a device sends newer telemetry before its own has been read again');
  return lines;
}
