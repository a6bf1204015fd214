// Reads the topics as a consumer group of its own, from not too far back, and hands every record over. What is in memory is gone with
// the process, so nothing is committed but the place to start from.
import type { LogMessage } from '@tocsin/schemas';
import type { LogReader, ReaderStatus, RecordBatch, TopicInfo, Transport } from '@tocsin/transport';

export type Followed = {
  topic: string;
  /** Records of each partition that are read again at the start, at most. */
  readBack: number;
  /** What it throws is a record that cannot be read: said and passed over. */
  take(value: Uint8Array, loggedMs: number): void;
};

export type Following = { status(): ReaderStatus; stop(): Promise<void>; unreadable(): number };

/** Thrown by the handler on purpose: a reader resumes from its last commit when its handler throws. */
class LookElsewhere extends Error {}

/** Resolves once it reads. Partitions that come later are read from their start. */
export async function followTopics(
  transport: Transport,
  groupId: string,
  followed: readonly Followed[],
  note: LogMessage,
): Promise<Following> {
  const byTopic = new Map(followed.map((one) => [one.topic, one]));
  const infos = await Promise.all(followed.map(({ topic }) => transport.admin().describe(topic)));
  const starts = startsOf(infos, byTopic);
  let unreadable = 0;

  async function take(batch: RecordBatch): Promise<void> {
    const start = starts.get(placeOf(batch)) ?? 0;
    const [first] = batch.records;
    if (first !== undefined && first.offset < start && batch.resumedFrom.offset < start) {
      await batch.commit({ offset: start, metadata: '' });
      throw new LookElsewhere(`reading from ${start} on`);
    }
    const { take: takeOne } = byTopic.get(batch.topic)!;
    for (const { value, timestampMs, topic, partition, offset } of batch.records) {
      if (value === null) continue;
      try {
        takeOne(value, timestampMs);
      } catch (error) {
        if (unreadable++ < 20) note('warn', 'a record cannot be read', { topic, partition, offset, error: String(error) });
      }
    }
    // Others want to be answered while a long history is read.
    await new Promise((resolve) => setImmediate(resolve));
  }

  const reader: LogReader = transport.reader({ groupId, topics: [...byTopic.keys()], maxRecords: 500 });
  await reader.run(take);
  return { status: () => reader.status(), stop: () => reader.stop(), unreadable: () => unreadable };
}

function startsOf(infos: readonly (TopicInfo | null)[], byTopic: ReadonlyMap<string, Followed>): Map<string, number> {
  const starts = new Map<string, number>();
  for (const info of infos)
    for (const { partition, startOffset, endOffset } of info?.partitions ?? [])
      starts.set(`${info!.name}:${partition}`, Math.max(startOffset, endOffset - byTopic.get(info!.name)!.readBack));
  return starts;
}

function placeOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}:${partition}`;
}
