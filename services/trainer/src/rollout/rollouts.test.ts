// Every step of a version's life, and what store and log say afterwards.
import { generateKeyPairSync } from 'node:crypto';
import { decodeBundle, parseSigningKey, verifyBundle } from '@tocsin/models';
import {
  bundleKey,
  bundleSignatureKey,
  canaryBundleKey,
  currentBundleKey,
  currentVersion,
  encodeModelAnnouncement,
  rolloutKey,
  type ModelAnnouncement,
} from '@tocsin/schemas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anyBundle } from './any-bundle.fixture.ts';
import { announcementOf } from './bundle-store.ts';
import { openRolloutRoom, specHash, stagesOf, toAll, toSome, type RolloutRoom } from './rollout-room.fixture.ts';

let room: RolloutRoom;
beforeEach(async () => {
  room = await openRolloutRoom();
});
afterEach(() => room.close());

test('first, tried, promoted, rolled back: pointers, records and versions follow', async () => {
  const rollouts = room.open();
  await rollouts.publish(anyBundle('pump', 1), toAll, 'first');
  expect(await room.said()).toEqual({ pump: 'current 1' });
  await rollouts.publish(anyBundle('pump', 2), toSome, 'tried');
  expect(await room.pointer(canaryBundleKey('pump'))).toMatchObject({ version: 2, stage: 'canary', share: 0.2 });
  expect(await room.said()).toEqual({ pump: 'current 1', 'pump/canary': 'canary 2' });
  await rollouts.promote('pump', 2, 99, 'calm');
  expect(await room.pointer(canaryBundleKey('pump'))).toBeNull();
  expect(await room.said()).toEqual({ pump: 'current 2' });
  const rolledBack = await rollouts.rollback('pump', specHash, 'alarms');
  expect(stagesOf(rolledBack)).toEqual({ 1: 'replaced', 2: 'rolled-back', 3: 'current' });
  expect(currentVersion(rolledBack)).toMatchObject({ version: 3, restores: 1, before: null });
  expect(rolledBack.watchUntilMs).toBeNull();
  const [bytes] = await room.state.getMany([bundleKey('pump', 3)]);
  const first = anyBundle('pump', 1);
  const metrics = { ...first.metrics, verdict: 'made up; first' };
  expect(decodeBundle(bytes!)).toEqual({ ...first, metrics, version: 3, restores: 1 });
  await expect(rollouts.rollback('pump', 'another', 'again', 2)).rejects.toThrow('made for other features');
  await expect(rollouts.rollback('pump', specHash, 'again')).rejects.toThrow('nothing to go back to; name one of 1, 2 with --to');
  expect(currentVersion(await rollouts.rollback('pump', specHash, 'again', 2))).toMatchObject({
    version: 4,
    restores: 2,
    before: 1,
  });
});

test('what was tried and withdrawn leaves its number, and never comes back', async () => {
  const rollouts = room.open();
  await rollouts.publish(anyBundle('pump', 1), toAll, 'first');
  await rollouts.publish(anyBundle('pump', 2), toSome, 'tried');
  await rollouts.withdraw('pump', 2, 'a jump');
  expect(await room.pointer(canaryBundleKey('pump'))).toBeNull();
  expect(await room.said()).toEqual({ pump: 'current 1', 'pump/canary': 'withdrawn 2' });
  // Said twice, carried out once.
  expect(stagesOf(await rollouts.withdraw('pump', 2, 'a jump'))).toEqual({ 1: 'current', 2: 'withdrawn' });
  expect(stagesOf(await rollouts.promote('pump', 2, null, 'late'))).toEqual({ 1: 'current', 2: 'withdrawn' });
  await expect(rollouts.promote('pump', 7, null, 'typo')).rejects.toThrow('version 7 of pump is not in the store');
  await room.state.remove([rolloutKey('pump')]);
  const next = await room.open().publish(anyBundle('pump', 2), toAll, 'after the store forgot');
  expect(currentVersion(next)).toMatchObject({ version: 3, before: 1 });
});

test('the newest five stay, and what is in use, and what was before it', async () => {
  const rollouts = room.open();
  await rollouts.publish(anyBundle('pump', 1), toAll, '');
  await rollouts.publish(anyBundle('pump', 2), toAll, '');
  for (let version = 3; version < 12; version++) {
    await rollouts.publish(anyBundle('pump', version), toSome, '');
    await rollouts.withdraw('pump', version, '');
  }
  const { versions } = await rollouts.read('pump');
  expect(versions.map(({ version }) => version)).toEqual([1, 2, 7, 8, 9, 10, 11]);
  const there = await room.state.getMany(Array.from({ length: 12 }, (_, i) => bundleKey('pump', i + 1)));
  expect(there.flatMap((bytes, i) => (bytes === null ? [] : [i + 1]))).toEqual([1, 2, 7, 8, 9, 10, 11]);
  expect(currentVersion(await rollouts.rollback('pump', specHash, ''))).toMatchObject({ restores: 1 });
});

test('a deployment from before there were rollouts goes on from its pointer', async () => {
  const first = room.open();
  await first.publish(anyBundle('pump', 1), toAll, '');
  await room.state.remove([rolloutKey('pump')]);
  expect(stagesOf(await room.open().follow('pump'))).toEqual({ 1: 'current' });
  await room.state.put(rolloutKey('pump'), Buffer.from('nonsense'));
  const next = await room.open().publish(anyBundle('pump', 9), toSome, '');
  expect(stagesOf(next)).toEqual({ 1: 'current', 2: 'canary' });
  // One that is older than the value in the store publishes by itself.
  const stored = await storedBundle(3);
  await room.state.put(currentBundleKey('pump'), encodeModelAnnouncement(stored));
  expect(stagesOf(await room.open().follow('pump'))).toEqual({ 1: 'replaced', 2: 'withdrawn', 3: 'current' });
});

async function storedBundle(version: number): Promise<ModelAnnouncement> {
  const { bundles } = room.open();
  await bundles.put(anyBundle('pump', version));
  return announcementOf(await bundles.get('pump', { version, checksum: null }), 'current', null);
}

test('two that publish at once get two numbers, and nothing of either is lost', async () => {
  const one = room.open();
  const other = room.open({ by: 'ada' });
  await one.publish(anyBundle('pump', 1), toAll, 'first');
  await Promise.all([
    one.publish(anyBundle('pump', 5), toAll, 'one'),
    other.rollback('pump', specHash, 'other', undefined).catch(() => null),
  ]);
  await Promise.all([one.publish(anyBundle('pump', 6), toAll, 'one'), other.publish(anyBundle('pump', 7), toAll, 'other')]);
  const rollout = await one.read('pump');
  const numbers = rollout.versions.map(({ version }) => version);
  expect(new Set(numbers).size).toBe(numbers.length);
  const there = await room.state.getMany(numbers.map((version) => bundleKey('pump', version)));
  expect(there.filter((bytes) => bytes === null)).toEqual([]);
  const [newest] = rollout.versions.slice(-1);
  const contents = rollout.versions.filter(({ restores }) => restores === null);
  const made = await Promise.all(
    contents.map(async ({ version }) => (await one.bundles.get('pump', { version, checksum: null })).bundle.createdAtMs),
  );
  expect(made.toSorted((a, b) => a - b)).toEqual([1, 5, 6, 7]);
  expect(currentVersion(rollout)).toEqual(newest);
  await room.expectSound();
});

test('signed by the key of whoever publishes; what is not trusted is not published again', async () => {
  const keyOf = () =>
    parseSigningKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), 'k');
  const [old, signing] = [keyOf(), keyOf()];
  await room.open().publish(anyBundle('pump', 1), toAll, 'unsigned');
  const rollouts = room.open({ keys: { signing, trusted: [] } });
  await rollouts.publish(anyBundle('pump', 2), toAll, 'signed');
  const [bytes, signature] = await room.state.getMany([bundleKey('pump', 2), bundleSignatureKey('pump', 2)]);
  expect(verifyBundle(bytes!, Buffer.from(signature!).toString(), [signing.publicKey])).toBe('signed');
  expect((await room.pointer(currentBundleKey('pump')))?.signature).toBe(Buffer.from(signature!).toString());
  await expect(rollouts.rollback('pump', specHash, 'x')).rejects.toThrow(
    /version 1 of pump is not trusted \(unsigned\).*tocsin models sign/,
  );
  const stranger = room.open({ keys: { signing: old, trusted: [] } });
  await expect(stranger.rollback('pump', specHash, 'x', 1)).rejects.toThrow('unsigned');
  expect(await rollouts.sign('pump')).toEqual([1, 2]);
  expect(currentVersion(await rollouts.rollback('pump', specHash, 'x'))).toMatchObject({ restores: 1 });
  await room.state.put(bundleKey('pump', 2), Buffer.from(bytes!).fill(1, bytes!.length - 40));
  await expect(rollouts.rollback('pump', specHash, 'x', 2)).rejects.toThrow('cannot be read');
});
