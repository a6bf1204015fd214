// The members of one consumer group in this thread: shares partitions out among them, anew whenever one comes or goes.
// A partition reaches its next owner when the handler of the one before has returned.
import type { TransportError } from '../transport-error.ts';

export type TopicPartition = { topic: string; partition: number };

/** Runs `work` as soon as no earlier work on the partition is under way: at once where there is none. */
export type Occupy = (of: TopicPartition, work: () => Promise<void>) => Promise<void>;

export type GroupMember = {
  topics: readonly string[];
  /** Takes the place of whatever was assigned before. Work on the partitions goes through `occupy`. */
  assign(partitions: readonly TopicPartition[], occupy: Occupy): void;
  /** The group is somebody else's now. */
  lose(error: TransportError): void;
};

export type ReadingGroup = {
  join(member: GroupMember): void;
  /** False for somebody who is no member. */
  leave(member: GroupMember): boolean;
  /** Tells every member that the group is somebody else's. */
  lose(error: TransportError): void;
};

/** A group without members. `partitionsOf` tells how many partitions a topic has. */
export function readingGroup(partitionsOf: (topic: string) => number): ReadingGroup {
  const members: GroupMember[] = [];
  const occupied = new Map<string, Promise<void>>();

  function shareOut(): void {
    const shares = new Map<GroupMember, TopicPartition[]>(members.map((member) => [member, []]));
    for (const topic of new Set(members.flatMap(({ topics }) => topics))) {
      const takers = members.filter(({ topics }) => topics.includes(topic));
      for (let partition = 0; partition < partitionsOf(topic); partition += 1) {
        shares.get(takers[partition % takers.length])?.push({ topic, partition });
      }
    }
    for (const [member, share] of shares) member.assign(share, occupy);
  }

  function occupy({ topic, partition }: TopicPartition, work: () => Promise<void>): Promise<void> {
    const key = `${topic}/${partition}`;
    const before = occupied.get(key);
    const done = (before === undefined ? work() : before.then(work)).finally(() => {
      if (occupied.get(key) === done) occupied.delete(key);
    });
    occupied.set(key, done);
    return done;
  }

  return {
    join(member) {
      members.push(member);
      shareOut();
    },
    leave(member) {
      const at = members.indexOf(member);
      if (at < 0) return false;
      members.splice(at, 1);
      shareOut();
      return true;
    },
    lose(error) {
      for (const member of members.splice(0)) member.lose(error);
    },
  };
}
