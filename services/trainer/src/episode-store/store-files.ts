// The LMDB environment of the episode store: its tables, and a broken one put aside so that a new one can be made.
import { existsSync, mkdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { open, type Database, type RootDatabase } from 'lmdb';
import type { DeviceMarks } from '../intake/operator-marks.ts';
import { checkStore, markClosed, markOpened } from './check-store.ts';
import { only } from './store-keys.ts';
import { storeErrorOf } from './store-errors.ts';
import {
  storeVersion,
  type ClassRecord,
  type DeviceRecord,
  type Position,
  type StoreHeader,
  type Totals,
} from './store-records.ts';

export type StoreFiles = {
  env: RootDatabase<unknown, string>;
  header: Database<StoreHeader, string>;
  totals: Database<Totals, string>;
  /** By topic and partition. */
  positions: Database<Position, [string, number]>;
  classes: Database<ClassRecord, string>;
  /** By class and device id. */
  devices: Database<DeviceRecord, [string, string]>;
  /** By `chunkKey`. */
  chunks: Database<Buffer, number>;
  /** By device id. */
  marks: Database<DeviceMarks, string>;
};

const roomLeastBytes = 1_000_000;

export type StoreOpening = { directory: string; seed: number; nowMs: number };

/** Opens the files, creating them where missing. Throws `StoreBroken` or `StoreUnwritable`. */
export function openFiles({ directory, seed, nowMs }: StoreOpening): StoreFiles {
  try {
    mkdirSync(directory, { recursive: true });
    checkRoom(directory);
    checkStore(directory);
    markOpened(directory);
    // noSubdir false: a dot in the directory's name would otherwise make LMDB take it for a file.
    const env = open<unknown, string>({ path: directory, maxDbs: 8, noSubdir: false });
    const header: Database<StoreHeader, string> = env.openDB({ name: 'header', encoding: 'json' });
    const files: StoreFiles = {
      env,
      header,
      totals: env.openDB({ name: 'totals', encoding: 'json' }),
      positions: env.openDB({ name: 'positions', encoding: 'json' }),
      classes: env.openDB({ name: 'classes', encoding: 'json' }),
      devices: env.openDB({ name: 'devices', encoding: 'json' }),
      chunks: env.openDB({ name: 'chunks', encoding: 'binary' }),
      marks: env.openDB({ name: 'marks', encoding: 'json' }),
    };
    if (header.get(only) === undefined)
      env.transactionSync(() => header.putSync(only, { version: storeVersion, seed, createdAtMs: nowMs, layouts: [] }));
    return files;
  } catch (error) {
    throw storeErrorOf(error, directory);
  }
}

/** Of a disk without room for its lock file LMDB does not tell: it takes the process down. */
function checkRoom(directory: string): void {
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize < roomLeastBytes) throw new Error(`${bavail * bsize} bytes are free, expected ${roomLeastBytes} at least`);
}

/** Everything is on disk afterwards. */
export async function closeFiles({ env }: StoreFiles, directory: string): Promise<void> {
  await env.close();
  markClosed(directory);
}

/** Moves what lies in `directory` out of the way, over what was put aside before; returns where it is now. */
export function putAside(directory: string): string {
  const aside = `${directory}.broken`;
  rmSync(aside, { recursive: true, force: true });
  if (existsSync(directory)) renameSync(directory, aside);
  return aside;
}
