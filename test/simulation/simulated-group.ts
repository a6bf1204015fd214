// The coordinator of one consumer group: members, generations, assignments and commits. Members hear of an assignment late, so
// an old owner goes on for a while; its commits are refused by generation, as a broker does.
import { between } from '@tocsin/signals';
import type { Commit } from '@tocsin/transport';
import type { World } from './call.ts';
import type { Process } from './virtual-time.ts';

export type TopicPartition = { topic: string; partition: number };

export type Member = {
  process: Process;
  lastHeardMs: number;
  assign(assigned: readonly TopicPartition[], generation: number): void;
};

export type SimulatedGroup = {
  join(member: Member): void;
  leave(member: Member): void;
  /** False where the group does not know the member any more. */
  heartbeat(member: Member): boolean;
  /** False where the commit was refused. */
  commit(member: Member, generation: number, of: TopicPartition, commit: Commit): boolean;
  committed(of: TopicPartition): Commit | null;
  rebalance(): void;
  /** Lets go of members that have not been heard of for a session. */
  expire(): void;
  members(): readonly Member[];
};

const sessionMs = 1500;

export function createSimulatedGroup(world: World, partitions: readonly TopicPartition[]): SimulatedGroup {
  const { time, random, faults } = world;
  const commits = new Map<string, Commit>();
  let members: Member[] = [];
  let generation = 0;
  const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

  function rebalance(): void {
    const ours = ++generation;
    const first = Math.floor(random() * members.length);
    members.forEach((member, i) => {
      const assigned = partitions.filter((_, k) => (k + first) % members.length === i);
      const lateMs = faults.happens('late-assignment', 0.2) ? between(random, 200, 4000) : 0;
      time.after(between(random, 1, 30) + lateMs, member.process, () => {
        if (ours === generation) member.assign(assigned, ours);
      });
    });
    world.trace(`group generation ${ours}: ${members.map(({ process }) => process.name).join(', ')}`);
  }

  return {
    join(member) {
      member.lastHeardMs = time.nowMs();
      if (!members.includes(member)) members.push(member);
      rebalance();
    },
    leave(member) {
      if (!members.includes(member)) return;
      members = members.filter((other) => other !== member);
      rebalance();
    },
    heartbeat(member) {
      member.lastHeardMs = time.nowMs();
      return members.includes(member);
    },
    commit(member, of, at, commit) {
      if (of !== generation || !members.includes(member)) return false;
      commits.set(keyOf(at), commit);
      return true;
    },
    committed: (of) => commits.get(keyOf(of)) ?? null,
    rebalance,
    expire() {
      const gone = members.filter(({ lastHeardMs }) => time.nowMs() - lastHeardMs > sessionMs);
      if (gone.length === 0) return;
      for (const { process } of gone) if (process.isAlive) faults.count('session-expired');
      members = members.filter((member) => !gone.includes(member));
      rebalance();
    },
    members: () => members,
  };
}
