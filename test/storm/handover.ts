// Times that matter to whoever runs two scorers: how long a stop takes, how soon the next one has partitions, and how long devices
// wait when their scorer is gone.
import { setTimeout as sleep } from 'node:timers/promises';
import { labelSets } from '../integration/service-process.ts';
import type { StormRoom } from './storm-room.ts';
import { isJoining, type StormScorer } from './storm-scorers.ts';

/** A scorer that was told at `toldMs` and gone at `goneMs` (epoch), and the partitions that it had. */
export type Departure = { toldMs: number; goneMs: number; partitions: readonly number[] };

export type HandoverTimes = {
  afterSigterm: Departure;
  afterKill: Departure;
  /** From asking to join until there are partitions, milliseconds. */
  joinsMs: {
    /** Into a group with another member. */
    besideOther: number;
    /** Into a group whose only member left on SIGTERM. */
    afterSigterm: number;
  };
};

/** Two scorers: one is stopped, comes back, is killed, comes back; then all are stopped, and one starts alone. */
export async function measureHandover(room: StormRoom): Promise<HandoverTimes> {
  while (room.living().length > 2) await room.stop(room.living()[0]);
  while (room.living().length < 2) await untilAssigned(await room.start());
  await sleep(3000);

  const afterSigterm = await departure(room.living()[0], room.stop);
  await sleep(3000);
  const besideOther = await joinMs(await room.start());
  await sleep(3000);

  const afterKill = await departure(room.living()[0], room.kill);
  await sleep(room.setting.sessionMs + 4000);

  for (const scorer of room.living()) await room.stop(scorer);
  const alone = await joinMs(await room.start());
  return { afterSigterm, afterKill, joinsMs: { besideOther, afterSigterm: alone } };
}

async function departure(scorer: StormScorer, end: (scorer: StormScorer) => Promise<void>): Promise<Departure> {
  const partitions = await partitionsOf(scorer);
  const toldMs = Date.now();
  await end(scorer);
  return { toldMs, goneMs: Date.now(), partitions };
}

/** Partitions that a scorer says it has. */
async function partitionsOf({ service }: StormScorer): Promise<number[]> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return [...text.matchAll(/^tocsin_lag_records\{.*partition="(\d+)"/gm)].map(([, partition]) => Number(partition));
}

async function untilAssigned(scorer: StormScorer): Promise<void> {
  await soon(scorer, async () => (await labelSets(scorer.service, 'tocsin_lag_records')) > 0);
}

async function soon({ name, service }: StormScorer, isTrue: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + 90_000; !(await isTrue()); await sleep(20))
    if (Date.now() > endMs || service.hasEnded()) throw new Error(`${name} has no partitions: ${service.output().slice(-1000)}`);
}

async function joinMs(scorer: StormScorer): Promise<number> {
  await soon(scorer, async () => isJoining(scorer));
  const sinceMs = performance.now();
  await untilAssigned(scorer);
  return performance.now() - sinceMs;
}
