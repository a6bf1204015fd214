// Takes a member that is gone out of its group. When a consumer of kafkajs crashes and starts anew (a broker went away, a
// coordinator was loading), it comes as a new member; the group would wait for the old one until its session is over.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cluster, type Kafka, PartitionAssigners } from 'kafkajs';

const betweenAttemptsMs = 250;

/** Tries until the group says that the member is no part of it, or until `isMoot`. */
export async function removeMember(kafka: Kafka, groupId: string, memberId: string, isMoot: () => boolean): Promise<void> {
  while (!isMoot()) {
    const cluster = clusterOf(kafka, groupId);
    try {
      await cluster.connect();
      await cluster.refreshMetadata();
      await leave(await cluster.findGroupCoordinator({ groupId }), groupId, memberId);
      return;
    } catch (error) {
      if (error instanceof Error && 'type' in error && error.type === 'UNKNOWN_MEMBER_ID') return;
      await sleep(betweenAttemptsMs);
    } finally {
      await cluster.disconnect().catch(() => undefined);
    }
  }
}

/** The one public way to a connection of kafkajs that takes any request: partition assigners are handed it. */
function clusterOf(kafka: Kafka, groupId: string): Cluster {
  const clusters: Cluster[] = [];
  kafka.consumer({
    groupId,
    partitionAssigners: [
      (config) => {
        clusters.push(config.cluster);
        return PartitionAssigners.roundRobin(config);
      },
    ],
  });
  return clusters[0];
}

async function leave(coordinator: object, groupId: string, memberId: string): Promise<void> {
  if ('leaveGroup' in coordinator && typeof coordinator.leaveGroup === 'function')
    await coordinator.leaveGroup({ groupId, memberId });
}
