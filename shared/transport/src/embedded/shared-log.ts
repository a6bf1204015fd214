// One open log per directory and thread, however many transports use it: they share its appends, its arrivals and its groups.
import { mkdirSync, realpathSync } from 'node:fs';
import type { SendQueue } from '../send-queue.ts';
import { appendQueue } from './append-queue.ts';
import { type Arrivals, watchArrivals } from './arrivals.ts';
import { type GroupLease, takeLease } from './group-lease.ts';
import { type LogStore, openLogStore, storing } from './log-store.ts';
import { type GroupMember, type ReadingGroup, readingGroup } from './reading-group.ts';

export type SharedLog = {
  store: LogStore;
  arrivals: Arrivals;
  appends: SendQueue;
  /** Makes the member part of the group; rejects when another thread or process reads as that group. */
  join(groupId: string, member: GroupMember): Promise<void>;
  leave(groupId: string, member: GroupMember): Promise<void>;
  /** Are there members in this thread? */
  holds(groupId: string): boolean;
  /** Every `openSharedLog` needs one `release`; the last closes the log. */
  release(): Promise<void>;
};

type HeldGroup = { held: Promise<{ group: ReadingGroup; lease: GroupLease }>; members: number };

const openLogs = new Map<string, { log: SharedLog; users: number }>();

/** The log of a directory, which is made where missing; throws `storage` when that cannot be. Whoever opens it first decides how many records it retains. */
export function openSharedLog(directory: string, retainRecords: number): SharedLog {
  const path = storing(directory, () => {
    mkdirSync(directory, { recursive: true });
    return realpathSync(directory);
  });
  const entry = openLogs.get(path) ?? { log: storing(path, () => openLog(path, retainRecords)), users: 0 };
  entry.users += 1;
  openLogs.set(path, entry);
  return entry.log;
}

function openLog(path: string, retainRecords: number): SharedLog {
  const store = openLogStore(path, retainRecords);
  const arrivals = watchArrivals(store.refresh);
  const appends = appendQueue(store, arrivals.notify);
  const groups = new Map<string, HeldGroup>();

  async function hold(groupId: string): HeldGroup['held'] {
    const group = readingGroup((topic) => store.topic(topic)?.partitions ?? 0);
    const lease = await takeLease(store, groupId, (error) => {
      groups.delete(groupId);
      group.lose(error);
    });
    return { group, lease };
  }

  return {
    store,
    arrivals,
    appends,
    async join(groupId, member) {
      const entry = groups.get(groupId) ?? { held: hold(groupId), members: 0 };
      entry.members += 1;
      groups.set(groupId, entry);
      try {
        const { group } = await entry.held;
        group.join(member);
      } catch (error) {
        if (groups.get(groupId) === entry) groups.delete(groupId);
        throw error;
      }
    },
    async leave(groupId, member) {
      const entry = groups.get(groupId);
      if (entry === undefined) return;
      const { group, lease } = await entry.held;
      if (!group.leave(member)) return;
      entry.members -= 1;
      if (entry.members > 0) return;
      groups.delete(groupId);
      lease.release();
    },
    holds: (groupId) => groups.has(groupId),
    async release() {
      const entry = openLogs.get(path);
      if (entry === undefined) return;
      entry.users -= 1;
      if (entry.users > 0) return;
      openLogs.delete(path);
      await appends.idle();
      await store.close();
    },
  };
}
