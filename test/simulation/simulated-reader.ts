// A LogReader of a simulated process: what the port promises of a reader, on a log and a group where everything may go wrong.
// Each partition is read as simulated-partition.ts says.
import { TransportError, type LogReader, type ReaderOptions } from '@tocsin/transport';
import { call, sleep, type World } from './call.ts';
import type { Member, SimulatedGroup } from './simulated-group.ts';
import type { SimulatedLog } from './simulated-log.ts';
import { followPartition, type FollowHost, type Holding } from './simulated-partition.ts';
import type { Process } from './virtual-time.ts';

export type SimulatedReader = LogReader & { holdings(): readonly Holding[] };

const heartbeatMs = 300;

export type SimulatedReaderOptions = ReaderOptions & {
  /** A heartbeat is asked for as often as a client does, and until it is answered; else now and then, and once. */
  isStrict: boolean;
};

export function createSimulatedReader(
  world: World,
  process: Process,
  log: SimulatedLog,
  group: SimulatedGroup,
  { topics, isStrict, onAssigned }: SimulatedReaderOptions,
): SimulatedReader {
  const { faults } = world;
  const running = new Map<string, Promise<void>>();
  let holdings: Holding[] = [];
  let epochs = 0;
  let joins = 0;
  let heardMs = -Infinity;
  let isStopping = false;
  let hasEnded = false;
  let onJoined: () => void = () => undefined;

  /** A call that fails while the broker is away. */
  const ask: FollowHost['ask'] = (kind, what, effect) => {
    const unreachable = () => new TransportError('unreachable', 'the broker is away');
    const reachable = () => {
      if (log.isAway) throw unreachable();
      return effect();
    };
    return call(world, process, { kind, what, unreachable, effect: reachable });
  };

  const host: FollowHost = {
    world,
    process,
    log,
    ask,
    handle: async () => undefined,
    nextEpoch: () => (epochs += 1),
    isStopping: () => isStopping,
    hasEnded: () => hasEnded,
    heartbeat: () => (isStrict ? beatWhenDue() : world.random() < 0.5 ? Promise.resolve() : beat().then(() => undefined)),
    commit: (holding, to) => group.commit(member, holding.generation, holding, to),
    committed: (holding) => group.committed(holding),
    lose,
  };

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
        await ask('join', '', () => group.join(member));
        return;
      } catch {
        await sleep(world, process, 100);
      }
    }
  }

  /** True where it was answered. */
  async function beat(): Promise<boolean> {
    const sentMs = world.time.nowMs();
    try {
      const isKnown = await ask('heartbeat', '', () => group.heartbeat(member));
      if (isKnown) heardMs = sentMs;
      else if (holdings.length > 0) lose();
      return true;
    } catch {
      // The next one meets it, too.
      return false;
    }
  }

  async function beatWhenDue(): Promise<void> {
    if (world.time.nowMs() - heardMs < heartbeatMs) return;
    while (!hasEnded && holdings.length > 0 && !(await beat())) await sleep(world, process, 50);
  }

  const member: Member = {
    process,
    lastHeardMs: 0,
    revoke: revokeAll,
    assign(assigned, generation) {
      revokeAll();
      joins += 1;
      heardMs = -Infinity;
      const state = { isRevoked: false, next: null, isBusy: false, settledBelow: 0, epoch: 0, wake: () => undefined };
      holdings = isStopping
        ? []
        : assigned.filter(({ topic }) => topics.includes(topic)).map((of) => ({ ...of, generation, ...state }));
      onAssigned?.(holdings);
      for (const holding of holdings) {
        const key = `${holding.topic}/${holding.partition}`;
        const before = running.get(key) ?? Promise.resolve();
        running.set(
          key,
          before.then(() => followPartition(host, holding)),
        );
      }
      onJoined();
    },
  };

  function tick(): void {
    if (hasEnded) return;
    if (!holdings.some(({ isBusy }) => isBusy) && !isStopping) void beat();
    world.time.after(heartbeatMs, process, tick);
  }

  return {
    async run(handler) {
      host.handle = handler;
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
