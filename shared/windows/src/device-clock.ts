// Follows the clock of one device: a reading that leaps ahead of where the device was waits until others go on from there, so
// that one wrong stamp cannot make everything after it late. Says when a clock was set back. Pure: it knows no windows.
import type { DeviceClass } from '@tocsin/schemas';

/** So many readings in a row must agree before a clock counts as known, and before a leap counts as real. */
export const steadyReadings = 3;
/** So many readings in a row behind the clock, each going on from the one before, say that it was set back. */
export const setBackReadings = 10;
/** Stretches of the log that no reader may resume in, per device; the oldest is let go beyond that. */
const unsafeStretches = 8;

/** A reading as its clock is judged: event times, the time and place of its record, and whatever belongs to it. */
export type Arrival<T> = { startMs: number; endMs: number; logMs: number; offset: number; item: T };

/** What a device's readings so far say of its clock. Bounded: two readings, and a few numbers. */
export type DeviceClock<T> = {
  /** Newest event time taken, and the record it came with; -Infinity before the first. */
  headMs: number;
  headLogMs: number;
  headOffset: number;
  /** Earliest end of the readings that have come since; Infinity for none. */
  lowMs: number;
  /** Offsets of the last readings that went on from each other, at most `steadyReadings`. */
  steady: number[];
  /** Where the last of them ended, and the time of its record. */
  steadyMs: number;
  steadyLogMs: number;
  /** Readings that leapt ahead and wait for others, fewer than `steadyReadings`. */
  held: Arrival<T>[];
  /** From an offset in `(from, to]` on, a reader would take a leap that was not taken. */
  unsafe: { from: number; to: number }[];
  /** The run of readings behind the clock: where it has come to, and how long it is. */
  behind: { endMs: number; count: number };
};

/** What to do: refuse some that waited, then take some that waited, then take the reading itself, or not yet. */
export type ClockVerdict<T> = {
  refused: readonly Arrival<T>[];
  released: readonly Arrival<T>[];
  isTaken: boolean;
  /** True for the one reading by which a clock turns out to have been set back. */
  isSetBack: boolean;
};

const taken: ClockVerdict<never> = { refused: [], released: [], isTaken: true, isSetBack: false };
const waits: ClockVerdict<never> = { ...taken, isTaken: false };

/** A device of which nothing is known. */
export function createDeviceClock<T>(): DeviceClock<T> {
  const behind = { endMs: -Infinity, count: 0 };
  const head = { headMs: -Infinity, headLogMs: -Infinity, headOffset: Infinity, lowMs: Infinity };
  return { ...head, steady: [], steadyMs: -Infinity, steadyLogMs: -Infinity, held: [], unsafe: [], behind };
}

/** How far ahead of its device's clock a reading may begin before it must be confirmed, milliseconds. */
export function leapBoundMs({ rateHz, window }: Pick<DeviceClass, 'rateHz' | 'window'>): number {
  return Math.max(10_000, 2 * window.latenessMs, 4000 / rateHz);
}

/**
 * Judges the next reading of the log. It leaps where its event time is more than `boundMs` further on than log time since the
 * device's newest reading explains, unless it agrees with its own record's time. Before a clock is known nothing waits.
 */
export function followClock<T>(clock: DeviceClock<T>, arrival: Arrival<T>, boundMs: number): ClockVerdict<T> {
  const { headMs, headLogMs } = clock;
  const explainedMs = boundMs + Math.max(0, headMs === -Infinity ? 0 : arrival.logMs - headLogMs);
  if (arrival.startMs - headMs > explainedMs) {
    const isKnown = clock.steady.length === steadyReadings;
    if (isKnown) return leap(clock, arrival, boundMs);
    startFrom(clock, arrival, boundMs);
    return taken;
  }
  if (arrival.endMs < headMs - boundMs) return fallBehind(clock, arrival, boundMs);
  return goOn(clock, arrival, boundMs);
}

/** Refuses what waits and forgets the clock: the device has been silent, and where it goes on is where it is. */
export function forgetClock<T>(clock: DeviceClock<T>): readonly Arrival<T>[] {
  const refused = clock.held;
  Object.assign(clock, { ...createDeviceClock<T>(), unsafe: clock.unsafe });
  return refused;
}

/** Offset from which a reader who knows nothing comes to the same clock, with the same readings waiting; Infinity for anywhere. */
export function clockOffset<T>({ headOffset, steady, held }: DeviceClock<T>): number {
  return Math.min(headOffset, steady[0] ?? Infinity, held[0]?.offset ?? Infinity);
}

/** The nearest place at or before `offset` where a reader may resume. Forgets what lies before `offset`. */
export function safeOffset<T>(clock: DeviceClock<T>, offset: number): number {
  let safe = offset;
  // Newest first: where one stretch begins another may not have ended.
  for (let i = clock.unsafe.length - 1; i >= 0; i--) {
    const { from, to } = clock.unsafe[i];
    if (safe > from && safe <= to) safe = from;
  }
  return safe;
}

/** Forgets stretches that end before `committed`: nobody resumes there any more. */
export function forgetUnsafe<T>(clock: DeviceClock<T>, committed: number): void {
  while (clock.unsafe.length > 0 && clock.unsafe[0].to < committed) clock.unsafe.shift();
}

function goOn<T>(clock: DeviceClock<T>, arrival: Arrival<T>, boundMs: number): ClockVerdict<T> {
  clock.behind.count = 0;
  const isNewest = arrival.endMs > clock.headMs;
  join(clock, arrival, boundMs);
  // A repeated or late reading moves nothing on and says nothing about those that wait.
  if (!isNewest || clock.held.length === 0) return taken;
  const refused = clock.held;
  clock.held = [];
  return { ...taken, refused };
}

function leap<T>(clock: DeviceClock<T>, arrival: Arrival<T>, boundMs: number): ClockVerdict<T> {
  clock.behind.count = 0;
  const last = clock.held.at(-1);
  // Nearer than those that wait: the device has come back from where they said it was.
  const refused = last !== undefined && arrival.endMs < last.endMs - boundMs ? clock.held : [];
  if (refused.length > 0) clock.held = [];
  const agreesWithLog = Math.abs(arrival.logMs - arrival.endMs) <= boundMs;
  if (!agreesWithLog && clock.held.length + 1 < steadyReadings) {
    keepSafe(clock, arrival.offset);
    clock.held.push(arrival);
    return refused.length > 0 ? { ...waits, refused } : waits;
  }
  const released = clock.held;
  clock.held = [];
  if (released.length > 0) keepSafe(clock, arrival.offset);
  startFrom(clock, released[0] ?? arrival, boundMs);
  for (const each of released.length > 0 ? [...released.slice(1), arrival] : []) join(clock, each, boundMs);
  return { ...taken, refused, released };
}

/**
 * What is steady goes on from what was steady before, whatever the newest reading says: who resumes at the first of them may never
 * have met that.
 */
function join<T>(clock: DeviceClock<T>, arrival: Arrival<T>, boundMs: number): void {
  const { startMs, endMs, logMs, offset } = arrival;
  const leadMs = startMs - clock.steadyMs - Math.max(0, logMs - clock.steadyLogMs);
  const goesOn = leadMs <= boundMs && endMs >= clock.steadyMs - boundMs;
  if (!goesOn) clock.steady = [offset];
  else if (clock.steady.push(offset) > steadyReadings) clock.steady.shift();
  clock.steadyMs = endMs;
  clock.steadyLogMs = logMs;
  if (endMs > clock.headMs) moveHead(clock, arrival, boundMs);
  else clock.lowMs = Math.min(clock.lowMs, endMs);
}

function fallBehind<T>(clock: DeviceClock<T>, { startMs, endMs }: Arrival<T>, boundMs: number): ClockVerdict<T> {
  const { behind } = clock;
  clock.lowMs = Math.min(clock.lowMs, endMs);
  const goesOn = Math.abs(startMs - behind.endMs) <= boundMs && endMs > behind.endMs;
  behind.count = goesOn ? behind.count + 1 : 1;
  behind.endMs = endMs;
  return behind.count === setBackReadings ? { ...taken, isSetBack: true } : taken;
}

function startFrom<T>(clock: DeviceClock<T>, arrival: Arrival<T>, boundMs: number): void {
  moveHead(clock, arrival, boundMs);
  clock.steady = [arrival.offset];
  clock.steadyMs = arrival.endMs;
  clock.steadyLogMs = arrival.logMs;
}

/** Who resumed among readings far behind may find a leap where the clock goes on: only who has met the newest before does not. */
function moveHead<T>(clock: DeviceClock<T>, { startMs, endMs, logMs, offset }: Arrival<T>, boundMs: number): void {
  if (startMs - clock.lowMs > boundMs) keepSafe(clock, offset - 1);
  clock.lowMs = Infinity;
  clock.headMs = endMs;
  clock.headLogMs = logMs;
  clock.headOffset = offset;
}

/** A reader that resumed after the steady readings before `to` would not know the clock there, and take what leapt. */
function keepSafe<T>(clock: DeviceClock<T>, to: number): void {
  const from = Math.min(clock.steady[0], clock.headOffset);
  const newest = clock.unsafe.at(-1);
  if (newest?.from === from) newest.to = Math.max(newest.to, to);
  else if (clock.unsafe.push({ from, to }) > unsafeStretches) clock.unsafe.shift();
}
