// Keeps a group of the embedded log to one thread: its members share partitions in memory, so another thread or process must
// not read as the same group. The lease lies in the log, is renewed while held and lapses when its holder is gone.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { threadId } from 'node:worker_threads';
import { TransportError } from '../transport-error.ts';
import type { Lease, LogStore } from './log-store.ts';

const lapseMs = 6_000;
const renewMs = 2_000;

export type GroupLease = { release(): void };

/**
 * Takes the lease of a group, waiting for one that nobody renews to lapse. Rejects with `group-taken` when its holder is alive.
 * `onLost` is called when the lease turns out to be somebody else's later on.
 */
export async function takeLease(store: LogStore, groupId: string, onLost: (error: TransportError) => void): Promise<GroupLease> {
  const owner = randomUUID();
  const claim = (current: Lease | null): Lease =>
    current === null || current.owner === owner || isOver(current)
      ? { owner, pid: process.pid, threadId, expiresMs: Date.now() + lapseMs }
      : current;

  const first = store.changeLease(groupId, claim);
  let lease = first;
  while (lease?.owner !== owner) {
    if (lease?.owner !== first?.owner || lease?.expiresMs !== first?.expiresMs) throw taken(groupId, lease);
    await sleep(renewMs / 4);
    lease = store.changeLease(groupId, claim);
  }

  function renew(): void {
    const current = store.changeLease(groupId, (held) => (held?.owner === owner ? claim(held) : held));
    if (current?.owner === owner) return;
    clearInterval(timer);
    onLost(taken(groupId, current));
  }

  const timer = setInterval(() => {
    try {
      renew();
    } catch {
      // The disk, for now: the lease holds until it lapses, and reading itself will tell.
    }
  }, renewMs).unref();

  return {
    release() {
      clearInterval(timer);
      store.changeLease(groupId, (current) => (current?.owner === owner ? null : current));
    },
  };
}

function taken(groupId: string, lease: Lease | null): TransportError {
  const holder = lease === null ? 'somebody' : `process ${lease.pid}, thread ${lease.threadId},`;
  const advice = 'stop it, read as another group, or use Kafka, where processes share a group';
  return new TransportError('group-taken', `${holder} reads as group ${groupId} of this embedded log already: ${advice}`);
}

/** Has it been renewed in time? Its process may be one that only its own container can see. */
export function isHeld({ expiresMs }: Lease): boolean {
  return expiresMs >= Date.now();
}

/** Lapsed, or held by a process that is gone, or by an earlier life of this very thread. */
function isOver(lease: Lease): boolean {
  const { pid, threadId: thread } = lease;
  if (!isHeld(lease)) return true;
  if (pid === process.pid) return thread === threadId;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: it is there, but not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
