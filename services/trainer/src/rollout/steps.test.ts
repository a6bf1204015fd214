import { canaryVersion, currentVersion, decodeRollout, encodeRollout, type Rollout } from '@tocsin/schemas';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { claimed, nothingPublished, promoted, published, tried, withdrawn } from './steps.ts';

const cause = { reason: 'because', by: 'trainer', atMs: 1 };
const made = (rollout: Rollout) => ({ version: rollout.lastVersion, checksum: null });

/** Whatever can be done to a class, as its trainer or `tocsin models` would. */
const steps: Record<string, (rollout: Rollout, pick: number) => Rollout> = {
  claim: claimed,
  publish: (rollout) => published(claimed(rollout), made(claimed(rollout)), { watchUntilMs: 9 }, cause),
  try: (rollout) => tried(claimed(rollout), made(claimed(rollout)), 0.1, cause),
  promote: (rollout) => promoted(rollout, 9, cause),
  withdraw: (rollout) => withdrawn(rollout, cause),
  restore(rollout, pick) {
    const there = rollout.versions.filter(({ stage }) => stage !== 'current' && stage !== 'canary');
    if (there.length === 0) return rollout;
    const { version } = there[pick % there.length];
    return published(claimed(rollout), made(claimed(rollout)), { restores: version }, cause);
  },
};

const anyLife = fc.array(fc.tuple(fc.constantFrom(...Object.keys(steps)), fc.nat(9)), { maxLength: 40 });

test('whatever is done: one current at most, one tried at most, rising numbers, and a way back that is there', () => {
  fc.assert(
    fc.property(anyLife, (life) => {
      let rollout = nothingPublished;
      for (const [name, pick] of life) {
        const hadCurrent = currentVersion(rollout) !== null;
        rollout = steps[name](rollout, pick);
        const { versions, lastVersion, watchUntilMs } = rollout;
        const numbers = versions.map(({ version }) => version);
        expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
        expect(numbers.every((version) => version <= lastVersion)).toBe(true);
        expect(versions.filter(({ stage }) => stage === 'current').length).toBeLessThanOrEqual(1);
        expect(versions.filter(({ stage }) => stage === 'canary').length).toBeLessThanOrEqual(1);
        // What is in use is never lost, and neither is what is tried.
        expect(hadCurrent && currentVersion(rollout) === null).toBe(false);
        if (name === 'try') expect(canaryVersion(rollout)?.version).toBe(lastVersion);
        expect(versions.length).toBeLessThanOrEqual(7);
        for (const { before } of versions) expect(before === null || numbers.includes(before)).toBe(true);
        if (watchUntilMs !== null) expect(canaryVersion(rollout)).toBeNull();
        expect(decodeRollout(encodeRollout(rollout))).toEqual(rollout);
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('what is not a rollout is named', () => {
  expect(() => decodeRollout(Buffer.from('{}'))).toThrow('expected tocsin-rollout-1');
  expect(() => decodeRollout(Buffer.from([0xff, 0x00]))).toThrow();
  const whole = JSON.parse(
    Buffer.from(encodeRollout(published(claimed(nothingPublished), { version: 1, checksum: 'a' }, {}, cause))).toString(),
  ) as Rollout;
  for (const broken of [
    { ...whole, lastVersion: -1 },
    { ...whole, versions: [{ ...whole.versions[0], stage: 'odd' }] },
    { ...whole, versions: [null] },
    { ...whole, watchUntilMs: 'later' },
  ])
    expect(() => decodeRollout(Buffer.from(JSON.stringify(broken)))).toThrow('a field is missing or of another kind');
});
