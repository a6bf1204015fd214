// For tests: rollouts on a real embedded store and log, and what both say afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checksumOf, decodeBundle } from '@tocsin/models';
import {
  canaryBundleKey,
  currentBundleKey,
  decodeModelAnnouncement,
  type ModelAnnouncement,
  type Rollout,
} from '@tocsin/schemas';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { createEmbeddedTransport, type LogWriter, type Transport } from '@tocsin/transport';
import { expect, vi } from 'vitest';
import { anyBundle } from './any-bundle.fixture.ts';
import { openRollouts, type RolloutParts, type Rollouts } from './rollouts.ts';

const topic = 'models';

export const specHash = anyBundle('pump', 1).spec.hash;
export const toAll = { stage: 'current', watchUntilMs: null } as const;
export const toSome = { stage: 'canary', share: 0.2 } as const;
export const stagesOf = ({ versions }: Rollout) => Object.fromEntries(versions.map(({ version, stage }) => [version, stage]));

export type RolloutRoom = {
  state: StateStore;
  transport: Transport;
  open(parts?: Partial<RolloutParts>): Rollouts;
  pointer(key: string): Promise<ModelAnnouncement | null>;
  /** What the topic says last, by key. */
  said(): Promise<Record<string, string>>;
  /** Nothing points to what is not there, or is something else. */
  expectSound(): Promise<void>;
  /** Store and log that let so many calls through and then fail, each of them or one: before it is carried out, or after. */
  dying(calls: number, isAfter: boolean, isOnce?: boolean): { state: StateStore; writer: LogWriter; isDead(): boolean };
  close(): Promise<void>;
};

export async function openRolloutRoom(): Promise<RolloutRoom> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-rollouts-'));
  const state = createEmbeddedState({ directory: join(directory, 'state') });
  const transport = createEmbeddedTransport({ directory: join(directory, 'log') });
  await transport.admin().ensureTopics([{ name: topic, partitions: 1, compacted: true }]);
  let atMs = 1000;
  const unsigned = { signing: null, trusted: [] };

  async function pointer(key: string): Promise<ModelAnnouncement | null> {
    const [bytes] = await state.getMany([key]);
    return bytes === null ? null : decodeModelAnnouncement(bytes);
  }

  return {
    state,
    transport,
    pointer,
    open(parts = {}) {
      const writer = transport.writer();
      const rest = { note: () => undefined, now: () => (atMs += 1000) };
      return openRollouts({ state, writer, topic, keys: unsigned, by: 'trainer', ...rest, ...parts });
    },
    said: () => lastSaid(transport),
    async expectSound() {
      for (const key of [currentBundleKey('pump'), canaryBundleKey('pump')]) {
        const announcement = await pointer(key);
        if (announcement === null) continue;
        const [bytes] = await state.getMany([announcement.location]);
        expect(bytes, `${key} points to ${announcement.location}`).not.toBeNull();
        expect(checksumOf(bytes!)).toBe(announcement.checksum);
        expect(decodeBundle(bytes!).version).toBe(announcement.version);
      }
    },
    dying: (calls, isAfter, isOnce = false) => dying(state, transport.writer(), calls, { isAfter, isOnce }),
    async close() {
      await transport.close();
      await state.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function lastSaid(transport: Transport): Promise<Record<string, string>> {
  const last: Record<string, string> = {};
  const [{ endOffset }] = (await transport.admin().describe(topic))?.partitions ?? [];
  if (endOffset === 0) return last;
  const reader = transport.reader({ groupId: `watch-${Math.random()}`, topics: [topic] });
  await reader.run(async ({ records }) => {
    for (const { key, value } of records) {
      const name = Buffer.from(key!).toString();
      if (value === null) delete last[name];
      else last[name] = `${decodeModelAnnouncement(value).stage} ${decodeModelAnnouncement(value).version}`;
    }
  });
  await vi.waitFor(() => expect(reader.status().assigned[0]?.next).toBe(endOffset));
  await reader.stop();
  return last;
}

function dying(state: StateStore, writer: LogWriter, calls: number, { isAfter, isOnce }: { isAfter: boolean; isOnce: boolean }) {
  let left = calls;
  const guarded = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      left -= 1;
      const isLate = isOnce && left < -1;
      if (left < 0 && !isLate && !(isAfter && left === -1)) throw new Error('killed');
      const result = await call(...args);
      if (left === -1) throw new Error('killed');
      return result;
    };
  };
  const { getMany, put, putIfNewer, remove } = state;
  return {
    state: { ...state, getMany: guarded(getMany), put: guarded(put), putIfNewer: guarded(putIfNewer), remove: guarded(remove) },
    writer: { ...writer, send: guarded(writer.send) },
    isDead: () => left < 0,
  };
}
