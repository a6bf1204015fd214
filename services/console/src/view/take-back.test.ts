// Taking back what was said: of one subject, and of all that one answer was about.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchIdOf, labelIdIn, verdicts, type Label } from '@tocsin/schemas';
import { undoOf, undoOfBatch, undoRefusal } from './take-back.ts';
import { createVerdictBook, type VerdictBook } from './verdict-book.ts';

const batchId = batchIdOf('incident', 'storm');
const said = (labelId: string, subjectId: string, atMs: number, verdict: Label['verdict']): Label => {
  return { labelId, deviceId: `device of ${subjectId}`, subjectId, verdict, who: 'Ada', atMs, note: '' };
};
const undoing = (atMs: number) => ({ who: 'Ada', atMs, note: '' });

function bookOf(labels: readonly Label[]): VerdictBook {
  const book = createVerdictBook();
  for (const label of labels) book.add(label);
  return book;
}

test('what an undo says is what stands without it; it cannot be taken back itself', () => {
  const book = bookOf([said('a', 's', 1, 'real'), said('b', 's', 2, 'false-alarm')]);
  const undo = undoOf(book, book.find('b')!, undoing(3));
  expect(undo).toMatchObject({ verdict: 'real', note: 'undo of b' });
  book.add(undo);
  expect(book.standing('device of s', 's')?.labelId).toBe('a');
  expect(undoRefusal(book.find(undo.labelId)!)).toMatch(/cannot be taken back/);
  expect(undoRefusal(book.find('b')!)).toMatch(/already/);
  expect(undoOf(book, book.find('a')!, undoing(4)).verdict).toBe('unsure');
});

/** Of each subject what was said before the answer, whether it was given to it, and what was said after it. */
const told = fc.option(fc.constantFrom(...verdicts), { nil: null });
const stories = fc.array(fc.record({ before: told, isIn: fc.boolean(), after: told }), { minLength: 1, maxLength: 12 });

test('by a clock that is behind it is later all the same', () => {
  const book = bookOf([said('a', 's', 50, 'real')]);
  expect(undoOf(book, book.find('a')!, undoing(3)).atMs).toBe(51);
  expect(undoOf(book, book.find('a')!, undoing(90)).atMs).toBe(90);
});

test('a whole answer taken back: on every subject stands what would if it had never been given, for those who know undoing and who do not', () => {
  fc.assert(
    fc.property(stories, fc.constantFrom(...verdicts), fc.nat(5), (story, verdict, atMs) => {
      const labels = story.flatMap(({ before, isIn, after }, i) => [
        ...(before === null ? [] : [said(`before-${i}`, `s${i}`, 1, before)]),
        ...(isIn ? [said(labelIdIn(batchId, `s${i}`), `s${i}`, 2, verdict)] : []),
        ...(after === null ? [] : [said(`after-${i}`, `s${i}`, 3, after)]),
      ]);
      const book = bookOf(labels);
      const undone = undoOfBatch(book, batchId, undoing(atMs));
      // Twice at once they are the same labels; afterwards nothing is left to be taken back.
      expect(undoOfBatch(book, batchId, undoing(atMs))).toEqual(undone);
      for (const label of undone) book.add(label);
      expect(undoOfBatch(book, batchId, undoing(5))).toEqual([]);
      expect(undone).toHaveLength(story.filter(({ isIn }) => isIn).length);
      story.forEach(({ before, isIn, after }, i) => {
        const stands = after ?? before;
        expect(book.standing(`device of s${i}`, `s${i}`)?.verdict ?? null).toBe(stands);
        if (isIn) expect(book.ofSubject(`device of s${i}`, `s${i}`).at(-1)!.verdict).toBe(stands ?? 'unsure');
      });
    }),
  );
});

test('forgetting is by age, and a batch that is forgotten takes no room', () => {
  const book = bookOf([said(labelIdIn(batchId, 'x'), 'x', 0, 'real'), said(labelIdIn(batchId, 'y'), 'y', 0, 'real')]);
  expect(book.ofBatch(batchId).map(({ subjectId }) => subjectId)).toEqual(['x', 'y']);
  for (let i = 0; i < 59_999; i++) book.add(said(`later-${i}`, `s${i}`, i, 'real'));
  expect([book.size(), book.batchSize(batchId), book.standing('device of x', 'x')]).toEqual([60_000, 1, null]);
  book.add(said('last', 'z', 1, 'real'));
  expect([book.batchSize(batchId), book.ofBatch(batchId)]).toEqual([0, []]);
});
