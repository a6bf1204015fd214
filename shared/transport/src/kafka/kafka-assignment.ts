// What the group has given a Kafka reader: the partitions of the present generation, with their epochs; earlier ones are stale.
import type { IMemberAssignment } from 'kafkajs';
import { type Attempts, countAttempts } from '../attempts.ts';
import type { Position } from '../resume.ts';
import { type KafkaPartition, kafkaPartition, type PartitionHost } from './kafka-partition.ts';

export type KafkaAssignment = {
  /** Replaces all partitions; resolves, with whether it still counts, when it is known where each of them stands. */
  replace(assignment: IMemberAssignment): Promise<boolean>;
  /** The partition, once it is known where it stands; undefined when it is not ours. */
  find(topic: string, partition: number): Promise<KafkaPartition | undefined>;
  current(): readonly KafkaPartition[];
  /** Everything handed out so far is stale. */
  revoke(): void;
};

type Partitions = ReadonlyMap<string, KafkaPartition>;

/** No partitions yet. `positionsOf` asks where the group stands in a topic; where that fails, a partition asks again itself. */
export function kafkaAssignment(
  host: PartitionHost,
  positionsOf: (topic: string) => Promise<ReadonlyMap<number, Position>>,
  failuresMax: number,
): KafkaAssignment {
  const attempts = new Map<string, Attempts>();
  let current: Partitions = new Map();
  let assigning: Promise<Partitions> = Promise.resolve(current);

  async function ofTopic(topic: string, numbers: readonly number[]): Promise<[string, KafkaPartition][]> {
    const positions = await positionsOf(topic).catch(() => new Map<number, Position>());
    return numbers.map((partition) => {
      const key = `${topic}/${partition}`;
      const count = attempts.get(key) ?? countAttempts(failuresMax);
      attempts.set(key, count);
      const atAssignment = positions.get(partition) ?? null;
      return [key, kafkaPartition({ topic, partition, atAssignment, attempts: count }, host)];
    });
  }

  function revoke(): void {
    for (const partition of current.values()) partition.revoke();
  }

  return {
    async replace(assignment) {
      revoke();
      current = new Map();
      const assigned = Promise.all(Object.entries(assignment).map(([topic, numbers]) => ofTopic(topic, numbers))).then(
        (topics) => new Map(topics.flat()),
      );
      assigning = assigned;
      const partitions = await assigned;
      if (assigning !== assigned) return false;
      current = partitions;
      return true;
    },
    find: async (topic, partition) => (await assigning).get(`${topic}/${partition}`),
    current: () => [...current.values()],
    revoke,
  };
}
