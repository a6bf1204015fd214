// The state port: what the line remembers outside the log. Two implementations (redis, embedded) pass one contract suite.

/**
 * A value to store if nothing newer is there: `order` is compared with the stored order, strictly greater wins. `over` is the newest that
 * the writer knows of, and then nothing newer than that may be there, so that nobody's word is replaced unread.
 */
export type OrderedEntry = { key: string; order: number; value: Uint8Array; over?: number };

/** What a server says of its memory; `limitBytes` is null where it has no limit. */
export type StoreMemory = { usedBytes: number; limitBytes: number | null; evictedValues: number };

/** Binary values by key. Every call rejects with a retriable `StateError` when the store cannot be reached. */
export type StateStore = {
  kind: 'redis' | 'embedded';
  /** Values in the order of the keys, null where there is none. */
  getMany(keys: readonly string[]): Promise<(Uint8Array | null)[]>;
  /** Compare-and-set per entry, atomically each; true where it was stored. Such values may expire when not written for long. */
  putIfNewer(entries: readonly OrderedEntry[]): Promise<boolean[]>;
  /** Stores unconditionally and for good (such a value has order -Infinity: any ordered put may replace it). */
  put(key: string, value: Uint8Array): Promise<void>;
  remove(keys: readonly string[]): Promise<void>;
  /** One line about the server; rejects when it cannot be reached, or is so full that it takes nothing. */
  ping(): Promise<string>;
  /** Absent where the store has no memory of its own. */
  memory?(): Promise<StoreMemory>;
  close(): Promise<void>;
};
