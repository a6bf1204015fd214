// Whether this trainer is the only one of its group. Two would share the devices and learn from half a fleet each.
import type { LogMessage } from '@tocsin/schemas';
import type { LogAdmin, ReaderStatus } from '@tocsin/transport';

export type MemberWatch = {
  /** Are all partitions ours at the moment? Says so when that changes. Rejects where the log is away. */
  isAlone(status: Pick<ReaderStatus, 'assigned'>): Promise<boolean>;
  /** What was found last; null where all was ours. */
  problem(): string | null;
};

export function watchMembers({
  admin,
  groupId,
  topics,
  note,
}: {
  admin: LogAdmin;
  groupId: string;
  topics: readonly string[];
  note: LogMessage;
}): MemberWatch {
  let problem: string | null = null;
  return {
    async isAlone({ assigned }) {
      const others = await heldByOthers(admin, topics, assigned);
      const was = problem;
      problem = others.length === 0 ? null : problemOf(groupId, others);
      if (problem !== null && was === null) note('error', problem, { partitions: others.slice(0, 10) });
      if (problem === null && was !== null) note('info', 'this trainer is alone in its group again', { groupId });
      return problem === null;
    },
    problem: () => problem,
  };
}

/** Partitions of the topics, `topic/partition`, that are not ours. */
async function heldByOthers(admin: LogAdmin, topics: readonly string[], assigned: ReaderStatus['assigned']): Promise<string[]> {
  const ours = new Set(assigned.map(({ topic, partition }) => `${topic}/${partition}`));
  const known = await Promise.all(topics.map((topic) => admin.describe(topic)));
  return known
    .flatMap((info) => (info?.partitions ?? []).map(({ partition }) => `${info?.name}/${partition}`))
    .filter((partition) => !ours.has(partition));
}

function problemOf(groupId: string, others: readonly string[]): string {
  const share = `${others.length} partition${others.length === 1 ? '' : 's'}`;
  return `another trainer reads as group ${groupId} and has ${share}: neither learns while both are there; stop one of them, or give it a group and a store of its own`;
}
