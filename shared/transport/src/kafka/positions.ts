// Asks Kafka where a group stands in a topic: its commits with their notes, and the first and next offset of each partition.
import type { Admin } from 'kafkajs';
import type { Commit } from '../port.ts';
import type { Position } from '../resume.ts';

/** Position per partition. Rejects when the topic or the group's coordinator cannot be reached. */
export async function fetchPositions(admin: Admin, groupId: string, topic: string): Promise<Map<number, Position>> {
  const offsets = await admin.fetchTopicOffsets(topic);
  const commits = await fetchCommits(admin, groupId, topic);
  return new Map(
    offsets.map(({ partition, low, high }) => [
      partition,
      { commit: commits.get(partition) ?? null, startOffset: Number(low), endOffset: Number(high) },
    ]),
  );
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
