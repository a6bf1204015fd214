// How often a partition's handler has failed without getting any further, and how long to wait before the next attempt.

export type Attempts = {
  /** The handler got through to `next`. Only getting further than ever before counts as progress. */
  reached(next: number): void;
  /** The handler threw: milliseconds to wait, or null when it has had `limit` failures in a row. */
  failed(): number | null;
};

const firstDelayMs = 100;
const longestDelayMs = 10_000;

/** A fresh count. The delays double from 100 ms up to 10 s. */
export function countAttempts(limit: number): Attempts {
  let furthest = -1;
  let failures = 0;
  return {
    reached(next) {
      if (next <= furthest) return;
      furthest = next;
      failures = 0;
    },
    failed() {
      failures += 1;
      if (failures >= limit) return null;
      return Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs);
    },
  };
}
