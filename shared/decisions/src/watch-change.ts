// Do a device's alarms jump after a change? Counts windows over the threshold before a bundle or a label and after it. Pure; what follows
// from a jump is the caller's business.
import type { ChangeMemory, ChangePlan, DeviceClass, WatchedChange } from '@tocsin/schemas';

/** Decision 0026 says where the figures come from. */
export const defaultChanges: ChangePlan = { beforeWindows: 20, watchWindows: 40, overMin: 20, chanceMax: 1e-6 };

/** Windows that the share before a change is the mean of. */
const judgedMax = 200;
/** How many windows the share that a class expects weighs as, beside a device's own. */
const expectedWindows = 50;

/** The plan of a class. */
export function changesOf({ changes = defaultChanges }: Pick<DeviceClass, 'changes'>): ChangePlan {
  return changes;
}

/** What is watched, without what was counted. */
export type Change = WatchedChange extends infer Each
  ? Each extends WatchedChange
    ? Omit<Each, 'windows' | 'over'>
    : never
  : never;

/** The memory with this change watched from now on; one without enough of a device's past to compare with is not. */
export function watchChange(memory: ChangeMemory, change: Change, plan: ChangePlan): ChangeMemory {
  const ended = endWatch(memory);
  return ended.judged < plan.beforeWindows ? ended : { ...ended, watched: { ...change, windows: 0, over: 0 } };
}

/** The memory with nothing watched; what was counted meanwhile is part of the past. */
export function endWatch(memory: ChangeMemory): ChangeMemory {
  const { watched } = memory;
  if (watched === null) return memory;
  return { ...learnt(memory, watched.windows, watched.over), watched: null };
}

/**
 * The memory after one more judged window. While a change is watched, the past stands still. `hasJumped`: so many windows have been over
 * the threshold since that it is not the past going on. With x of m windows over before, a share p expected by the class, and
 * k of n after: a = x + 50 p, b = m - x + 50 (1 - p), and P(K >= k) of a beta-binomial (n, a, b), which knows that a share that was
 * counted is not a share that is known. Looked at with every window over the threshold, so it has to be far less likely than a single look would ask for.
 */
export function countWindow(
  memory: ChangeMemory,
  isOver: boolean,
  expectedShare: number,
  plan: ChangePlan,
): { memory: ChangeMemory; hasJumped: boolean } {
  const { watched, judged, overShare } = memory;
  if (watched === null) return { memory: learnt(memory, 1, isOver ? 1 : 0), hasJumped: false };
  const now: WatchedChange = { ...watched, windows: watched.windows + 1, over: watched.over + (isOver ? 1 : 0) };
  const before = overShare * judged + expectedShare * expectedWindows;
  const calm = judged + expectedWindows - before;
  if (isOver && now.over >= plan.overMin && chanceOf(now, before, calm) < plan.chanceMax)
    return { memory: { ...memory, watched: null }, hasJumped: true };
  const counted = { ...memory, watched: now };
  return { memory: now.windows < plan.watchWindows ? counted : endWatch(counted), hasJumped: false };
}

function learnt(memory: ChangeMemory, windows: number, over: number): ChangeMemory {
  if (windows === 0) return memory;
  const before = Math.min(memory.judged, judgedMax - Math.min(windows, judgedMax));
  const overShare = Math.fround((memory.overShare * before + over) / (before + windows));
  return { ...memory, overShare, judged: Math.min(judgedMax, before + windows) };
}

/** P(K >= over) of a beta-binomial of so many windows, with parameters a, b > 0; by the ratio of neighbouring terms. */
function chanceOf({ windows, over }: Pick<WatchedChange, 'windows' | 'over'>, a: number, b: number): number {
  if (a <= 0) return 0;
  if (b <= 0) return 1;
  let term = 1;
  for (let i = 0; i < windows; i++) term *= (b + i) / (a + b + i);
  let chance = over === 0 ? term : 0;
  for (let k = 0; k < windows; k++) {
    term *= (((windows - k) / (k + 1)) * (a + k)) / (b + windows - k - 1);
    if (k + 1 >= over) chance += term;
  }
  return chance;
}
