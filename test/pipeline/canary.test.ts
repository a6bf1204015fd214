// Bundles that a share of the devices tries before their class does: who is scored under which, and what becomes of it.
import { checksumOf, decodeBundle, decodeDeviceState, encodeBundle } from '@tocsin/models';
import {
  announcementKey,
  canaryBundleKey,
  currentBundleKey,
  deviceStateKey,
  encodeModelAnnouncement,
  isCanary,
  type ModelAnnouncement,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { OutgoingRecord } from '@tocsin/transport';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fittedBundle, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, topics, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
});
afterEach(() => room.close());

const clean = { lost: 0, wrong: 0, conflicting: 0 };
const share = 0.5;

/** What the trainer does, in its order: bytes, pointer, record. */
async function publish(version: number, stage: ModelAnnouncement['stage'] = 'current', restores?: number): Promise<void> {
  const { announcement, bytes: plain } = fittedBundle(version);
  const bytes = restores === undefined ? plain : encodeBundle({ ...decodeBundle(plain), restores });
  const rest = { ...announcement, checksum: checksumOf(bytes), stage, ...(stage === 'canary' ? { share } : {}) };
  const value = encodeModelAnnouncement(rest);
  await room.state.put(announcement.location, bytes);
  if (stage === 'withdrawn') await room.state.remove([canaryBundleKey('pump')]);
  else await room.state.put((stage === 'canary' ? canaryBundleKey : currentBundleKey)('pump'), value);
  await room.transport.writer().send([{ topic: topics.models, key: announcementKey(rest), value }]);
}

async function started(seams?: Parameters<ScorerRoom['scorer']>[0]) {
  const scorer = room.scorer(seams);
  await scorer.start();
  await room.drained(scorer);
  return scorer;
}

/** Version under which each device was scored last. */
async function versions(): Promise<Record<string, number>> {
  return Object.fromEntries((await room.windows()).map(({ deviceId, modelVersion }) => [deviceId, modelVersion]));
}

const devices = Array.from({ length: 6 }, (_, i) => `pump-${i}`);
const each = (versionOf: (deviceId: string) => number) => Object.fromEntries(devices.map((id) => [id, versionOf(id)]));
const records = telemetry(devices.length, 32);
const part = (from: number, to: number): OutgoingRecord[] => records.slice(from * devices.length, to * devices.length);
const tries = (deviceId: string) => isCanary('pump', 2, deviceId, share);

//   bundle   1        1 + 2 for half of them      2 withdrawn      3 for half of them     3 for all
test('a share of the devices tries a bundle, goes back when it is withdrawn, and keeps it when it becomes current', async () => {
  await publish(1);
  const scorer = await started();
  const feed = async (from: number, to: number) => {
    await room.send(part(from, to));
    await room.drained(scorer);
  };
  await feed(0, 12);
  expect(await versions()).toEqual(each(() => 1));
  await publish(2, 'canary');
  await room.drained(scorer);
  await feed(12, 16);
  expect(devices.filter(tries).length).toBeGreaterThan(0);
  expect(await versions()).toEqual(each((id) => (tries(id) ? 2 : 1)));
  const metrics = await room.metrics();
  expect(metrics).toContain('tocsin_initialisations_total{outcome="tried"} 1');
  expect(scorer.status()).toMatchObject({ initialisations: { pump: 1 }, canaries: { pump: 2 } });
  const trying = devices.filter(tries).length;
  expect(scorer.status().devicesByBundle['pump']).toEqual({ current: 6 - trying, canary: trying, other: 0, none: 0 });

  await publish(2, 'withdrawn');
  await room.drained(scorer);
  await feed(16, 20);
  expect(await versions()).toEqual(each(() => 1));

  await publish(3, 'canary');
  await room.drained(scorer);
  await feed(20, 24);
  const tried = await versions();
  expect(tried).toEqual(each((id) => (isCanary('pump', 3, id, share) ? 3 : 1)));
  const scoredOf = async (id: string) => decodeDeviceState((await room.state.getMany([deviceStateKey(id)]))[0]!).scored;
  const [first] = devices.filter((id) => tried[id] === 3);
  const scored = await scoredOf(first);
  await publish(3);
  await room.drained(scorer);
  await feed(24, 28);
  expect(await versions()).toEqual(each(() => 3));
  // Whoever has tried it adopts nothing anew.
  expect(await scoredOf(first)).toBeGreaterThan(scored);
  await scorer.stop();
  expect(judge(expectedWindows(part(0, 28)), await room.windows())).toMatchObject(clean);
});

test('what was sent under a bundle that has been withdrawn since is sent again under it, and then it is left', async () => {
  await publish(1);
  await publish(2, 'canary');
  await room.send(part(0, 16));
  let left = 2; // One for the devices of each partition, before anything of theirs is sent.
  const dies = (real: StateStore): StateStore => ({
    ...real,
    async putIfNewer(entries) {
      if (left-- <= 0) throw new Error('the program broke here');
      return real.putIfNewer(entries);
    },
  });
  const first = room.scorer({ state: dies });
  await first.start();
  await vi.waitFor(async () => expect(Object.values(await versions())).toContain(2), 4000);
  await first.stop();
  const said = await versions();
  await publish(2, 'withdrawn');
  const second = await started();
  expect(await versions()).toMatchObject(said);
  await room.send(part(16, 20));
  await room.drained(second);
  await second.stop();
  expect(await versions()).toEqual(each(() => 1));
  expect(judge(expectedWindows(part(0, 20)), await room.windows())).toMatchObject(clean);
});

test('a scorer that starts after the end of a canary does not try it, whatever announcements the topic still has', async () => {
  await publish(1);
  const { announcement, bytes } = fittedBundle(2);
  await room.state.put(announcement.location, bytes);
  const value = encodeModelAnnouncement({ ...announcement, stage: 'canary', share: 1 });
  await room.transport.writer().send([{ topic: topics.models, key: 'pump/canary', value }]);
  await room.send(part(0, 12));
  const scorer = await started();
  await scorer.stop();
  expect(await versions()).toEqual(each(() => 1));
  expect(scorer.status().canaries).toEqual({ pump: 0 });
});

//   bundle 1     current ...... 3 restores 1
//   device       scores are remembered, and go on being so
test('a device that goes from a bundle to one that restores it keeps what it knows of its scores', async () => {
  await publish(1);
  const scorer = await started();
  await room.send(part(0, 20));
  await room.drained(scorer);
  const stateOf = async (id: string) => decodeDeviceState((await room.state.getMany([deviceStateKey(id)]))[0]!);
  const before = await stateOf('pump-0');
  expect(before.scored).toBeGreaterThan(0);
  await publish(3, 'current', 1);
  await room.drained(scorer);
  await room.send(part(20, 21));
  await room.drained(scorer);
  await scorer.stop();
  const after = await stateOf('pump-0');
  expect(after.modelVersion).toBe(3);
  expect(after.scored).toBe(before.scored + 1);
  expect(await versions()).toEqual(each(() => 3));
});

test('a promotion stores the devices that send, as they send, and not the fleet at once', async () => {
  await publish(1);
  const stores: number[] = [];
  const counting = (real: StateStore): StateStore => ({
    ...real,
    async putIfNewer(entries) {
      stores.push(entries.length);
      return real.putIfNewer(entries);
    },
  });
  const scorer = await started({ state: counting });
  await room.send(part(0, 14));
  await room.drained(scorer);
  stores.length = 0;
  await publish(2);
  await room.drained(scorer);
  expect(stores).toEqual([]);
  // One device after the other: each is stored when it adopts, and with its window.
  for (const record of part(14, 15)) {
    await room.send([record]);
    await room.drained(scorer);
  }
  await scorer.stop();
  expect(Math.max(...stores)).toBe(1);
  expect(stores).toHaveLength(2 * devices.length);
  expect(await versions()).toEqual(each(() => 2));
});
