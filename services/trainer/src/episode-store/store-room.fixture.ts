// For tests: an episode store in a folder of its own, of a class whose windows have one feature, their number.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { afterEach, beforeEach } from 'vitest';
import { decodeRecords } from '../intake/decode-records.ts';
import { recordsOf, scored } from '../scored-windows.fixture.ts';
import type { EpisodeChoice, Episodes } from './load-episodes.ts';
import { openEpisodeStore, type EpisodeStore, type EpisodeStoreOptions } from './episode-store.ts';

export const topics = { windows: 'windows', alerts: 'alerts', labels: 'labels' };
const classes = { layoutOf: (name: string) => (name === 'pump' ? { specHash: 'spec', d: 1 } : null), versionOf: () => 0 };
const choice: EpisodeChoice = { specHash: 'spec', windowsMin: 1, devicesMax: 100, seed: 1 };

export type StoreRoom = {
  directory: string;
  store: EpisodeStore;
  notes: string[];
  open(rest?: Partial<EpisodeStoreOptions>): EpisodeStore;
  reopen(rest?: Partial<EpisodeStoreOptions>): Promise<void>;
  /** What came of each window of these records; a text where nothing was stored. */
  take(records: readonly LogRecord[]): string | string[];
  takeWindows(windows: readonly ScoredWindow[], from?: number): string | string[];
  load(rest?: Partial<EpisodeChoice>): Episodes;
  /** Numbers of the windows that a device would learn from, with what was said of them. */
  kept(deviceId?: string): string[] | undefined;
};

/** Windows `from`..`to - 1` of device p1. */
export function range(from: number, to: number, rest: Partial<ScoredWindow> = {}): ScoredWindow[] {
  return Array.from({ length: to - from }, (_, i) => scored(from + i, rest));
}

/** Fresh before each test of the file. */
export function useStoreRoom(): StoreRoom {
  const open = (rest: Partial<EpisodeStoreOptions> = {}): EpisodeStore =>
    openEpisodeStore({
      directory: room.directory,
      maxBytes: 100_000_000,
      windowsPerDevice: 32,
      seed: 5,
      layouts: [{ deviceClass: 'pump', specHash: 'spec' }],
      windowsTopic: 'windows',
      minWindows: 3,
      note: (level, message) => void room.notes.push(`${level}: ${message}`),
      now: () => 7,
      ...rest,
    });
  const take: StoreRoom['take'] = (records) => {
    const [{ topic, partition }] = records;
    const result = room.store.take({ topic, partition, records, items: decodeRecords(records, topics, classes).items });
    return result.outcome === 'replaced' ? result.outcome : result.windows.map(({ taken }) => taken);
  };
  const load: StoreRoom['load'] = (rest) => room.store.load('pump', { ...choice, ...rest });
  const room: StoreRoom = {
    directory: '',
    store: undefined as never,
    notes: [],
    open,
    async reopen(rest) {
      await room.store.close();
      room.store = open(rest);
    },
    take,
    takeWindows: (windows, from = 0) => take(recordsOf('windows', windows, from)),
    load,
    kept: (deviceId = 'p1') =>
      load()
        .devices.find((device) => device.deviceId === deviceId)
        ?.windows.map(({ features: [at], verdict }) => `${at}${verdict ?? ''}`),
  };
  beforeEach(() => {
    room.directory = join(mkdtempSync(join(tmpdir(), 'tocsin-episodes-')), 'store');
    room.notes = [];
    room.store = open();
  });
  afterEach(async () => {
    await room.store.close();
    rmSync(join(room.directory, '..'), { recursive: true, force: true });
  });
  return room;
}
