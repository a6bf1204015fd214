// What stands of what people said, whatever the order in which it is read.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { batchIdOf, labelIdIn, type Label } from '@tocsin/schemas';
import { createVerdictBook, saidText, undoNote } from './verdict-book.ts';

const said = (labelId: string, atMs: number, verdict: Label['verdict'], note = ''): Label => ({
  labelId,
  deviceId: 'd',
  subjectId: 's',
  verdict,
  who: 'Ada',
  atMs,
  note,
});

function bookOf(labels: readonly Label[]) {
  const book = createVerdictBook();
  for (const label of labels) book.add(label);
  return book;
}

test('the later of two verdicts stands; without it, the one before; without both, none', () => {
  const book = bookOf([said('a', 1, 'real'), said('b', 2, 'false-alarm')]);
  expect(book.standing('d', 's')?.labelId).toBe('b');
  book.add(said('c', 3, 'real', undoNote('b', 'was wrong')));
  expect(book.standing('d', 's')?.labelId).toBe('a');
  book.add(said('e', 4, 'unsure', undoNote('a', '')));
  expect(book.standing('d', 's')).toBeNull();
  expect(book.ofSubject('d', 's').map(({ labelId, isUndone }) => [labelId, isUndone])).toEqual([
    ['a', true],
    ['b', true],
    ['c', false],
    ['e', false],
  ]);
});

test('an alert that is named for another device is not that alert', () => {
  const book = bookOf([said('a', 1, 'real'), { ...said('b', 2, 'false-alarm'), deviceId: 'e' }]);
  expect(book.standing('d', 's')?.labelId).toBe('a');
  expect(book.standing('e', 's')?.labelId).toBe('b');
});

test('what was said is told in a few words: who, what, and that it was said of many', () => {
  expect(saidText(said('a', 1, 'false-alarm'))).toBe('Ada said false alarm');
  expect(saidText({ ...said(labelIdIn(batchIdOf('incident', 'k'), 's'), 1, 'real'), who: '' })).toBe(
    'somebody said real, of an incident',
  );
  expect(saidText(said(labelIdIn(batchIdOf('group', 'k'), 's'), 1, 'unsure', undoNote('a', '')))).toBe(
    'Ada took a verdict back, of a group',
  );
});

test('the order of reading and reading twice change nothing', () => {
  const labels = [
    said('a', 1, 'real'),
    said('b', 2, 'unsure'),
    said('c', 2, 'false-alarm'),
    said('d', 5, 'unsure', undoNote('c', '')),
  ];
  const expected = bookOf(labels).ofSubject('d', 's');
  fc.assert(
    fc.property(fc.shuffledSubarray([...labels, ...labels], { minLength: 8, maxLength: 8 }), (order) => {
      expect(bookOf(order).ofSubject('d', 's')).toEqual(expected);
    }),
    { seed: 1 },
  );
});
