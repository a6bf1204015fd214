// Which bundle a window is scored under, when bundles change while windows are computed again.
import { bundleKey } from '@tocsin/schemas';
import type { Scorer } from '@tocsin/scorer';
import type { StateStore } from '@tocsin/state';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
});
afterEach(() => room.close());

const records = telemetry(1, 60);
const clean = { lost: 0, wrong: 0, conflicting: 0 };

/** A store that takes nothing any more after `calls` calls of putIfNewer, as for a process that dies there again and again. */
const lastsFor =
  (calls: number) =>
  (real: StateStore): StateStore => ({
    ...real,
    async putIfNewer(entries) {
      if (calls-- <= 0) throw new Error('the program broke here');
      return real.putIfNewer(entries);
    },
  });

async function started(seams?: Parameters<ScorerRoom['scorer']>[0]): Promise<Scorer> {
  const scorer = room.scorer(seams);
  await scorer.start();
  await room.drained(scorer);
  return scorer;
}

const readAll = async (seams?: Parameters<typeof started>[0]) => (await started(seams)).stop();

/** Sends windows and does not come to store them. */
async function readAndDie(calls: number): Promise<void> {
  const scorer = room.scorer({ state: lastsFor(calls) });
  await scorer.start();
  await vi.waitFor(async () => expect((await room.windows()).length).toBeGreaterThan(0), 4000);
  await scorer.stop();
}

const versionsOf = async (deviceId = 'pump-0') =>
  (await room.windows()).filter((window) => window.deviceId === deviceId).map(({ modelVersion }) => modelVersion);

//   log       r0 ... r39 |                    r40 ... r59
//   bundle    v1              v2
//   first     sends, dies before it stores
//   second                    replays: v1     v2
test('what was sent under the old bundle is sent again under it, and the new one is adopted where nobody has been', async () => {
  await room.publish(1);
  await room.send(records.slice(0, 40));
  await readAndDie(1);
  const before = await room.windows();
  expect(before.some(({ modelVersion }) => modelVersion === 1)).toBe(true);
  await room.publish(2);
  const scorer = await started();
  expect(new Set(await versionsOf())).not.toContain(2);
  await room.send(records.slice(40));
  await room.drained(scorer);
  await scorer.stop();
  expect(judge(expectedWindows(records), await room.windows())).toMatchObject(clean);
  expect((await versionsOf()).at(-1)).toBe(2);
});

test('what was sent without any bundle is sent again without one', async () => {
  await room.send(records.slice(0, 40));
  await readAndDie(1);
  await room.publish(1);
  const scorer = await started();
  expect(new Set(await versionsOf())).toEqual(new Set([0]));
  await room.send(records.slice(40));
  await room.drained(scorer);
  await scorer.stop();
  expect(judge(expectedWindows(records), await room.windows())).toMatchObject(clean);
  expect((await versionsOf()).at(-1)).toBe(1);
});

test('a device is stored before anything of it is sent, a slice of new devices at once', async () => {
  await room.publish(1);
  const stores: number[] = [];
  const state = (real: StateStore): StateStore => ({
    ...real,
    async putIfNewer(entries) {
      stores.push(entries.length);
      return real.putIfNewer(entries);
    },
  });
  await room.send(telemetry(40, 1));
  await readAll({ state });
  expect(stores.reduce((sum, n) => sum + n, 0)).toBe(40);
  expect(stores.length).toBeLessThanOrEqual(2);
});

test('a bundle that is gone from the store gives way to the current one, is counted and said', async () => {
  await room.publish(1);
  await room.send(records.slice(0, 40));
  await readAndDie(1);
  await room.publish(2);
  await room.state.remove([bundleKey('pump', 1)]);
  await readAll();
  expect((await versionsOf()).at(-1)).toBe(2);
  expect(await room.metrics()).toMatch(/tocsin_bundles_gone_total\{class="pump"\} 1/);
  expect(room.notes()).toContainEqual(expect.objectContaining({ level: 'warn', fields: { deviceClass: 'pump', version: 1 } }));
});

test('a store that does not give the bundle: the scorer does not start, rather than score without it', async () => {
  await room.publish(1);
  await room.send(records);
  const refuses = (real: StateStore): StateStore => ({
    ...real,
    async getMany(keys) {
      if (keys.includes(bundleKey('pump', 1))) throw new Error('NOPERM');
      return real.getMany(keys);
    },
  });
  const scorer = room.scorer({ state: refuses });
  await expect(scorer.start()).rejects.toThrow('NOPERM');
  await scorer.stop();
  expect(await room.windows()).toEqual([]);
  await readAll();
  expect(new Set(await versionsOf())).toEqual(new Set([1]));
});
