// Adds up many schedules.
import { faultKinds, type FaultKind } from './faults.ts';
import type { Verdict } from './judge.ts';
import type { Outcome } from './run-schedule.ts';

const counted = ['windows', 'alerts', 'lost', 'wrong', 'conflicting', 'repeated', 'rescored', 'reopened', 'overtaken'] as const;

export type Tally = {
  add(outcome: Outcome): void;
  failures(): readonly Outcome[];
  /** The same for machines, with the seeds it is about. */
  summary(): Record<string, unknown>;
  /** A table for people; `minutes` is how long it took. */
  table(minutes: number): string;
};

export function createTally(): Tally {
  const sums = Object.fromEntries(counted.map((name) => [name, 0])) as Record<(typeof counted)[number], number>;
  const faults = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  const blocks: Record<string, number> = {};
  const failures: Outcome[] = [];
  let schedules = 0;
  let repeatedMost = 0;
  const seeds = { from: Infinity, to: -Infinity };

  return {
    add(outcome) {
      schedules += 1;
      seeds.from = Math.min(seeds.from, outcome.seed);
      seeds.to = Math.max(seeds.to, outcome.seed);
      for (const name of counted) sums[name] += outcome.verdict[name];
      for (const [what, n] of Object.entries(outcome.blocks)) blocks[what] = (blocks[what] ?? 0) + n;
      for (const kind of faultKinds) faults[kind] += outcome.faults[kind];
      repeatedMost = Math.max(repeatedMost, outcome.verdict.repeatedMost);
      if (failed(outcome.verdict)) failures.push(outcome);
    },
    failures: () => failures,
    summary: () => ({
      schedules,
      seeds,
      failedSeeds: failures.map(({ seed }) => seed).toSorted((a, b) => a - b),
      ...sums,
      repeatedMost,
      blocks,
      faults,
    }),
    table(minutes) {
      const rows = [
        ['schedules', schedules],
        ['schedules a minute', Math.round(schedules / minutes)],
        ['failed schedules', failures.length],
        ...Object.entries(sums),
        ['said most often', repeatedMost],
        ...Object.entries(blocks).map(([what, n]): [string, number] => [`block ${what}`, n]),
        ...Object.entries(faults).map(([kind, n]): [string, number] => [`fault ${kind}`, n]),
      ];
      return ['| what | count |', '|---|---:|', ...rows.map(([what, n]) => `| ${what} | ${n} |`)].join('\n');
    },
  };
}

export function failed({ lost, wrong, conflicting }: Verdict): boolean {
  return lost + wrong + conflicting > 0;
}

/** Replays one schedule, with a trace of everything that happened in it. */
export function replayCommand(seed: number, amendMs = 0): string {
  return `npm run simulate -- --seed ${seed}${amendMs > 0 ? ` --amend ${amendMs}` : ''}`;
}
