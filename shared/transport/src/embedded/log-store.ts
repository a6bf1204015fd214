// Topics, records, commits and leases in one LMDB directory, shared by every thread and process that opens it.
// lmdb 3.5.6 never calls an asynchronous transaction back on Node 20, and a synchronous one waits for the disk: so appends are
// conditional on the version of one entry, `head`, and are tried again when somebody else was faster.
import { type Database, open } from 'lmdb';
import type { Commit, LogRecord, TopicSpec } from '../port.ts';
import type { Position } from '../resume.ts';
import { TransportError } from '../transport-error.ts';
import { cutIntoBlocks } from './cut-into-blocks.ts';
import { type BlockRecord, decodeBlock } from './record-block.ts';

export type Bounds = { startOffset: number; endOffset: number };

/** Records for one partition, in order. */
export type Append = { topic: string; partition: number; records: readonly BlockRecord[] };

/** Who reads as a group, and until when without renewing it. */
export type Lease = { owner: string; pid: number; threadId: number; expiresMs: number };

export type LogStore = {
  createTopics(specs: readonly TopicSpec[]): void;
  topic(name: string): TopicSpec | null;
  bounds(topic: string, partition: number): Bounds;
  position(groupId: string, topic: string, partition: number): Position;
  /** Records from an offset within the bounds; about 4 MiB at most, but one at least where there is one. */
  read(topic: string, partition: number, offset: number, recordsMax: number): LogRecord[];
  /** At most one append per partition. All or nothing; resolves when on disk. */
  append(appends: readonly Append[]): Promise<void>;
  commit(groupId: string, topic: string, partition: number, commit: Commit): Promise<void>;
  /** Null for a group that nobody has taken, or has left in order. */
  lease(groupId: string): Lease | null;
  /** Replaces a group's lease by what `change` makes of it, atomically; what it returns is stored then. */
  changeLease(groupId: string, change: (current: Lease | null) => Lease | null): Lease | null;
  /** Lets this turn of the event loop see what others have written meanwhile. */
  refresh(): void;
  close(): Promise<void>;
};

const readBytesMax = 4 * 1024 * 1024;
const head = 'head';

type PartitionKey = (string | number)[];
type BlockPut = { key: PartitionKey; block: Buffer };
type AppendPlan = { puts: BlockPut[]; removals: PartitionKey[]; boundsKey: PartitionKey; bounds: Bounds };

/** Opens the log in `directory`, creating it where missing. Topics that are not compacted keep `retainRecords` per partition. */
export function openLogStore(directory: string, retainRecords: number): LogStore {
  const env = open({ path: directory, maxDbs: 8 });
  const heads: Database<number, string> = env.openDB({ name: 'heads', encoding: 'json', useVersions: true });
  const topics: Database<TopicSpec, string> = env.openDB({ name: 'topics', encoding: 'json' });
  const blocks: Database<Buffer, PartitionKey> = env.openDB({ name: 'blocks', encoding: 'binary' });
  const ends: Database<Bounds, PartitionKey> = env.openDB({ name: 'bounds', encoding: 'json' });
  const commits: Database<Commit, PartitionKey> = env.openDB({ name: 'commits', encoding: 'json' });
  const leases: Database<Lease, string> = env.openDB({ name: 'leases', encoding: 'json' });
  env.transactionSync(() => {
    if (heads.getEntry(head) === undefined) heads.putSync(head, 0, 1);
  });

  const boundsOf = (topic: string, partition: number): Bounds => ends.get([topic, partition]) ?? { startOffset: 0, endOffset: 0 };

  function plan({ topic, partition, records }: Append): AppendPlan {
    const { startOffset, endOffset } = boundsOf(topic, partition);
    const puts = cutIntoBlocks(records).map(({ at, block }) => ({ key: [topic, partition, endOffset + at], block }));
    const nextEnd = endOffset + records.length;
    const isCompacted = topics.get(topic)?.compacted === true;
    const nextStart = isCompacted ? startOffset : Math.max(startOffset, nextEnd - retainRecords);
    const removals = nextStart === startOffset ? [] : keysBelow(topic, partition, nextStart);
    return { puts, removals, boundsKey: [topic, partition], bounds: { startOffset: nextStart, endOffset: nextEnd } };
  }

  /** Blocks that end at or before an offset: all that start there or before, but the last. */
  function keysBelow(topic: string, partition: number, offset: number): PartitionKey[] {
    const upTo = blocks.getKeys({ start: [topic, partition], end: [topic, partition, offset], inclusiveEnd: true });
    return [...upTo].slice(0, -1);
  }

  function carryOut({ puts, removals, boundsKey, bounds }: AppendPlan): void {
    for (const { key, block } of puts) void blocks.put(key, block);
    for (const key of removals) void blocks.remove(key);
    void ends.put(boundsKey, bounds);
  }

  return {
    createTopics(specs) {
      storing(directory, () =>
        env.transactionSync(() => {
          for (const spec of specs) if (topics.get(spec.name) === undefined) topics.putSync(spec.name, spec);
        }),
      );
    },
    topic: (name) => topics.get(name) ?? null,
    bounds: boundsOf,
    position: (groupId, topic, partition) => ({
      commit: commits.get([groupId, topic, partition]) ?? null,
      ...boundsOf(topic, partition),
    }),
    read(topic, partition, offset, recordsMax) {
      const records: LogRecord[] = [];
      const [first] = blocks.getKeys({ start: [topic, partition, offset], end: [topic, partition], reverse: true, limit: 1 });
      let bytes = 0;
      for (const { key, value } of blocks.getRange({ start: first ?? [topic, partition, offset], end: [topic, partition + 1] })) {
        const base = Number(key[2]);
        const skip = Math.max(0, offset - base);
        for (const [index, record] of decodeBlock(value, skip, recordsMax - records.length).entries()) {
          records.push({ topic, partition, offset: base + skip + index, ...record });
        }
        bytes += value.length;
        if (records.length >= recordsMax || bytes >= readBytesMax) break;
      }
      return records;
    },
    async append(appends) {
      let isStored = false;
      while (!isStored) {
        env.resetReadTxn();
        const version = heads.getEntry(head)?.version ?? 1;
        const plans = appends.map(plan);
        isStored = await storingLater(directory, () =>
          heads.ifVersion(head, version, () => {
            plans.forEach(carryOut);
            void heads.put(head, 0, version + 1);
          }),
        );
      }
    },
    async commit(groupId, topic, partition, commit) {
      await storingLater(directory, () => commits.put([groupId, topic, partition], commit));
    },
    lease: (groupId) => leases.get(groupId) ?? null,
    changeLease: (groupId, change) =>
      storing(directory, () =>
        env.transactionSync(() => {
          const lease = change(leases.get(groupId) ?? null);
          if (lease === null) leases.removeSync(groupId);
          else leases.putSync(groupId, lease);
          return lease;
        }),
      ),
    refresh: () => env.resetReadTxn(),
    close: () => env.close(),
  };
}

/** Runs `work`; whatever it throws becomes a `storage` error. */
export function storing<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storageError(directory, error);
  }
}

async function storingLater<T>(directory: string, work: () => Promise<T>): Promise<T> {
  return work().catch((error) => {
    throw storageError(directory, error);
  });
}

function storageError(directory: string, error: unknown): TransportError {
  const why = error instanceof Error ? error.message : String(error);
  return new TransportError(
    'storage',
    `the embedded log in ${directory} cannot be used: ${why}; check the disk and its permissions`,
    error,
  );
}
