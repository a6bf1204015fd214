import { encodeModelAnnouncement, encodeRollout, type Rollout, type RolloutVersion } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { fittedBundle } from '../../../../test/fixtures/pump-fleet.ts';
import { judgeRollout, type RolloutFacts } from './judge-rollout.ts';

const hourMs = 3_600_000;
const nowMs = 100 * hourMs;
const rest = { before: null, restores: null, checksum: null, alarms: null };
const current: RolloutVersion = {
  ...rest,
  version: 2,
  stage: 'current',
  sinceMs: hourMs,
  share: null,
  reason: 'tried',
  by: 'trainer',
};
const canary: RolloutVersion = {
  ...rest,
  version: 3,
  stage: 'canary',
  sinceMs: 98 * hourMs,
  share: 0.1,
  reason: 'tried first',
  by: 'trainer',
};
const rolloutOf = (versions: RolloutVersion[], more: Partial<Rollout> = {}) =>
  encodeRollout({ revision: 1, savedAtMs: 1, lastVersion: 3, watchUntilMs: null, versions, ...more });
const pointerOf = (version: number) => encodeModelAnnouncement(fittedBundle(version).announcement);

const usual: RolloutFacts = {
  rollout: rolloutOf([current]),
  current: pointerOf(2),
  canary: null,
  canaryForMs: 24 * hourMs,
  nowMs,
};
const trying = { rollout: rolloutOf([current, canary]), canary: pointerOf(3) };

test.each<[string, Partial<RolloutFacts>, string, RegExp]>([
  ['as it is to be', {}, 'ok', /^version 2 is current \(trainer: tried\); 1 version left$/],
  ['one is tried', trying, 'ok', /version 3 is tried by 10 %; 2 versions left/],
  ['one is watched', { rollout: rolloutOf([current], { watchUntilMs: 1 }) }, 'ok', /, watched; /],
  ['nothing written down', { rollout: null }, 'warn', /not written down/],
  ['an older pointer', { current: pointerOf(1) }, 'warn', /pointed to version 1, written down is version 2/],
  [
    'no pointer to what is tried',
    { ...trying, canary: null },
    'warn',
    /pointed to version 2, written down is .* version 3 is tried/,
  ],
  ['nobody judges what is tried', { ...trying, nowMs: 124 * hourMs }, 'warn', /version 3 is tried by 10 %.*, for 1 d 2 h|for /],
  ['no rollout at all', { rollout: Uint8Array.of(1, 2) }, 'fail', /cannot be read/],
])('%s', (_, facts, level, found) => {
  expect(judgeRollout('pump', { ...usual, ...facts })).toMatchObject({
    check: 'versions pump',
    level,
    found: expect.stringMatching(found),
  });
});

test('of a class without a bundle there is nothing to say; a pointer that is older says who might have moved it', () => {
  expect(judgeRollout('pump', { ...usual, rollout: null, current: null })).toBeNull();
  expect(judgeRollout('pump', { ...usual, current: pointerOf(1) })).toMatchObject({
    advice: expect.stringMatching(/who else writes/),
  });
});
