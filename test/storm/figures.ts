// What can be read off the windows that were said: the longest stall, and how long devices waited when their scorer was gone.
import { decodeScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { keyOf, type Truth } from '../simulation/oracle.ts';
import type { Departure, HandoverTimes } from './handover.ts';
import type { StormRoom } from './storm-room.ts';

export type Figures = {
  /** Longest time without a new window in a partition, from its first to its last. */
  longestStallMs: number;
  /** From healing, or the last telemetry if that was later, until everything had been said. */
  drainedMs: number;
  /** Scorers that were asked to stop by SIGTERM; those failed that took longer than 10 s, or ended with an error. */
  exits: { count: number; longestMs: number; failed: number };
  handover: {
    /** From SIGTERM, and from kill -9, to the first window that the other scorer said of a device of the one that went. */
    takeoverAfterSigtermMs: number;
    takeoverAfterKillMs: number;
    /** From asking to join until there are partitions: beside another member, and where the only one left on SIGTERM. */
    joinBesideOtherMs: number;
    joinAfterSigtermMs: number;
  } | null;
};

const exitMaxMs = 10_000;

/** `windows` are records of the topic, whose timestamps are the times at which they were sent. */
export function figuresOf(
  truth: Truth,
  windows: readonly LogRecord[],
  exits: StormRoom['exits'],
  drainedMs: number,
  handover: HandoverTimes | null,
): Figures {
  const firsts = new Map<string, { partition: number; atMs: number }>();
  for (const { value, timestampMs } of windows) {
    const key = keyOf(decodeScoredWindow(value!));
    const partition = truth.windows.get(key)?.partition ?? -1;
    const before = firsts.get(key)?.atMs ?? Infinity;
    firsts.set(key, { partition, atMs: Math.min(before, timestampMs) });
  }
  const all = [...firsts.values()];
  const places = new Set(all.map(({ partition }) => partition));
  const stalls = [...places].map((each) => longestGapMs(all.filter(({ partition }) => partition === each)));
  const takeoverMs = ({ toldMs, goneMs, partitions }: Departure): number => {
    // Until it is gone it may say something itself.
    const next = all.filter((first) => first.atMs > goneMs && partitions.includes(first.partition));
    return Math.min(...next.map((first) => first.atMs)) - toldMs;
  };
  return {
    longestStallMs: Math.max(0, ...stalls),
    drainedMs,
    exits: {
      count: exits.length,
      longestMs: Math.round(Math.max(0, ...exits.map(({ ms }) => ms))),
      // The signal itself ends a process that has not begun yet.
      failed: exits.filter(({ ms, code }) => ms > exitMaxMs || (code !== 0 && code !== 'SIGTERM')).length,
    },
    handover: handover && {
      takeoverAfterSigtermMs: takeoverMs(handover.afterSigterm),
      takeoverAfterKillMs: takeoverMs(handover.afterKill),
      joinBesideOtherMs: Math.round(handover.joinsMs.besideOther),
      joinAfterSigtermMs: Math.round(handover.joinsMs.afterSigterm),
    },
  };
}

function longestGapMs(firsts: readonly { atMs: number }[]): number {
  const times = firsts.map(({ atMs }) => atMs).toSorted((a, b) => a - b);
  return Math.max(0, ...times.slice(1).map((time, i) => time - times[i]));
}
