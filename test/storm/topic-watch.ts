// Follows topics from their start and keeps everything that is in them.
import type { LogRecord, Transport } from '@tocsin/transport';

export type TopicWatch = {
  /** Everything seen so far of one topic, by partition and offset. */
  records(topic: string): LogRecord[];
  /** Has everything been seen that is in the topics now? */
  isCaughtUp(): Promise<boolean>;
  stop(): Promise<void>;
};

/** Watches as a group of its own. What is read twice is kept once. */
export async function watchTopics(transport: Transport, topics: readonly string[], groupId: string): Promise<TopicWatch> {
  const logs = new Map<string, LogRecord[]>();
  const logOf = (topic: string, partition: number): LogRecord[] => {
    const key = `${topic}:${partition}`;
    const log = logs.get(key) ?? [];
    logs.set(key, log);
    return log;
  };
  const reader = transport.reader({ groupId, topics });
  await reader.run(async ({ topic, partition, records }) => {
    const log = logOf(topic, partition);
    for (const record of records) if (record.offset > (log.at(-1)?.offset ?? -1)) log.push(record);
  });
  const admin = transport.admin();
  return {
    records: (topic) =>
      [...logs]
        .filter(([key]) => key.startsWith(`${topic}:`))
        .flatMap(([, log]) => log)
        .toSorted((a, b) => a.partition - b.partition || a.offset - b.offset),
    async isCaughtUp() {
      const { fatal } = reader.status();
      if (fatal !== null) throw fatal;
      const infos = await Promise.all(topics.map((topic) => admin.describe(topic))).catch(() => [null]);
      return infos.every((info) =>
        info?.partitions.every(({ partition, endOffset }) => logOf(info.name, partition).length === endOffset),
      );
    },
    stop: () => reader.stop(),
  };
}
