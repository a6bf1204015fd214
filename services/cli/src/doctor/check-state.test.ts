import { expect, test } from 'vitest';
import { judgeBundle, judgeStore } from './check-state.ts';

test.each([
  [null, 'warn', /none published/],
  ['foreign_spec', 'fail', /other features/],
  ['missing', 'fail', /not in the store/],
  ['corrupt', 'fail', /cannot be read/],
] as const)('bundle: %s is a %s', (adoption, level, found) => {
  expect(judgeBundle('pump', { adoption, version: 3, bundle: null, isProvisional: false, minDevices: 3 })).toMatchObject({
    level,
    found: expect.stringMatching(found),
  });
});

test.each([
  ['redis 7.0.15 at redis://h', 'ok'],
  ['redis 7.0.15 at redis://h, maxmemory-policy noeviction', 'ok'],
  ['redis 7.0.15 at redis://h, maxmemory-policy allkeys-lru', 'warn'],
  ['redis 7.0.15 at redis://h, maxmemory-policy volatile-ttl', 'warn'],
] as const)('%s is %s', (description, level) => {
  expect(judgeStore(description).level).toBe(level);
});
