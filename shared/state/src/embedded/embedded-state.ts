// The state port in one directory on this machine (LMDB): durable, and shared by every thread and process that opens it.
// Synchronous transactions only: lmdb 3.5.6 never calls an asynchronous one back on Node 20.20, and ours take about a millisecond.
import { type Database, open, type RootDatabase } from 'lmdb';
import type { StateStore } from '../port.ts';
import { StateError } from '../state-error.ts';
import { decodeStored, encodeStored, isInTheWay, storedOrder } from '../stored-value.ts';
import { openLives } from './lives.ts';

/** LMDB's own bound on keys. */
const keyBytesMax = 1978;
/** Lies among the keys of the values. */
const livesName = 'tocsin.lives';

export type EmbeddedStateOptions = {
  directory: string;
  /** Life of an ordered value after it was last written; Infinity, as when absent, for good. */
  ttlMs?: number;
  now?: () => number;
};

/** Opens (and creates where missing) the store in `directory`. Throws a `StateError` where that cannot be done. */
export function createEmbeddedState({ directory, ttlMs = Infinity, now = Date.now }: EmbeddedStateOptions): StateStore {
  const { db, lives: deadlines } = openDatabase(directory);
  const lives = openLives(deadlines, ttlMs, now);
  let isClosed = false;

  function check(keys: readonly string[]): void {
    if (isClosed) throw new StateError('refused', `state store ${directory} is closed; open another one`);
    keys.forEach(requireFitting);
  }

  /** One durable transaction; other threads and processes see all of it or nothing. */
  function write<T>(keys: readonly string[], change: () => T): T {
    check(keys);
    try {
      return db.transactionSync(change);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new StateError('unreachable', `state store ${directory} cannot be written: ${why}; check the disk`, { cause: error });
    }
  }

  function forget(key: string): void {
    db.removeSync(key);
    lives.end(key);
  }

  return {
    kind: 'embedded',
    async getMany(keys) {
      check(keys);
      db.resetReadTxn(); // otherwise this turn of the event loop may still see what it saw before
      return keys.map((key) => {
        const stored = db.get(key);
        return stored === undefined || lives.isOver(key) ? null : decodeStored(stored);
      });
    },
    async putIfNewer(entries) {
      const stored = entries.map((entry) => encodeStored(entry.order, entry.value));
      const keys = entries.map((entry) => entry.key);
      return write(keys, () => {
        for (const key of lives.someThatAreOver()) forget(key);
        return entries.map((entry, i) => {
          const { key } = entry;
          const there = db.get(key);
          const isNewer = there === undefined || lives.isOver(key) || !isInTheWay(storedOrder(there), entry);
          if (isNewer) db.putSync(key, stored[i]);
          if (isNewer) lives.begin(key);
          return isNewer;
        });
      });
    },
    async put(key, value) {
      const stored = encodeStored(-Infinity, value);
      write([key], () => {
        db.putSync(key, stored);
        lives.end(key);
      });
    },
    async remove(keys) {
      write(keys, () => keys.forEach(forget));
    },
    async ping() {
      check([]);
      return `embedded state in ${directory}`;
    },
    async close() {
      if (isClosed) return;
      isClosed = true;
      await db.close();
    },
  };
}

function requireFitting(key: string): void {
  const bytes = Buffer.byteLength(key);
  if (bytes >= 1 && bytes < keyBytesMax) return;
  const shown = key.slice(0, 60);
  throw new StateError('refused', `key '${shown}' has ${bytes} bytes; expected 1 to ${keyBytesMax - 1}: shorten the name`);
}

function openDatabase(directory: string): { db: RootDatabase<Uint8Array, string>; lives: Database<Uint8Array, string> } {
  try {
    // noSubdir false: a dot in the directory's name would otherwise make LMDB take it for a file.
    const db = open<Uint8Array, string>({ path: directory, encoding: 'binary', noSubdir: false });
    return { db, lives: db.openDB<Uint8Array, string>({ name: livesName, encoding: 'binary' }) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const advice = 'check state.directory, its permissions and free space';
    throw new StateError('refused', `state store ${directory} cannot be opened: ${why}; ${advice}`, { cause: error });
  }
}
