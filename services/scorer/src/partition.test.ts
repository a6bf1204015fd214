// How far an earlier owner was, by the note of its commit.
import { expect, test } from 'vitest';
import { resumePartition } from './partition.ts';

const note = (fields: object) => ({ offset: 5, metadata: JSON.stringify({ v: 1, ...fields }) });

test.each([
  ['a note', note({ p: 8, c: 1 }), 8],
  ['a note that lags behind its own commit', note({ p: 3, c: 1 }), 5],
  ['no note', { offset: 5, metadata: '' }, 5],
  ['a note that is none of ours', { offset: 5, metadata: 'p' }, 5],
  ['a note of a release that did not write the classes', note({ p: 8 }), 8],
  ['a note of other classes', note({ p: 8, c: 2 }), 5],
  ['a note from beyond the end of the log', note({ p: 80, c: 1 }), 10],
])('%s', (_, commit, emitted) => {
  expect(resumePartition(1, commit, 10, 1)).toMatchObject({ next: 5, emitted, freshFrom: 10, committed: 5, classes: 1 });
});
