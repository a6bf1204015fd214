// A member of a consumer group of the embedded log: assignments, failures, the beginning and the end. Each partition is read as
// embedded-partition.ts says.
import type { LogMessage } from '@tocsin/schemas';
import { type Attempts, countAttempts } from '../attempts.ts';
import { finishInTime } from '../finish-in-time.ts';
import type { LogReader, ReaderOptions } from '../port.ts';
import { handlerFailed, requireTopics } from '../reader-errors.ts';
import { TransportError } from '../transport-error.ts';
import { type EmbeddedPartition, embeddedPartition, type FollowHost } from './embedded-partition.ts';
import type { GroupMember } from './reading-group.ts';
import type { SharedLog } from './shared-log.ts';

export type EmbeddedReaderOptions = { failuresMax: number; onLog: LogMessage };

/** A LogReader on an open log. */
export function embeddedReader(log: SharedLog, options: EmbeddedReaderOptions, readerOptions: ReaderOptions): LogReader {
  const { groupId, topics, startFrom = 'earliest', maxRecords = 2_000, resumeAt, onAssigned } = readerOptions;
  const attempts = new Map<string, Attempts>();
  const pausedTopics = new Set<string>();
  const following = new Set<Promise<void>>();
  let partitions: EmbeddedPartition[] = [];
  let isRunning = false;
  let isJoined = false;
  let hasEnded = false;
  let joins = 0;
  let epochs = 0;
  let resets = 0;
  let fatal: TransportError | null = null;
  let closing: Promise<void> | null = null;
  let member: GroupMember | null = null;

  const note: LogMessage = (level, message, fields) => options.onLog(level, message, { groupId, ...fields });

  const host: FollowHost = {
    log,
    groupId,
    startFrom,
    maxRecords,
    resumeAt,
    nextEpoch: () => (epochs += 1),
    isPaused: (topic) => pausedTopics.has(topic),
    hasEnded: () => hasEnded,
    onReset(of, position) {
      resets += 1;
      note('error', 'the committed offset is not in the log any more: reading goes on from its start', { ...of, ...position });
    },
    onFailure({ topic, partition }, error) {
      const delayMs = attemptsOf(topic, partition).failed();
      if (delayMs === null) {
        end(handlerFailed(topic, partition, error));
        return null;
      }
      note('warn', 'a handler failed: resuming from the last commit', { topic, partition, delayMs, error });
      return delayMs;
    },
  };

  function attemptsOf(topic: string, partition: number): Attempts {
    const key = `${topic}/${partition}`;
    const count = attempts.get(key) ?? countAttempts(options.failuresMax);
    attempts.set(key, count);
    return count;
  }

  function end(error: TransportError): void {
    if (fatal !== null || closing !== null) return;
    fatal = error;
    hasEnded = true;
    note('error', 'reading has ended', { error });
    closing = close();
  }

  async function close(): Promise<void> {
    isJoined = false;
    for (const partition of partitions) partition.release();
    await finishInTime(Promise.all(following), () => (hasEnded = true));
    hasEnded = true;
    if (member !== null) await log.leave(groupId, member);
    partitions = [];
  }

  return {
    async run(handler) {
      if (isRunning || closing !== null)
        throw new TransportError('closed', `the reader of group ${groupId} runs already, or was stopped`);
      requireTopics(
        topics.filter((topic) => log.store.topic(topic) !== null),
        topics,
      );
      isRunning = true;
      member = {
        topics,
        assign(assigned, occupy) {
          for (const partition of partitions) partition.revoke();
          joins += 1;
          if (closing !== null) return;
          onAssigned?.(assigned);
          partitions = assigned.map((of) => embeddedPartition(of, attemptsOf(of.topic, of.partition), host));
          for (const partition of partitions) {
            const done = occupy(partition, () => partition.follow(handler)).finally(() => following.delete(done));
            following.add(done);
          }
          isJoined = true;
        },
        lose: end,
      };
      await log.join(groupId, member);
    },
    status: () => ({
      joined: isJoined,
      assigned: partitions.map(({ topic, partition, next }) => {
        const { endOffset } = log.store.bounds(topic, partition);
        return { topic, partition, next: next(), endOffset };
      }),
      rebalances: Math.max(0, joins - 1),
      resets,
      // Its loops cannot lose sight of a partition.
      stalledMs: 0,
      fatal,
    }),
    pause: (topic) => void pausedTopics.add(topic),
    resume(topic) {
      pausedTopics.delete(topic);
      log.arrivals.notify();
    },
    stop: () => (closing ??= close()),
  };
}
