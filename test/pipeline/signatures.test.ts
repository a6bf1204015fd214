// Scorers with public keys: what was not signed with one of them is not used, neither when it is announced nor when a replay asks for it.
import { generateKeyPairSync } from 'node:crypto';
import { checksumOf, decodeBundle, encodeBundle, parseSigningKey, signBundle, type SigningKey } from '@tocsin/models';
import { bundleSignatureKey, currentBundleKey, encodeModelAnnouncement } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import { openRollouts } from '@tocsin/trainer';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { fittedBundle, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, topics, type ScorerRoom } from './scorer-room.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
});
afterEach(() => room.close());

function newKey(name: string): SigningKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return parseSigningKey(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), name);
}

const [ours, next, foreign] = ['ours', 'next', 'foreign'].map(newKey);
const trusted = [ours.publicKey, next.publicKey];
const records = telemetry(1, 60);

type Way = { key?: SigningKey; tampered?: boolean; withRecord?: boolean };

/** As the trainer does: bytes and signature, pointer, record. */
async function publish(version: number, { key, tampered = false, withRecord = true }: Way): Promise<void> {
  const { announcement, bytes: genuine } = fittedBundle(version);
  const signature = key === undefined ? undefined : signBundle(genuine, key);
  // Whoever can write to the store can make the checksum fit.
  const bytes = tampered ? encodeBundle({ ...decodeBundle(genuine), createdAtMs: 7 }) : genuine;
  const said = { ...announcement, checksum: checksumOf(bytes), ...(signature === undefined || !withRecord ? {} : { signature }) };
  await room.state.put(announcement.location, bytes);
  if (signature !== undefined) await room.state.put(bundleSignatureKey('pump', version), Buffer.from(signature));
  await room.state.put(currentBundleKey('pump'), encodeModelAnnouncement(said));
  await room.transport.writer().send([{ topic: topics.models, key: 'pump', value: encodeModelAnnouncement(said) }]);
}

async function started(state?: (real: StateStore) => StateStore) {
  const scorer = room.scorer({ trusted, ...(state === undefined ? {} : { state }) });
  await scorer.start();
  await room.drained(scorer);
  return scorer;
}

test('bundles of any trusted key are used, with the signature in the announcement or beside the bytes', async () => {
  await publish(1, { key: ours });
  const scorer = await started();
  expect(scorer.status().initialisations).toEqual({ pump: 1 });
  await publish(2, { key: next, withRecord: false });
  await room.drained(scorer);
  expect(scorer.status().initialisations).toEqual({ pump: 2 });
  await scorer.stop();
});

test.each([
  ['unsigned', {}],
  ['unknown_key', { key: foreign }],
  ['altered', { key: ours, tampered: true }],
] as const)('%s: the one in use stays, it is counted, and said what to do', async (outcome, way) => {
  await publish(1, { key: ours });
  const scorer = await started();
  await publish(2, way);
  await room.drained(scorer);
  expect(scorer.status().initialisations).toEqual({ pump: 1 });
  await scorer.stop();
  expect(await room.metrics()).toContain(`tocsin_initialisations_total{outcome="${outcome}"} 1`);
  const refusals = room.notes().filter(({ message }) => message === `a model bundle is refused: ${outcome}`);
  expect(refusals).toEqual([
    { level: 'error', message: expect.anything(), fields: { deviceClass: 'pump', version: 2, advice: expect.any(String) } },
  ]);
});

test('a signed bundle under the number of another one is no bundle', async () => {
  const { bytes } = fittedBundle(1);
  const { announcement } = fittedBundle(2);
  const signature = signBundle(bytes, ours);
  await room.state.put(announcement.location, bytes);
  const said = { ...announcement, checksum: checksumOf(bytes), signature };
  await room.state.put(currentBundleKey('pump'), encodeModelAnnouncement(said));
  const scorer = await started();
  expect(scorer.status().initialisations).toEqual({ pump: 0 });
  await scorer.stop();
});

//   log      r0 ... r39 |             r40 ... r59
//   bundle   v1           v2
//   first    sends, dies before it stores
//   then     v1 is altered in the store: it is not used for the replay either
test('what a replay loads by its version is verified as well', async () => {
  await publish(1, { key: ours });
  await room.send(records.slice(0, 40));
  let left = 1;
  const dies = (real: StateStore): StateStore => ({
    ...real,
    async putIfNewer(entries) {
      if (left-- <= 0) throw new Error('the program broke here');
      return real.putIfNewer(entries);
    },
  });
  const first = room.scorer({ trusted, state: dies });
  await first.start();
  await vi.waitFor(async () => expect((await room.windows()).length).toBeGreaterThan(0), 4000);
  await first.stop();
  await publish(2, { key: ours });
  const { announcement, bytes } = fittedBundle(1);
  await room.state.put(announcement.location, encodeBundle({ ...decodeBundle(bytes), createdAtMs: 7 }));
  const second = await started();
  await second.stop();
  expect(await room.metrics()).toMatch(/tocsin_bundles_gone_total\{class="pump"\} 1/);
  expect(room.notes().some(({ message }) => message === 'a model bundle is refused: altered')).toBe(true);
  expect((await room.windows()).at(-1)?.modelVersion).toBe(2);
});

test('what a trainer with a key publishes is used by scorers with its public half, current or tried', async () => {
  const rollouts = openRollouts({
    state: room.state,
    writer: room.transport.writer(),
    topic: topics.models,
    keys: { signing: ours, trusted: [] },
    by: 'trainer',
    note: () => undefined,
    now: Date.now,
  });
  const scorer = await started();
  const bundle = decodeBundle(fittedBundle(1).bytes);
  await rollouts.publish(bundle, { stage: 'current', watchUntilMs: null }, 'first');
  await rollouts.publish({ ...bundle }, { stage: 'canary', share: 0.5 }, 'tried');
  await room.drained(scorer);
  expect(scorer.status()).toMatchObject({ initialisations: { pump: 1 }, canaries: { pump: 2 } });
  await expect(rollouts.rollback('pump', bundle.spec.hash, 'by hand')).rejects.toThrow('nothing to go back to');
  await rollouts.promote('pump', 2, null, 'by hand');
  await rollouts.rollback('pump', bundle.spec.hash, 'by hand');
  await room.drained(scorer);
  expect(scorer.status()).toMatchObject({ initialisations: { pump: 3 }, canaries: { pump: 0 } });
  await scorer.stop();
});
