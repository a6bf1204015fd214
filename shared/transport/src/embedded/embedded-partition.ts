// One assigned partition of an embedded reader: follows the log from the last commit on, and goes back there when the handler
// throws or when retention has overtaken it.
import { setImmediate as letOthersIn, setTimeout as sleep } from 'node:timers/promises';
import type { Attempts } from '../attempts.ts';
import type { BatchHandler, Commit, LogRecord, ReaderOptions, RecordBatch } from '../port.ts';
import { decideResume, ownPosition, type Position } from '../resume.ts';
import type { TopicPartition } from './reading-group.ts';
import type { SharedLog } from './shared-log.ts';

/** What a partition needs of the reader it belongs to. */
export type FollowHost = {
  log: SharedLog;
  groupId: string;
  startFrom: 'earliest' | 'latest';
  maxRecords: number;
  resumeAt?: ReaderOptions['resumeAt'];
  nextEpoch(): number;
  isPaused(topic: string): boolean;
  /** Has the time to finish run out? */
  hasEnded(): boolean;
  onReset(of: TopicPartition, position: Position): void;
  /** How long to wait before the next attempt; null: there is none. */
  onFailure(of: TopicPartition, error: unknown): number | null;
};

export type EmbeddedPartition = TopicPartition & {
  /** Reads on until `release` or `revoke`; never rejects. */
  follow(handler: BatchHandler): Promise<void>;
  /** Hands over nothing more; the batch in flight may finish. */
  release(): void;
  /** The partition is somebody else's: the batch in flight is stale too. */
  revoke(): void;
  next(): number | null;
};

/** A partition just assigned. `attempts` outlives the assignment. */
export function embeddedPartition(of: TopicPartition, attempts: Attempts, host: FollowHost): EmbeddedPartition {
  const { topic, partition } = of;
  const { store, arrivals } = host.log;
  const released = new AbortController();
  let isRevoked = false;
  let epoch = 0;
  let next: number | null = null;

  function recordBatch(records: LogRecord[], endOffset: number, resumedFrom: Commit): RecordBatch {
    const ours = epoch;
    const isStale = () => ours !== epoch || isRevoked || host.hasEnded();
    return {
      topic,
      partition,
      records,
      endOffset,
      epoch: ours,
      resumedFrom,
      isStale,
      heartbeat: () => letOthersIn(),
      async commit(commit) {
        if (!isStale()) await store.commit(host.groupId, topic, partition, commit);
      },
    };
  }

  /** Starts an epoch at the last commit; returns when released, or when the log no longer has what comes next. */
  async function readEpoch(handler: BatchHandler): Promise<void> {
    epoch = host.nextEpoch();
    store.refresh();
    const position = ownPosition(store.position(host.groupId, topic, partition), topic, partition, host.resumeAt);
    const { from, why } = decideResume(position, host.startFrom);
    let offset = (next = from.offset);
    if (why === 'reset') host.onReset(of, position);
    if (why !== 'committed') await store.commit(host.groupId, topic, partition, from);
    while (!released.signal.aborted) {
      store.refresh();
      await arrivals.wait(() => !host.isPaused(topic) && store.bounds(topic, partition).endOffset > offset, released.signal);
      if (released.signal.aborted) return;
      const { startOffset, endOffset } = store.bounds(topic, partition);
      if (offset < startOffset) return;
      const records = store.read(topic, partition, offset, host.maxRecords);
      await handler(recordBatch(records, endOffset, from));
      if (isRevoked || host.hasEnded()) return;
      offset = next = records[records.length - 1].offset + 1;
      attempts.reached(offset);
      await letOthersIn();
    }
  }

  return {
    topic,
    partition,
    async follow(handler) {
      while (!released.signal.aborted) {
        try {
          await readEpoch(handler);
        } catch (error) {
          if (isRevoked || host.hasEnded()) return;
          const delayMs = host.onFailure(of, error);
          if (delayMs === null) return;
          await sleep(delayMs, undefined, { signal: released.signal }).catch(() => undefined);
        }
      }
    },
    release: () => released.abort(),
    revoke() {
      isRevoked = true;
      released.abort();
    },
    next: () => next,
  };
}
