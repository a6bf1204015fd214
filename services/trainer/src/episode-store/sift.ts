// What of a device's windows stays when there is no room for all: its first ones in a row, its newest in a row, some from all of its
// life between, and those over the threshold, for longer where an operator said what they were. Pure.
import type { StoredWindow } from './stored-window.ts';

/** How the windows of a device share its room. */
export type Shares = {
  /** Episodes have to begin as devices do, with windows in a row. */
  first: number;
  /** The most recent period, in a row. */
  recent: number;
  /** Over the threshold, or judged by an operator, and in no other part. */
  aside: number;
  /** From all of the life between, at most. */
  spread: number;
};

const rowMax = 64;
/** Room that stays after sifting, so that not every window has everything sifted. */
const freeShare = 1 / 8;

/** Of `capacity` windows, 8 at least. */
export function sharesOf(capacity: number): Shares {
  const row = Math.min(rowMax, Math.floor(capacity / 4));
  const aside = Math.floor(capacity / 8);
  return { first: row, recent: row, aside, spread: capacity - 2 * row - aside - Math.ceil(freeShare * capacity) };
}

export type Sifted = { windows: StoredWindow[]; stride: number };

/**
 * What stays of `windows`, in order of time. Between the first and the newest one in `stride` is kept; where these are too many every
 * second goes and the stride doubles, so that they stay spread over all of the time. Where the device has moved meanwhile (`hasMoved`),
 * only the older half is thinned out, and the stride stays: what is far from where the device is now goes first. Whether a
 * window stays never depends on what is in that window alone, short of those set aside: that would bend what thresholds are made of.
 */
export function sift(
  windows: readonly StoredWindow[],
  stride: number,
  capacity: number,
  isLabelled: (window: StoredWindow) => boolean,
): Sifted {
  const shares = sharesOf(capacity);
  const newest = windows[windows.length - 1]?.at ?? 0;
  const inRow = ({ at }: StoredWindow): boolean => at < shares.first || at > newest - shares.recent;
  const isMoving = hasMoved(windows);
  let step = stride;
  let spread = windows.filter((window) => !inRow(window) && !window.isAside);
  const thin = (): void => {
    if (isMoving && spread.length > 2) {
      const half = Math.ceil(spread.length / 2);
      spread = spread.filter((_, i) => i >= half || i % 2 === 0);
    } else {
      step *= 2;
      spread = spread.filter(({ at }) => (at - shares.first) % step === 0);
    }
  };
  spread = spread.filter(({ at }) => (at - shares.first) % step === 0);
  while (spread.length > shares.spread) thin();
  const between = new Set(spread);
  const others = windows.filter((window) => !inRow(window) && !between.has(window));
  const aside = new Set(mostWanted(others, shares.aside, isLabelled));
  return {
    windows: windows
      .filter((window) => inRow(window) || between.has(window) || aside.has(window))
      .map((window) => (aside.has(window) && !window.isAside ? { ...window, isAside: true } : window)),
    stride: step,
  };
}

/** Judged ones first, then those over the threshold; the newest of each. */
function mostWanted(
  windows: readonly StoredWindow[],
  most: number,
  isLabelled: (window: StoredWindow) => boolean,
): StoredWindow[] {
  const newestFirst = windows.toReversed();
  const labelled = newestFirst.filter(isLabelled);
  const doubtful = newestFirst.filter((window) => window.isOver && !isLabelled(window));
  return [...labelled, ...doubtful].slice(0, most);
}

/** Windows on each side that a comparison needs. */
const comparedMin = 8;
/** Root mean square over the features of how far the mean has moved, in deviations of the earlier windows. */
const movedMin = 1;
/** No single feature counts for more. */
const movedMax = 10;

/** Are the newest windows elsewhere than the older half? Means of many; windows that look wrong do not count. */
export function hasMoved(windows: readonly StoredWindow[]): boolean {
  const plain = windows.filter(({ isOver, inRun, isAside }) => !isOver && !inRun && !isAside);
  const older = plain.slice(0, Math.floor(plain.length / 2));
  const newer = plain.slice(-Math.max(comparedMin, Math.floor(plain.length / 4)));
  if (older.length < comparedMin || newer.length < comparedMin) return false;
  const d = older[0].features.length;
  let sum = 0;
  for (let j = 0; j < d; j++) {
    const before = meanOf(older, j);
    const deviation = Math.sqrt(older.reduce((squares, { features }) => squares + (features[j] - before) ** 2, 0) / older.length);
    const away = Math.abs(meanOf(newer, j) - before);
    // What never varied has moved as far as can be, unless by rounding.
    const least = 1e-6 * Math.abs(before) + 1e-9;
    sum += Math.min(movedMax, away <= least ? 0 : away / Math.max(deviation, least)) ** 2;
  }
  return Math.sqrt(sum / d) > movedMin;
}

function meanOf(windows: readonly StoredWindow[], j: number): number {
  return windows.reduce((sum, { features }) => sum + features[j], 0) / windows.length;
}
