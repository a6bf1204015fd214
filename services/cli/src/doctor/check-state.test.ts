import { expect, test } from 'vitest';
import { judgeBundle } from './check-state.ts';

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
