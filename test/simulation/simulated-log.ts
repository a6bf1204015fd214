// Topics and partitions in memory, as every process of a simulated world sees them.
import { partitionOf, type LogRecord, type OutgoingRecord } from '@tocsin/transport';

export type SimulatedLog = {
  append(record: OutgoingRecord, timestampMs: number): void;
  read(topic: string, partition: number, from: number, count: number): readonly LogRecord[];
  end(topic: string, partition: number): number;
  /** Offset of the first record that retention has left. */
  start(topic: string, partition: number): number;
  /** Retention: what lies below `offset` cannot be read any more. */
  trim(topic: string, partition: number, offset: number): void;
  all(topic: string): readonly LogRecord[];
  partitions(topic: string): number;
  /** Calls back once something lies at `offset`. */
  onceAt(topic: string, partition: number, offset: number, then: () => void): void;
  isAway: boolean;
};

export function createSimulatedLog(topics: Readonly<Record<string, number>>): SimulatedLog {
  const logs = new Map(
    Object.entries(topics).map(([topic, count]) => [topic, Array.from({ length: count }, () => emptyPartition())]),
  );
  const of = (topic: string) => logs.get(topic) ?? [];

  return {
    isAway: false,
    append({ topic, key, value, headers = {}, partition }, timestampMs) {
      const partitions = of(topic);
      const bytes = typeof key === 'string' ? Buffer.from(key) : key;
      const at = partition ?? (bytes === null ? 0 : partitionOf(bytes, partitions.length));
      const { records, waiting } = partitions[at];
      const copied = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]));
      records.push({ topic, partition: at, offset: records.length, timestampMs, key: bytes, value, headers: copied });
      for (const then of waiting.splice(0)) then();
    },
    read: (topic, partition, from, count) => of(topic)[partition].records.slice(from, from + count),
    end: (topic, partition) => of(topic)[partition].records.length,
    start: (topic, partition) => of(topic)[partition].start,
    trim(topic, partition, offset) {
      const trimmed = of(topic)[partition];
      trimmed.start = Math.max(trimmed.start, offset);
    },
    all: (topic) => of(topic).flatMap(({ records }) => records),
    partitions: (topic) => of(topic).length,
    onceAt(topic, partition, offset, then) {
      const { records, waiting } = of(topic)[partition];
      if (records.length > offset) then();
      else waiting.push(then);
    },
  };
}

function emptyPartition(): { records: LogRecord[]; waiting: (() => void)[]; start: number } {
  return { records: [], waiting: [], start: 0 };
}
