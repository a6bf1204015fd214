// The coordinator of one consumer group: members, generations, assignments and commits. Its commits are refused by generation, as a
// broker does. A strict group waits for its members before a new generation begins, as Kafka does; a loose one does not, and old
// owners go on for a while.
import { between } from '@tocsin/signals';
import type { Commit } from '@tocsin/transport';
import type { World } from './call.ts';
import type { Process } from './virtual-time.ts';

export type TopicPartition = { topic: string; partition: number };

export type Member = {
  process: Process;
  lastHeardMs: number;
  assign(assigned: readonly TopicPartition[], generation: number): void;
  /** A strict group: the member has joined anew, and does not hold anything until the next assignment. */
  revoke(): void;
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

export function createSimulatedGroup(world: World, partitions: readonly TopicPartition[], isStrict = false): SimulatedGroup {
  const { time, faults } = world;
  const commits = new Map<string, Commit>();
  let members: Member[] = [];
  const generations = createGenerations(world, partitions, isStrict, () => members);
  const keyOf = ({ topic, partition }: TopicPartition) => `${topic}/${partition}`;

  return {
    join(member) {
      member.lastHeardMs = time.nowMs();
      if (!members.includes(member)) members.push(member);
      generations.joined(member);
      generations.rebalance();
    },
    leave(member) {
      if (!members.includes(member)) return;
      members = members.filter((other) => other !== member);
      generations.rebalance();
    },
    heartbeat(member) {
      member.lastHeardMs = time.nowMs();
      return members.includes(member);
    },
    commit(member, of, at, commit) {
      if (of !== generations.current() || !members.includes(member)) return false;
      commits.set(keyOf(at), commit);
      return true;
    },
    committed: (of) => commits.get(keyOf(of)) ?? null,
    rebalance: generations.rebalance,
    expire() {
      const gone = members.filter((member) => {
        const waits = generations.hasJoined(member) && member.process.isAlive;
        return !waits && time.nowMs() - member.lastHeardMs > sessionMs;
      });
      if (gone.length === 0) return;
      for (const { process } of gone) if (process.isAlive) faults.count('session-expired');
      members = members.filter((member) => !gone.includes(member));
      generations.rebalance();
    },
    members: () => members,
  };
}

type Generations = {
  current(): number;
  rebalance(): void;
  /** A strict group: the member need not be asked to join the generation that is being prepared. */
  joined(member: Member): void;
  hasJoined(member: Member): boolean;
};

/** Who holds what from when on. */
function createGenerations(
  world: World,
  partitions: readonly TopicPartition[],
  isStrict: boolean,
  membersNow: () => readonly Member[],
): Generations {
  const { time, random, faults } = world;
  let generation = 0;
  /** Members that have been told to join anew, and those of them that have; null while no generation is being prepared. */
  let preparing: { asked: Set<Member>; joined: Set<Member> } | null = null;
  const latenessMs = () => (faults.happens('late-assignment', 0.2) ? faults.extent('late-assignment', 200, 4000) : 0);

  function ask(member: Member, ours: NonNullable<typeof preparing>): void {
    const { asked, joined } = ours;
    if (asked.has(member)) return;
    asked.add(member);
    time.after(between(random, 1, 30) + latenessMs(), member.process, () => {
      // Whoever was let go of and came back has joined another generation since.
      if (preparing !== ours || joined.has(member) || !membersNow().includes(member)) return;
      member.revoke();
      joined.add(member);
      beginWhenJoined();
    });
  }

  function beginWhenJoined(): void {
    if (preparing === null || membersNow().some((member) => !preparing?.joined.has(member))) return;
    preparing = null;
    for (const member of membersNow()) member.lastHeardMs = time.nowMs();
    assign(() => 0);
  }

  function assign(lateMs: () => number): void {
    const members = membersNow();
    const ours = ++generation;
    const first = Math.floor(random() * members.length);
    members.forEach((member, i) => {
      const assigned = partitions.filter((_, k) => (k + first) % members.length === i);
      time.after(between(random, 1, 30) + lateMs(), member.process, () => {
        if (ours === generation && preparing === null) member.assign(assigned, ours);
      });
    });
    world.trace(`group generation ${ours}: ${members.map(({ process }) => process.name).join(', ')}`);
  }

  return {
    current: () => generation,
    rebalance() {
      if (!isStrict) return assign(latenessMs);
      preparing ??= { asked: new Set(), joined: new Set() };
      for (const member of membersNow()) ask(member, preparing);
      beginWhenJoined();
    },
    joined(member) {
      if (!isStrict) return;
      preparing ??= { asked: new Set(), joined: new Set() };
      preparing.asked.add(member);
      preparing.joined.add(member);
    },
    hasJoined: (member) => preparing?.joined.has(member) === true,
  };
}
