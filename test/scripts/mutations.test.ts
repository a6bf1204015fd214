// A mutation whose place in the sources has moved undoes nothing; `node scripts/mutate.mjs` takes minutes and is run by hand.
import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { mutations } from '../../scripts/mutations.mjs';

test.each(mutations.map((mutation) => [mutation.rule, mutation] as const))('%s: its place is there, once', (_, mutation) => {
  const { file, from, to, test: named } = mutation;
  expect(readFileSync(file, 'utf8').split(from)).toHaveLength(2);
  expect(to).not.toBe(from);
  if (named !== undefined) expect(existsSync(named)).toBe(true);
});
