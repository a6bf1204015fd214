import { expect, test } from 'vitest';
import { judgeNode } from './examine.ts';

test.each([
  ['v20.18.9', 'fail'],
  ['v18.20.0', 'fail'],
  ['v20.19.0', 'ok'],
  ['v24.0.0', 'ok'],
])('Node %s: %s', (version, level) => {
  expect(judgeNode(version).level).toBe(level);
});
