// A LogReader of a simulated process: what the port promises of a reader, on a log and a group where everything may go wrong.
// It resumes with the same rule as the real transports (resume.ts).
import {
  TransportError,
  type BatchHandler,
  type Commit,
  type LogReader,
  type ReaderOptions,
  type RecordBatch,
} from '@tocsin/transport';
import { decideResume } from '../../shared/transport/src/resume.ts';
import { call, sleep, type World } from './call.ts';
import type { Member, SimulatedGroup, TopicPartition } from './simulated-group.ts';
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

export type SimulatedReader = LogReader & { holdings(): readonly Holding[] };

const heartbeatMs = 300;
const maxRecords = 12;

export function createSimulatedReader(
  world: World,
  process: Process,
  log: SimulatedLog,
  group: SimulatedGroup,
  { topics }: ReaderOptions,
): SimulatedReader {
  const { random, faults } = world;
  const running = new Map<string, Promise<void>>();
  let holdings: Holding[] = [];
  let epochs = 0;
  let joins = 0;
  let isStopping = false;
  let hasEnded = false;
  let onJoined: () => void = () => undefined;
  const unreachable = () => new TransportError('unreachable', 'the broker is away');
  const reachable = <T>(effect: () => T) => (log.isAway ? fail(unreachable()) : effect());

  function revokeAll(): void {
    for (const holding of holdings) {
      holding.isRevoked = true;
      holding.wake();
    }
    holdings = [];
  }

  function lose(): void {
    revokeAll();
    if (!isStopping) void join();
  }

  async function join(): Promise<void> {
    for (;;) {
      try {
        await call(world, process, { kind: 'join', what: '', unreachable, effect: () => reachable(() => group.join(member)) });
        return;
      } catch {
        await sleep(world, process, 100);
      }
    }
  }

  /** True while the group knows us. */
  async function beat(): Promise<void> {
    try {
      const effect = () => reachable(() => group.heartbeat(member));
      const isKnown = await call(world, process, { kind: 'heartbeat', what: '', unreachable, effect });
      if (!isKnown && holdings.length > 0) lose();
    } catch {
      // The next one meets it, too.
    }
  }

  let handle: BatchHandler = async () => undefined;
  const member: Member = {
    process,
    lastHeardMs: 0,
    assign(assigned, generation) {
      revokeAll();
      joins += 1;
      const state = { isRevoked: false, next: null, isBusy: false, settledBelow: 0, epoch: 0, wake: () => undefined };
      holdings = isStopping
        ? []
        : assigned.filter(({ topic }) => topics.includes(topic)).map((of) => ({ ...of, generation, ...state }));
      for (const holding of holdings) {
        const key = `${holding.topic}/${holding.partition}`;
        const before = running.get(key) ?? Promise.resolve();
        running.set(
          key,
          before.then(() => follow(holding)),
        );
      }
      onJoined();
    },
  };

  async function follow(holding: Holding): Promise<void> {
    while (!holding.isRevoked && !isStopping) {
      try {
        await readEpoch(holding);
      } catch (error) {
        world.trace(`${process.name} ${holding.topic}/${holding.partition} starts over: ${String(error)}`);
        holding.isBusy = false;
        holding.epoch = 0;
        if (holding.isRevoked || hasEnded) return;
        await sleep(world, process, 50 + 200 * random());
      }
    }
  }

  async function readEpoch(holding: Holding): Promise<void> {
    const { topic, partition } = holding;
    const epoch = ++epochs;
    const what = `${topic}/${partition}`;
    holding.epoch = epoch;
    const isStale = () => epoch !== holding.epoch || holding.isRevoked || hasEnded;

    async function commit(to: Commit): Promise<void> {
      if (isStale()) return;
      const effect = () => reachable(() => group.commit(member, holding.generation, holding, to));
      const isTaken = await call(world, process, {
        kind: 'commit',
        what: `${what} ${to.offset} ${to.metadata}`,
        unreachable,
        effect,
      });
      if (!isTaken && !holding.isRevoked) lose();
    }

    const { from, why } = await call(world, process, {
      kind: 'position',
      what,
      unreachable,
      effect: () =>
        reachable(() => {
          const resume = decideResume({ commit: group.committed(holding), startOffset: 0, endOffset: log.end(topic, partition) });
          holding.settledBelow = Math.max(resume.from.offset, frontierOf(resume.from));
          return resume;
        }),
    });
    if (isStale()) return;
    if (why !== 'committed') await commit(from);
    let offset = (holding.next = from.offset);
    while (!isStale() && !isStopping) {
      if (log.end(topic, partition) <= offset) await arrival(holding, offset);
      if (isStale() || isStopping) return;
      const count = 1 + Math.floor(maxRecords * random());
      const effect = () =>
        reachable(() => ({ records: log.read(topic, partition, offset, count), endOffset: log.end(topic, partition) }));
      const { records, endOffset } = await call(world, process, {
        kind: 'read',
        what: `${what} from ${offset}`,
        unreachable,
        effect,
      });
      if (isStale() || isStopping) return;
      holding.isBusy = true;
      holding.settledBelow = Math.max(holding.settledBelow, offset);
      const heartbeat = () => (random() < 0.5 ? Promise.resolve() : beat());
      const batch: RecordBatch = { topic, partition, records, endOffset, epoch, resumedFrom: from, isStale, heartbeat, commit };
      await handle(batch);
      holding.isBusy = false;
      if (isStale()) return;
      offset = holding.next = records[records.length - 1].offset + 1;
      await heartbeat();
    }
  }

  function arrival(holding: Holding, offset: number): Promise<void> {
    return new Promise((resolve) => {
      holding.wake = () => world.time.after(3 * random(), process, resolve);
      log.onceAt(holding.topic, holding.partition, offset, () => holding.wake());
    });
  }

  function tick(): void {
    if (hasEnded) return;
    if (!holdings.some(({ isBusy }) => isBusy) && !isStopping) void beat();
    world.time.after(heartbeatMs, process, tick);
  }

  return {
    async run(handler) {
      handle = handler;
      const joined = new Promise<void>((resolve) => (onJoined = resolve));
      await join();
      await joined;
      tick();
    },
    status: () => ({
      joined: joins > 0,
      assigned: holdings.map(({ topic, partition, next }) => ({ topic, partition, next, endOffset: log.end(topic, partition) })),
      rebalances: Math.max(0, joins - 1),
      resets: 0,
      stalledMs: 0,
      fatal: null,
    }),
    pause: () => undefined,
    resume: () => undefined,
    async stop() {
      isStopping = true;
      for (const holding of holdings) holding.wake();
      for (let waitedMs = 0; holdings.some(({ isBusy }) => isBusy) && waitedMs < 8000; waitedMs += 50)
        await sleep(world, process, 50);
      hasEnded = true;
      if (!faults.isHealed() && log.isAway) return;
      group.leave(member);
    },
    holdings: () => holdings,
  };
}

/** The emission frontier in a commit's note, -1 for none. */
export function frontierOf({ metadata }: Commit): number {
  if (metadata === '') return -1;
  const note: { p: number } = JSON.parse(metadata);
  return note.p;
}

function fail(error: Error): never {
  throw error;
}
