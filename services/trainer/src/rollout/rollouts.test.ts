// Every step of a version's life on a real embedded store and log, killed at every call to either.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { checksumOf, decodeBundle, parseSigningKey, verifyBundle } from '@tocsin/models';
import {
  bundleKey,
  bundleSignatureKey,
  canaryBundleKey,
  canaryVersion,
  currentBundleKey,
  currentVersion,
  decodeModelAnnouncement,
  encodeModelAnnouncement,
  rolloutKey,
  type ModelAnnouncement,
  type Rollout,
} from '@tocsin/schemas';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { createEmbeddedTransport, type LogWriter, type Transport } from '@tocsin/transport';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { anyBundle } from './any-bundle.fixture.ts';
import { announcementOf } from './bundle-store.ts';
import { openRollouts, type Rollouts } from './rollouts.ts';

const topic = 'models';
let directory: string;
let state: StateStore;
let transport: Transport;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-rollouts-'));
  state = createEmbeddedState({ directory: join(directory, 'state') });
  transport = createEmbeddedTransport({ directory: join(directory, 'log') });
  await transport.admin().ensureTopics([{ name: topic, partitions: 1, compacted: true }]);
});
afterEach(async () => {
  await transport.close();
  await state.close();
  rmSync(directory, { recursive: true, force: true });
});

const unsigned = { signing: null, trusted: [] };
let atMs = 1000;

function open(
  parts: { state?: StateStore; writer?: LogWriter; keys?: Parameters<typeof openRollouts>[0]['keys']; by?: string } = {},
) {
  const note = () => undefined;
  const writer = transport.writer();
  return openRollouts({ state, writer, topic, keys: unsigned, by: 'trainer', note, now: () => (atMs += 1000), ...parts });
}

const specHash = anyBundle('pump', 1).spec.hash;
const toAll = { stage: 'current', watchUntilMs: null } as const;
const toSome = { stage: 'canary', share: 0.2 } as const;
const stagesOf = ({ versions }: Rollout) => Object.fromEntries(versions.map(({ version, stage }) => [version, stage]));

async function pointer(key: string): Promise<ModelAnnouncement | null> {
  const [bytes] = await state.getMany([key]);
  return bytes === null ? null : decodeModelAnnouncement(bytes);
}

/** What the topic says last, by key. */
async function said(): Promise<Record<string, string>> {
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

/** Nothing points to what is not there, or is something else. */
async function expectSound(): Promise<void> {
  for (const key of [currentBundleKey('pump'), canaryBundleKey('pump')]) {
    const announcement = await pointer(key);
    if (announcement === null) continue;
    const [bytes] = await state.getMany([announcement.location]);
    expect(bytes, `${key} points to ${announcement.location}`).not.toBeNull();
    expect(checksumOf(bytes!)).toBe(announcement.checksum);
    expect(decodeBundle(bytes!).version).toBe(announcement.version);
  }
}

test('first, tried, promoted, rolled back: pointers, records and versions follow', async () => {
  const rollouts = open();
  await rollouts.publish(anyBundle('pump', 1), toAll, 'first');
  expect(await said()).toEqual({ pump: 'current 1' });
  await rollouts.publish(anyBundle('pump', 2), toSome, 'tried');
  expect(await pointer(canaryBundleKey('pump'))).toMatchObject({ version: 2, stage: 'canary', share: 0.2 });
  expect(await said()).toEqual({ pump: 'current 1', 'pump/canary': 'canary 2' });
  await rollouts.promote('pump', 2, 99, 'calm');
  expect(await pointer(canaryBundleKey('pump'))).toBeNull();
  expect(await said()).toEqual({ pump: 'current 2' });
  const rolledBack = await rollouts.rollback('pump', specHash, 'alarms');
  expect(stagesOf(rolledBack)).toEqual({ 1: 'replaced', 2: 'rolled-back', 3: 'current' });
  expect(currentVersion(rolledBack)).toMatchObject({ version: 3, restores: 1, before: null });
  expect(rolledBack.watchUntilMs).toBeNull();
  const [bytes] = await state.getMany([bundleKey('pump', 3)]);
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
  const rollouts = open();
  await rollouts.publish(anyBundle('pump', 1), toAll, 'first');
  await rollouts.publish(anyBundle('pump', 2), toSome, 'tried');
  await rollouts.withdraw('pump', 2, 'a jump');
  expect(await pointer(canaryBundleKey('pump'))).toBeNull();
  expect(await said()).toEqual({ pump: 'current 1', 'pump/canary': 'withdrawn 2' });
  // Said twice, carried out once.
  expect(stagesOf(await rollouts.withdraw('pump', 2, 'a jump'))).toEqual({ 1: 'current', 2: 'withdrawn' });
  expect(stagesOf(await rollouts.promote('pump', 2, null, 'late'))).toEqual({ 1: 'current', 2: 'withdrawn' });
  await expect(rollouts.promote('pump', 7, null, 'typo')).rejects.toThrow('version 7 of pump is not in the store');
  await state.remove([rolloutKey('pump')]);
  const next = await open().publish(anyBundle('pump', 2), toAll, 'after the store forgot');
  expect(currentVersion(next)).toMatchObject({ version: 3, before: 1 });
});

test('the newest five stay, and what is in use, and what was before it', async () => {
  const rollouts = open();
  await rollouts.publish(anyBundle('pump', 1), toAll, '');
  await rollouts.publish(anyBundle('pump', 2), toAll, '');
  for (let version = 3; version < 12; version++) {
    await rollouts.publish(anyBundle('pump', version), toSome, '');
    await rollouts.withdraw('pump', version, '');
  }
  const { versions } = await rollouts.read('pump');
  expect(versions.map(({ version }) => version)).toEqual([1, 2, 7, 8, 9, 10, 11]);
  const there = await state.getMany(Array.from({ length: 12 }, (_, i) => bundleKey('pump', i + 1)));
  expect(there.flatMap((bytes, i) => (bytes === null ? [] : [i + 1]))).toEqual([1, 2, 7, 8, 9, 10, 11]);
  expect(currentVersion(await rollouts.rollback('pump', specHash, ''))).toMatchObject({ restores: 1 });
});

test('a deployment from before there were rollouts goes on from its pointer', async () => {
  const first = open();
  await first.publish(anyBundle('pump', 1), toAll, '');
  await state.remove([rolloutKey('pump')]);
  expect(stagesOf(await open().follow('pump'))).toEqual({ 1: 'current' });
  await state.put(rolloutKey('pump'), Buffer.from('nonsense'));
  const next = await open().publish(anyBundle('pump', 9), toSome, '');
  expect(stagesOf(next)).toEqual({ 1: 'current', 2: 'canary' });
  // One that is older than the value in the store publishes by itself.
  const stored = await storedBundle(3);
  await state.put(currentBundleKey('pump'), encodeModelAnnouncement(stored));
  expect(stagesOf(await open().follow('pump'))).toEqual({ 1: 'replaced', 2: 'withdrawn', 3: 'current' });
});

async function storedBundle(version: number): Promise<ModelAnnouncement> {
  const { bundles } = open();
  await bundles.put(anyBundle('pump', version));
  return announcementOf(await bundles.get('pump', { version, checksum: null }), 'current', null);
}

test('two that publish at once get two numbers, and nothing of either is lost', async () => {
  const one = open();
  const other = open({ by: 'ada' });
  await one.publish(anyBundle('pump', 1), toAll, 'first');
  await Promise.all([
    one.publish(anyBundle('pump', 5), toAll, 'one'),
    other.rollback('pump', specHash, 'other', undefined).catch(() => null),
  ]);
  await Promise.all([one.publish(anyBundle('pump', 6), toAll, 'one'), other.publish(anyBundle('pump', 7), toAll, 'other')]);
  const rollout = await one.read('pump');
  const numbers = rollout.versions.map(({ version }) => version);
  expect(new Set(numbers).size).toBe(numbers.length);
  const there = await state.getMany(numbers.map((version) => bundleKey('pump', version)));
  expect(there.filter((bytes) => bytes === null)).toEqual([]);
  const [newest] = rollout.versions.slice(-1);
  const contents = rollout.versions.filter(({ restores }) => restores === null);
  const made = await Promise.all(
    contents.map(async ({ version }) => (await one.bundles.get('pump', { version, checksum: null })).bundle.createdAtMs),
  );
  expect(made.toSorted((a, b) => a - b)).toEqual([1, 5, 6, 7]);
  expect(currentVersion(rollout)).toEqual(newest);
  await expectSound();
});

test('signed by the key of whoever publishes; what is not trusted is not published again', async () => {
  const keyOf = () =>
    parseSigningKey(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), 'k');
  const [old, signing] = [keyOf(), keyOf()];
  await open().publish(anyBundle('pump', 1), toAll, 'unsigned');
  const rollouts = open({ keys: { signing, trusted: [] } });
  await rollouts.publish(anyBundle('pump', 2), toAll, 'signed');
  const [bytes, signature] = await state.getMany([bundleKey('pump', 2), bundleSignatureKey('pump', 2)]);
  expect(verifyBundle(bytes!, Buffer.from(signature!).toString(), [signing.publicKey])).toBe('signed');
  expect((await pointer(currentBundleKey('pump')))?.signature).toBe(Buffer.from(signature!).toString());
  await expect(rollouts.rollback('pump', specHash, 'x')).rejects.toThrow(
    /version 1 of pump is not trusted \(unsigned\).*tocsin models sign/,
  );
  const stranger = open({ keys: { signing: old, trusted: [] } });
  await expect(stranger.rollback('pump', specHash, 'x', 1)).rejects.toThrow('unsigned');
  expect(await rollouts.sign('pump')).toEqual([1, 2]);
  expect(currentVersion(await rollouts.rollback('pump', specHash, 'x'))).toMatchObject({ restores: 1 });
  await state.put(bundleKey('pump', 2), Buffer.from(bytes!).fill(1, bytes!.length - 40));
  await expect(rollouts.rollback('pump', specHash, 'x', 2)).rejects.toThrow('cannot be read');
});

/** Lets so many calls through, then fails each: before it is carried out, or after. */
function dying(calls: number, isAfter: boolean) {
  let left = calls;
  const guarded = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      left -= 1;
      if (left < 0 && !(isAfter && left === -1)) throw new Error('killed');
      const result = await call(...args);
      if (left === -1) throw new Error('killed');
      return result;
    };
  };
  const writer = transport.writer();
  return {
    state: {
      ...state,
      getMany: guarded(state.getMany),
      put: guarded(state.put),
      putIfNewer: guarded(state.putIfNewer),
      remove: guarded(state.remove),
    },
    writer: { ...writer, send: guarded(writer.send) },
    isDead: () => left < 0,
  };
}

const steps: [string, (rollouts: Rollouts) => Promise<Rollout>, (rollout: Rollout) => void][] = [
  [
    'a canary',
    (rollouts) => rollouts.publish(anyBundle('pump', 3), toSome, 'x'),
    (rollout) => expect(canaryVersion(rollout)).toMatchObject({ share: 0.2 }),
  ],
  [
    'a promotion',
    (rollouts) => rollouts.promote('pump', 2, 5, 'x'),
    (rollout) => expect(currentVersion(rollout)?.version).toBe(2),
  ],
  ['a withdrawal', (rollouts) => rollouts.withdraw('pump', 2, 'x'), (rollout) => expect(canaryVersion(rollout)).toBeNull()],
  [
    'a rollback',
    (rollouts) => rollouts.rollback('pump', specHash, 'x', 1),
    (rollout) => expect(currentVersion(rollout)?.restores).toBe(1),
  ],
];

test.each(steps)(
  '%s, killed at any call: nothing is half-published, and whoever comes next carries it out or does it anew',
  async (_, step, expectDone) => {
    for (const isAfter of [false, true]) {
      let isOver = false;
      for (let calls = 0; !isOver; calls++) {
        expect(calls).toBeLessThan(60);
        await state.remove([
          rolloutKey('pump'),
          currentBundleKey('pump'),
          canaryBundleKey('pump'),
          ...Array.from({ length: 9 }, (_each, i) => bundleKey('pump', i + 1)),
        ]);
        const before = open();
        await before.publish(anyBundle('pump', 1), toAll, '');
        if (step === steps[3][1]) await before.publish(anyBundle('pump', 2), toAll, '');
        else await before.publish(anyBundle('pump', 2), toSome, '');
        const world = dying(calls, isAfter);
        const done = await step(open(world)).then(
          () => true,
          () => false,
        );
        await expectSound();
        const after = open();
        const found = await after.follow('pump');
        await expectSound();
        expect((await pointer(currentBundleKey('pump')))?.version).toBe(currentVersion(found)?.version);
        expect((await pointer(canaryBundleKey('pump')))?.version).toBe(canaryVersion(found)?.version);
        const canary = canaryVersion(found);
        const last = await said();
        expect(last['pump']).toBe(`current ${currentVersion(found)?.version}`);
        if (canary !== null) expect(last['pump/canary']).toBe(`canary ${canary.version}`);
        else expect(last['pump/canary'] ?? 'withdrawn').toContain('withdrawn');
        if (done) expectDone(found);
        if (!world.isDead()) return;
      }
    }
    throw new Error('it never came to an end');
  },
);
