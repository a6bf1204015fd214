// How often an alert may open, and how often it may speak. Knows event times only, so whoever computes a window again comes to the same.
import type { OpeningCount, PacePlan } from '@tocsin/schemas';

const hourMs = 3_600_000;
/** What a byte holds. */
const countMax = 255;

/** One more of what is counted in a byte. */
export function oneMore(count: number): number {
  return Math.min(countMax, count + 1);
}

/** The count after an opening at `atMs`. */
export function countOpening(count: OpeningCount | undefined, atMs: number): OpeningCount {
  const hour = hourOf(atMs);
  return { hour, openings: oneMore(count?.hour === hour ? count.openings : 0) };
}

/** What is open may close where it may be opened again in the same hour: so nothing that is to be raised ever has to wait. */
export function mayClose(count: OpeningCount | undefined, atMs: number, { openingsPerHour = Infinity }: PacePlan): boolean {
  return count === undefined || count.hour !== hourOf(atMs) || count.openings < openingsPerHour;
}

/** Is what begins at `startMs` what ended at `endMs`, come back? */
export function isBack(endMs: number, startMs: number, { cooldownMs }: PacePlan): boolean {
  return cooldownMs !== undefined && startMs - endMs <= cooldownMs;
}

/** Modulo 2^32, as it is stored. */
function hourOf(ms: number): number {
  const hours = Math.floor(ms / hourMs) % 2 ** 32;
  return hours < 0 ? hours + 2 ** 32 : hours;
}
