// Reads the topics as a consumer group of its own, from not too far back, and hands every record over. What is in memory is gone with
// the process, so where it stands is kept here and committed nowhere.
import type { LogMessage } from '@tocsin/schemas';
import type { ReaderStatus, RecordBatch, TopicInfo, Transport } from '@tocsin/transport';

export type Followed = {
  topic: string;
  /** Records of each partition that are read again at the start, at most. */
  readBack: number;
  /** What it throws is a record that cannot be read: said and passed over. */
  take(value: Uint8Array, loggedMs: number): void;
};

export type Following = {
  status(): ReaderStatus;
  stop(): Promise<void>;
  unreadable(): number;
  /** Has everything been read that lay in the log at the beginning? Once true it stays so. */
  hasReadPast(): boolean;
  /** How much of that has been read, 0 to 1. */
  readShare(): number;
};

/** Of one partition what lay in the log at the beginning, as far back as is read: from, and to (exclusive). */
type Past = { from: number; to: number };
type Bounds = { startOffset: number; endOffset: number };

/** Clocks of one plant may differ by so much. */
const aheadMs = 10_000;

/**
 * Resolves once it reads. Partitions that come later are read as far back as the others. A record from the future is taken for one of now: a
 * single clock that is ahead must not make everybody else look silent.
 */
export async function followTopics(
  transport: Pick<Transport, 'reader' | 'admin'>,
  groupId: string,
  followed: readonly Followed[],
  note: LogMessage,
  now: () => number,
): Promise<Following> {
  const byTopic = new Map(followed.map((one) => [one.topic, one]));
  const infos = await Promise.all(followed.map(({ topic }) => transport.admin().describe(topic)));
  const unread = pastOf(infos, byTopic);
  const all = sizeOf(unread);
  const nextOffsets = new Map<string, number>();
  let unreadable = 0;

  /** An offset that the log does not have is one of a topic that was made anew, or of what retention has taken. */
  function resumeAt(topic: string, partition: number, { startOffset, endOffset }: Bounds): number {
    const next = nextOffsets.get(placeOf({ topic, partition }));
    if (next !== undefined && next >= startOffset && next <= endOffset) return next;
    return Math.max(startOffset, endOffset - byTopic.get(topic)!.readBack);
  }

  /** A topic that was made anew may be shorter than it was. */
  function noteRead(place: string, next: number, endOffset: number | null): void {
    const past = unread.get(place);
    if (past !== undefined && next >= Math.min(past.to, endOffset ?? past.to)) unread.delete(place);
    else if (past !== undefined) unread.set(place, { ...past, from: Math.min(past.to, Math.max(past.from, next)) });
  }

  async function take({ topic, partition, records, endOffset }: RecordBatch): Promise<void> {
    const place = placeOf({ topic, partition });
    const { take: takeOne } = byTopic.get(topic)!;
    for (const { value, timestampMs, offset } of records) {
      nextOffsets.set(place, offset + 1);
      if (value === null) continue;
      try {
        takeOne(value, Math.min(timestampMs, now() + aheadMs));
      } catch (error) {
        if (unreadable++ < 20) note('warn', 'a record cannot be read', { topic, partition, offset, error: String(error) });
      }
    }
    noteRead(place, nextOffsets.get(place) ?? 0, endOffset);
    // Others want to be answered while a long history is read.
    await new Promise((resolve) => setImmediate(resolve));
  }

  const reader = transport.reader({ groupId, topics: [...byTopic.keys()], maxRecords: 500, resumeAt });
  await reader.run(take);

  function readShare(): number {
    const { joined, assigned } = reader.status();
    const held = new Set(assigned.map(placeOf));
    // Where nothing more comes, markers of transactions at the end for instance, only the reader knows that it is there.
    for (const each of assigned) if (each.next !== null) noteRead(placeOf(each), each.next, each.endOffset);
    if (joined) for (const place of unread.keys()) if (!held.has(place)) unread.delete(place);
    return unread.size === 0 ? 1 : Math.min(0.99, 1 - sizeOf(unread) / all);
  }

  return {
    status: () => reader.status(),
    stop: () => reader.stop(),
    unreadable: () => unreadable,
    hasReadPast: () => unread.size === 0,
    readShare,
  };
}

function pastOf(infos: readonly (TopicInfo | null)[], byTopic: ReadonlyMap<string, Followed>): Map<string, Past> {
  const past = new Map<string, Past>();
  for (const info of infos)
    for (const { partition, startOffset, endOffset } of info?.partitions ?? []) {
      const from = Math.max(startOffset, endOffset - byTopic.get(info!.name)!.readBack);
      if (from < endOffset) past.set(placeOf({ topic: info!.name, partition }), { from, to: endOffset });
    }
  return past;
}

function sizeOf(past: ReadonlyMap<string, Past>): number {
  return [...past.values()].reduce((sum, { from, to }) => sum + to - from, 0);
}

function placeOf({ topic, partition }: { topic: string; partition: number }): string {
  return `${topic}:${partition}`;
}
