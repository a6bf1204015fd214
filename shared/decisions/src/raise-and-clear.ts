// When an alert opens and when it closes: counting windows over the threshold, and nothing else.
import type { Incident, RaisePlan } from '@tocsin/schemas';

/** What the next window needs to know of those before; see `Incident`. */
export type Watch = Pick<Incident, 'recent' | 'calm'> & { isOpen: boolean };

export const quietWatch: Watch = { recent: 0, calm: 0, isOpen: false };

const maxRaiseOf = 31;

/** However large `clearFactor`, nine in ten normal windows count towards closing, where so many are under the threshold. */
const clearShareMax = 0.1;

/** Share of normal windows over the level under which windows count towards closing, where a share `falseAlarmRate` is over the threshold. */
export function clearShareOf({ clearFactor = 1 }: RaisePlan, falseAlarmRate: number): number {
  return Math.max(falseAlarmRate, Math.min(clearShareMax, clearFactor * falseAlarmRate));
}

/**
 * The watch after one more window. It opens with a window over the threshold when `raiseCount` of the last `raiseOf` are, and closes,
 * forgetting who was over, after `clearCount` in a row that are calm: not over the threshold, and where closing has a lower level than
 * opening, under that. Throws RangeError for a `raiseOf` over 31.
 */
export function raiseAndClear({ recent, calm, isOpen }: Watch, isOver: boolean, plan: RaisePlan, isCalm = !isOver): Watch {
  if (plan.raiseOf > maxRaiseOf) throw new RangeError(`raiseOf: ${plan.raiseOf}, expected at most ${maxRaiseOf}`);
  const next = ((recent << 1) | (isOver ? 1 : 0)) & (2 ** plan.raiseOf - 1);
  if (isOver) return { recent: next, calm: 0, isOpen: isOpen || bitCount(next) >= plan.raiseCount };
  if (!isCalm) return { recent: next, calm: 0, isOpen };
  const isClosing = isOpen && calm + 1 >= plan.clearCount;
  return isClosing ? { recent: 0, calm: calm + 1, isOpen: false } : { recent: next, calm: calm + 1, isOpen };
}

/** Windows over the threshold among the last ones. */
export function bitCount(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}
