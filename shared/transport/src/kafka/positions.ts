// Asks Kafka where a group stands in a topic: its commits with their notes, and the first and next offset of each partition.
import type { Admin } from 'kafkajs';
import type { Commit, ReaderOptions } from '../port.ts';
import { ownPosition, type Position } from '../resume.ts';
import type { AdminConnection } from './admin-connection.ts';
import { asTransportError } from './kafka-errors.ts';

export type GroupPositions = {
  /** Where the group stands in each partition of a topic. Rejects when that cannot be asked. */
  of(topic: string): Promise<ReadonlyMap<number, Position>>;
  /** The next offset of each partition of a topic. */
  endOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
};

/** Asks over an admin connection, for one group; `resumeAt` of a reader that keeps positions itself. */
export function groupPositions(
  connection: AdminConnection,
  groupId: string,
  resumeAt?: ReaderOptions['resumeAt'],
): GroupPositions {
  return {
    of: (topic) =>
      connection
        .use(async (admin) => {
          const offsets = await admin.fetchTopicOffsets(topic);
          const commits = await fetchCommits(admin, groupId, topic);
          return new Map(
            offsets.map(({ partition, low, high }) => {
              const known = { commit: commits.get(partition) ?? null, startOffset: Number(low), endOffset: Number(high) };
              return [partition, ownPosition(known, topic, partition, resumeAt)];
            }),
          );
        })
        .catch((error) => {
          throw asTransportError(error, `asking where ${groupId} stands in ${topic}`);
        }),
    async endOffsets(topic) {
      const offsets = await connection.use((admin) => admin.fetchTopicOffsets(topic));
      return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]));
    },
  };
}

/**
 * Commits per partition; partitions without one are left out. An offset of -2 is none of ours: it is what kafkajs commits when
 * the broker no longer has the offset it asked for.
 */
export async function fetchCommits(admin: Admin, groupId: string, topic: string): Promise<Map<number, Commit>> {
  // Never with resolveOffsets: kafkajs would then join the group to set them.
  const [fetched] = await admin.fetchOffsets({ groupId, topics: [topic] });
  const committed = (fetched?.partitions ?? []).filter(({ offset }) => offset !== nothingCommitted);
  return new Map(
    committed.map(({ partition, offset, metadata }) => [partition, { offset: Number(offset), metadata: metadata ?? '' }]),
  );
}

const nothingCommitted = '-1';
