// One assigned partition of a simulated reader: from the last commit on, and back there in a new epoch when the handler throws. It
// resumes with the same rule as the real transports (resume.ts).
import type { BatchHandler, Commit } from '@tocsin/transport';
import { decideResume } from '../../shared/transport/src/resume.ts';
import { placeOf, sleep, type World } from './call.ts';
import type { CallKind } from './faults.ts';
import type { TopicPartition } from './simulated-group.ts';
import type { SimulatedLog } from './simulated-log.ts';
import type { Process } from './virtual-time.ts';

/** A partition as this process believes to hold it. */
export type Holding = TopicPartition & {
  generation: number;
  isRevoked: boolean;
  next: number | null;
  isBusy: boolean;
  /** Nothing that this epoch reads from the store from now on changes what closed below this offset. */
  settledBelow: number;
  epoch: number;
  /** Ends its wait for more records. */
  wake(): void;
};

/** What a partition needs of its reader. */
export type FollowHost = {
  world: World;
  process: Process;
  log: SimulatedLog;
  handle: BatchHandler;
  ask<T>(kind: CallKind, what: string, effect: () => T): Promise<T>;
  nextEpoch(): number;
  isStopping(): boolean;
  hasEnded(): boolean;
  /** Tells the group that this member is alive; learns whether it still is one. */
  heartbeat(): Promise<void>;
  commit(holding: Holding, to: Commit): boolean;
  committed(holding: Holding): Commit | null;
  /** The group does not know this member any more. */
  lose(): void;
};

const maxRecords = 12;

/** Reads on until the partition is revoked or the reader stops. */
export async function followPartition(host: FollowHost, holding: Holding): Promise<void> {
  const { world, process } = host;
  while (!holding.isRevoked && !host.isStopping()) {
    try {
      await readEpoch(host, holding);
    } catch (error) {
      world.trace(`${process.name} ${holding.topic}/${holding.partition} starts over: ${String(error)}`);
      holding.isBusy = false;
      holding.epoch = 0;
      if (holding.isRevoked || host.hasEnded()) return;
      await sleep(world, process, 50 + 200 * world.random());
    }
  }
}

async function readEpoch(host: FollowHost, holding: Holding): Promise<void> {
  const { log, ask } = host;
  const { random } = host.world;
  const { topic, partition } = holding;
  const epoch = host.nextEpoch();
  host.world.causes += 1;
  const what = `${topic}/${partition}`;
  holding.epoch = epoch;
  const isStale = () => epoch !== holding.epoch || holding.isRevoked || host.hasEnded();

  async function commit(to: Commit): Promise<void> {
    if (isStale()) return;
    const isTaken = await ask('commit', `${what} ${to.offset} ${to.metadata}`, () => host.commit(holding, to));
    if (!isTaken && !holding.isRevoked) host.lose();
  }

  const { from, why } = await ask('position', what, () => {
    const committed = host.committed(holding);
    const [startOffset, endOffset] = [log.start(topic, partition), log.end(topic, partition)];
    const resume = decideResume({ commit: committed, startOffset, endOffset });
    if (topic === 'telemetry' && resume.why !== 'committed' && startOffset > 0) host.world.onReset(partition, startOffset);
    holding.settledBelow = Math.max(resume.from.offset, frontierOf(resume.from));
    return resume;
  });
  if (isStale()) return;
  if (why !== 'committed') await commit(from);
  let offset = (holding.next = from.offset);
  while (!isStale() && !host.isStopping()) {
    if (log.end(topic, partition) <= offset) await arrival(host, holding, offset);
    if (isStale() || host.isStopping()) return;
    const count = 1 + Math.floor(maxRecords * random());
    const { records, endOffset } = await ask('read', `${what} from ${offset}`, () => ({
      records: offset < log.start(topic, partition) ? null : log.read(topic, partition, offset, count),
      endOffset: log.end(topic, partition),
    }));
    // Retention has overtaken us: only a new epoch may begin further on.
    if (isStale() || host.isStopping() || records === null) return;
    holding.isBusy = true;
    holding.settledBelow = Math.max(holding.settledBelow, offset);
    host.world.places.set(placeOf(host.process, topic, partition), offset);
    const { heartbeat } = host;
    await host.handle({ topic, partition, records, endOffset, epoch, resumedFrom: from, isStale, heartbeat, commit });
    holding.isBusy = false;
    if (isStale()) return;
    offset = holding.next = records[records.length - 1].offset + 1;
    await heartbeat();
  }
}

function arrival({ world, process, log }: FollowHost, holding: Holding, offset: number): Promise<void> {
  return new Promise((resolve) => {
    holding.wake = () => world.time.after(3 * world.random(), process, resolve);
    log.onceAt(holding.topic, holding.partition, offset, () => holding.wake());
  });
}

/** The emission frontier in a commit's note, -1 for none. */
export function frontierOf({ metadata }: Commit): number {
  if (metadata === '') return -1;
  const note: { p: number } = JSON.parse(metadata);
  return note.p;
}
