// Lists of windows by their start. Knows nothing of what they hold.

/** A window by its place on the grid, and the first record that it needs. */
export type OpenWindow = { start: number; firstOffset: number };

/** A closed one that late samples may change: how many records have, and whether the one being taken does. */
export type AmendableWindow = OpenWindow & { revision: number; isChanged: boolean };

/** The entry of `start` in a list sorted by start, made where there is none. */
export function placeOf<T extends OpenWindow>(sorted: T[], start: number, make: () => T): T {
  let at = sorted.length;
  while (at > 0 && sorted[at - 1].start > start) at--;
  if (at > 0 && sorted[at - 1].start === start) return sorted[at - 1];
  sorted.splice(at, 0, make());
  return sorted[at];
}

/** The first record that any of them needs; Infinity for none. */
export function firstOffsetOf(windows: readonly OpenWindow[]): number {
  let first = Infinity;
  for (const { firstOffset } of windows) if (firstOffset < first) first = firstOffset;
  return first;
}
