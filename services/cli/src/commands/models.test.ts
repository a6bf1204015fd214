// The command line against a real embedded store and log, in which three versions of a class have been published.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { decodeModelAnnouncement, bundleKey, currentBundleKey, type ModelBundle } from '@tocsin/schemas';
import { decodeBundle, parsePublicKey, parseSigningKey, verifyBundle } from '@tocsin/models';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { openRollouts, type Keys } from '@tocsin/trainer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fittedBundle } from '../../../../test/fixtures/pump-fleet.ts';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld } from '../test-world.fixture.ts';

let room: LocalRoom;
beforeEach(() => {
  room = openLocalRoom('classes: { pump: { channels: [x], rateHz: 4096 } }');
});
afterEach(() => room.close());

const content = decodeBundle(fittedBundle(1).bytes);
const shadow = { devices: 9, windows: 216, alarmRateInUse: 0.01, alarmRate: 0.02, foundInUse: 0.5, found: 0.6, scoreShift: 0.1 };
const second: ModelBundle = {
  ...content,
  initialisation: {
    ...content.initialisation,
    location: content.initialisation.location.map((value, j) => (j === 3 ? value + 5 : value)),
  },
  metrics: { ...content.metrics, learner: 'eb-mw', devicesTrained: 12, shadow },
};

async function withStore<T>(use: (state: StateStore) => Promise<T>): Promise<T> {
  const state = createEmbeddedState({ directory: room.state });
  try {
    return await use(state);
  } finally {
    await state.close();
  }
}

/** One that has been replaced, one that is current, one that is tried. */
async function publishThree(keys: Keys = { signing: null, trusted: [] }): Promise<void> {
  await withStore((state) =>
    room.withLog(async (transport) => {
      await transport.admin().ensureTopics([{ name: 'tocsin.models', partitions: 1, compacted: true }]);
      const writer = transport.writer();
      const rollouts = openRollouts({
        state,
        writer,
        topic: 'tocsin.models',
        keys,
        by: 'trainer',
        note: () => undefined,
        now: () => 1e12,
      });
      await rollouts.publish({ ...content }, { stage: 'current', watchUntilMs: null }, 'nothing to compare it with');
      await rollouts.publish(second, { stage: 'current', watchUntilMs: 2e12 }, 'too few devices');
      await rollouts.publish({ ...content }, { stage: 'canary', share: 0.1 }, 'tried by 3 of 30 devices first');
    }),
  );
}

async function run(line: string, env: Record<string, string> = {}) {
  const world = createTestWorld({ USER: 'ada', ...env });
  const code = await world.tocsin(`models ${line}${line.startsWith('keygen') ? '' : ` --config ${room.config}`}`);
  return { code, out: world.out(), err: world.err() };
}

const json = (out: string): unknown[] =>
  out
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
const current = () => withStore(async (state) => decodeModelAnnouncement((await state.getMany([currentBundleKey('pump')]))[0]!));

test('list says what every version is, and why', async () => {
  await withStore(async () => undefined);
  expect(await run('list')).toMatchObject({ code: 0, out: 'no bundle has been published yet\n' });
  await publishThree();
  const { out } = await run('list');
  expect(out).toMatch(/pump +1 +replaced .* eb .* no .*version 2 took its place \(trainer\)/);
  expect(out).toMatch(/pump +2 +current .* eb-mw .*1\.0 % to 2\.0 % over, finds 50\.0 % to 60\.0 % \(216 windows\)/);
  expect(out).toMatch(/pump +3 +canary 10 % .*tried by 3 of 30 devices first/);
  const listed = json((await run('list --class pump --json')).out);
  expect(listed).toMatchObject([
    { version: 1, stage: 'replaced', trust: 'unsigned' },
    { version: 2, stage: 'current', before: 1, watchUntilMs: null, metrics: { learner: 'eb-mw', shadow } },
    { version: 3, stage: 'canary', share: 0.1 },
  ]);
  expect(await run('list --class fan')).toMatchObject({ code: 2, err: expect.stringContaining('it has pump') });
});

test('show tells the current one, or the one that is named', async () => {
  await withStore(async () => undefined);
  expect(await run('show pump')).toMatchObject({ code: 1, err: expect.stringContaining('no version yet') });
  await publishThree();
  expect((await run('show pump')).out).toMatch(
    /^pump version 2, current since .* by trainer: too few devices\n(.*\n)*before it +version 1\n/,
  );
  expect(json((await run('show pump 3 --json')).out)).toMatchObject([{ version: 3, stage: 'canary' }]);
  expect(await run('show pump 9')).toMatchObject({ code: 1, err: expect.stringContaining('it has 1, 2, 3') });
});

test('diff names what differs, and the features that have moved', async () => {
  await publishThree();
  const { out } = await run('diff pump 1 2');
  expect(out).toMatch(/learner +eb +eb-mw +differs/);
  expect(out).toMatch(/devices it was learned from +10 +12 +differs/);
  expect(out).toMatch(/threshold after 10 windows +(\S+) +\1\n/);
  const [diff] = json((await run('diff pump 1 2 --rate 0.01 --json')).out);
  const moved = content.spec.elements[3].name;
  expect(diff).toMatchObject({
    rate: 0.01,
    shifts: [{ feature: moved, location: 5 / content.initialisation.scale[3], scale: 1 }],
  });
});

test('promote, withdraw and rollback do what they say, and are written down', async () => {
  await publishThree();
  expect((await run('promote pump')).out).toMatch(/^pump: version 3 is current .*; nothing is tried\n$/);
  expect(await current()).toMatchObject({ version: 3, stage: 'current' });
  expect(await run('promote pump')).toMatchObject({ code: 1, err: expect.stringContaining('no version is being tried') });
  expect(await run('withdraw pump')).toMatchObject({ code: 1, err: expect.stringContaining('no version is being tried') });
  expect((await run('rollback pump')).out).toContain('version 4 is current');
  const [bytes] = await withStore((state) => state.getMany([bundleKey('pump', 4)]));
  expect(decodeBundle(bytes!)).toMatchObject({ version: 4, restores: 2 });
  expect((await run('rollback pump --to 3')).out).toContain('with the content of version 3');
  const listed = json((await run('list --json')).out);
  expect(listed.at(-1)).toMatchObject({ version: 5, stage: 'current', restores: 3, by: 'ada', reason: 'rolled back by hand' });
  expect(await run('rollback pump --to 5')).toMatchObject({ code: 1, err: expect.stringContaining('current already') });
  expect(await run('rollback pump --to x')).toMatchObject({ code: 2 });
});

test('a canary that its trainer has left alone can be withdrawn', async () => {
  await publishThree();
  expect((await run('withdraw pump')).out).toMatch(/version 2 is current .*; nothing is tried/);
  expect((await run('rollback pump')).out).toContain('with the content of version 1');
  expect(await run('rollback pump')).toMatchObject({ code: 1, err: expect.stringContaining('nothing to go back to') });
});

test('keygen writes a pair for its owner alone, once; what is signed has to be signed again when it is published again', async () => {
  const directory = join(dirname(room.config), 'keys');
  const made = await run(`keygen --out ${directory}`);
  expect(made.code).toBe(0);
  const [privateFile, publicFile] = ['tocsin-signing.key', 'tocsin-signing.pub'].map((name) => join(directory, name));
  expect(statSync(privateFile).mode & 0o777).toBe(0o600);
  const publicKey = parsePublicKey(readFileSync(publicFile, 'utf8'), 'pub');
  expect(made.out).toContain(publicKey.id);
  expect(made.out).not.toContain(readFileSync(privateFile, 'utf8').split('\n')[1]);
  expect(await run(`keygen --out ${directory}`)).toMatchObject({ code: 1, err: expect.stringContaining('is not overwritten') });

  const signing = parseSigningKey(readFileSync(privateFile, 'utf8'), 'key');
  await publishThree();
  expect(await run('sign pump')).toMatchObject({ code: 2, err: expect.stringContaining('no key to sign with') });
  const env = { TOCSIN_SIGNING_PRIVATE_KEY_FILE: privateFile };
  expect((await run('rollback pump', env)).err).toContain('tocsin models sign');
  expect((await run('sign pump', env)).code).toBe(0);
  expect(await run('rollback pump')).toMatchObject({ code: 1, err: expect.stringContaining('no key to sign this one') });
  expect((await run('rollback pump', env)).code).toBe(0);
  const { location, signature } = await current();
  const [bytes] = await withStore((state) => state.getMany([location]));
  expect(verifyBundle(bytes!, signature!, [signing.publicKey])).toBe('signed');
  expect((await run('list', { TOCSIN_SIGNING_PUBLIC_KEY_FILES: publicFile })).out).toContain(`by ${publicKey.id}`);
  writeFileSync(privateFile, 'nonsense');
  expect(await run('rollback pump', env)).toMatchObject({ code: 1, err: expect.stringContaining(privateFile) });
  expect(existsSync(privateFile)).toBe(true);
});
