// The newest records of topics, read as a consumer group of its own, which keeps nothing but where it looked last.
import type { BatchHandler, LogRecord, TopicInfo, Transport } from '@tocsin/transport';

/** Thrown by the handler on purpose: a reader resumes from its last commit when its handler throws. */
class LookElsewhere extends Error {}

export type Sample = {
  records: LogRecord[];
  /** Partitions that hold records, and those of them whose newest records were all read. */
  partitions: number;
  complete: number;
};

type Wanted = { fromOffset: number; endOffset: number; isComplete: boolean };

/**
 * Reads up to `perPartition` of the newest records of every partition, as many as come within `limitMs`. `topics` say where the
 * partitions end; what is appended meanwhile is not waited for. Rejects with what the reader rejects with.
 */
export async function newestRecords(
  transport: Transport,
  topics: readonly TopicInfo[],
  { groupId, perPartition, limitMs, now, sleep }: Reading,
): Promise<Sample> {
  const wanted = wantedPartitions(topics, perPartition);
  const records: LogRecord[] = [];
  const sample = (): Sample => {
    const complete = [...wanted.values()].filter(({ isComplete }) => isComplete).length;
    return { records, partitions: wanted.size, complete };
  };
  if (wanted.size === 0) return sample();

  const handler: BatchHandler = async (batch) => {
    const place = wanted.get(`${batch.topic}:${batch.partition}`);
    if (place === undefined || place.isComplete) return;
    if (batch.resumedFrom.offset !== place.fromOffset) {
      await batch.commit({ offset: place.fromOffset, metadata: '' });
      throw new LookElsewhere();
    }
    records.push(...batch.records.filter(({ offset }) => offset < place.endOffset));
    const last = batch.records.at(-1);
    place.isComplete = last !== undefined && last.offset >= place.endOffset - 1;
  };
  const reader = transport.reader({ groupId, topics: topics.map(({ name }) => name), maxRecords: perPartition });
  const untilMs = now() + limitMs;
  const isDone = () => [...wanted.values()].every(({ isComplete }) => isComplete);
  let failure: unknown;
  reader.run(handler).catch((error: unknown) => (failure = error));
  try {
    while (!isDone() && now() < untilMs) {
      failure ??= reader.status().fatal ?? undefined;
      if (failure !== undefined) throw failure;
      await sleep(20);
    }
  } finally {
    // Leaving may wait for brokers; the caller has what it wants.
    void reader.stop().catch(() => undefined);
  }
  return sample();
}

export type Reading = {
  groupId: string;
  perPartition: number;
  limitMs: number;
  now(): number;
  sleep(ms: number): Promise<void>;
};

function wantedPartitions(topics: readonly TopicInfo[], perPartition: number): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const { name, partitions } of topics) {
    for (const { partition, startOffset, endOffset } of partitions) {
      if (endOffset <= startOffset) continue;
      const fromOffset = Math.max(startOffset, endOffset - perPartition);
      wanted.set(`${name}:${partition}`, { fromOffset, endOffset, isComplete: false });
    }
  }
  return wanted;
}
