// Ids of labels that were given together.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchIdOf, batchKinds, batchOf, labelIdIn } from './label-batch.ts';

test('an id says which batch it is of, whatever the subject is called; other ids are of none', () => {
  fc.assert(
    fc.property(fc.constantFrom(...batchKinds), fc.uuid(), fc.string(), fc.string(), (about, key, one, two) => {
      const batchId = batchIdOf(about, key);
      expect(batchOf(labelIdIn(batchId, one))).toEqual({ batchId, about });
      expect(labelIdIn(batchId, one) === labelIdIn(batchId, two)).toBe(one === two);
      expect(batchOf(key)).toBeNull();
    }),
  );
  for (const other of ['', 'group-', 'group-1', 'group-/x', 'group-1/', 'group-1/x/y', 'crowd-1/x', '/x', 'a group-1/x'])
    expect(batchOf(other)).toBeNull();
});
