import { expect, test } from 'vitest';
import { decideResume } from './resume.ts';

const commit = (offset: number) => ({ offset, metadata: 'note' });
const log = { startOffset: 10, endOffset: 20 };

//           log        10 ………………… 20
test.each([
  { committed: null, startFrom: 'earliest', from: 10, why: 'new' },
  { committed: null, startFrom: 'latest', from: 20, why: 'new' },
  { committed: 10, startFrom: 'latest', from: 10, why: 'committed' },
  { committed: 15, startFrom: 'earliest', from: 15, why: 'committed' },
  { committed: 20, startFrom: 'earliest', from: 20, why: 'committed' },
  { committed: 9, startFrom: 'latest', from: 10, why: 'reset' }, // retention overtook it
  { committed: 21, startFrom: 'earliest', from: 10, why: 'reset' }, // the topic was made anew
  { committed: -2, startFrom: 'latest', from: 10, why: 'reset' }, // kafkajs' mark for "out of range"
] as const)('$committed from the $startFrom: $why, at $from', ({ committed, startFrom, from, why }) => {
  const resume = decideResume({ commit: committed === null ? null : commit(committed), ...log }, startFrom);
  expect(resume).toEqual({ from: { offset: from, metadata: why === 'committed' ? 'note' : '' }, why });
});
