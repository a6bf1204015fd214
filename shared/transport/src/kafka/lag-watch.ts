// Asks the broker every few seconds how long the assigned partitions are, and notices when records wait that nobody hands over:
// kafkajs can lose sight of a partition after a connection closes.
import type { KafkaPartition } from './kafka-partition.ts';

export type LagWatch = {
  /** Longest time, in ms, that some partition has had records waiting without moving; 0 when all is well. */
  stalledMs(): number;
  stop(): void;
};

type Watched = {
  partitions(): Iterable<KafkaPartition>;
  /** Next offset per partition of a topic. A rejection skips this round. */
  endOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
  /** Is the partition left alone on purpose? */
  isHeld(partition: KafkaPartition): boolean;
};

const everyMs = 5_000;

/** Starts watching; the timer does not keep the process alive. */
export function watchLag({ partitions, endOffsets, isHeld }: Watched): LagWatch {
  const waiting = new Map<KafkaPartition, { next: number; sinceMs: number }>();

  function note(partition: KafkaPartition, nowMs: number): void {
    const next = partition.next();
    const end = partition.endOffset();
    const isWaiting = next !== null && end !== null && end > next && !partition.isBusy() && !isHeld(partition);
    if (!isWaiting) waiting.delete(partition);
    else if (waiting.get(partition)?.next !== next) waiting.set(partition, { next, sinceMs: nowMs });
  }

  async function look(): Promise<void> {
    const current = [...partitions()];
    for (const topic of new Set(current.map((partition) => partition.topic))) {
      const ends = await endOffsets(topic).catch(() => new Map<number, number>());
      for (const partition of current) {
        const end = partition.topic === topic ? ends.get(partition.partition) : undefined;
        if (end !== undefined) partition.sawEnd(end);
      }
    }
    for (const partition of waiting.keys()) if (!current.includes(partition)) waiting.delete(partition);
    for (const partition of current) note(partition, performance.now());
  }

  let timer: NodeJS.Timeout | null = null;
  const lookLater = () => {
    timer = setTimeout(() => void look().finally(() => timer !== null && lookLater()), everyMs).unref();
  };
  lookLater();

  return {
    stalledMs() {
      const nowMs = performance.now();
      return Math.max(
        0,
        ...[...waiting].map(([partition, { next, sinceMs }]) => (partition.next() === next ? nowMs - sinceMs : 0)),
      );
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
