import { expect, test } from 'vitest';
import type { RejectionReason } from '@tocsin/schemas';
import { createNoteRejection } from './note-rejections.ts';

//   broken  ■ ■ ■        ■         the second and third come within ten seconds of the first
//   unknown   ■
//   s       0 1 2        10
test('the first of a reason, then one line in ten seconds that counts the others', () => {
  let nowS = 0;
  const lines: unknown[] = [];
  const noteRejection = createNoteRejection(
    (_level, _message, fields) => lines.push(fields),
    () => nowS * 1000,
  );
  const refuse = (atS: number, offset: number, reason: RejectionReason) => {
    nowS = atS;
    const record = { topic: 't', partition: 3, offset, timestampMs: 0, key: null, value: null, headers: {} };
    noteRejection(record, { reason, message: 'why' });
  };
  refuse(0, 7, 'broken_avro');
  refuse(1, 8, 'broken_avro');
  refuse(1, 9, 'unknown_class');
  refuse(2, 10, 'broken_avro');
  refuse(10, 11, 'broken_avro');
  expect(lines).toEqual([
    { deadLetter: 't:3:7', reason: 'broken_avro', error: 'why', alsoRefused: 0 },
    { deadLetter: 't:3:9', reason: 'unknown_class', error: 'why', alsoRefused: 0 },
    { deadLetter: 't:3:11', reason: 'broken_avro', error: 'why', alsoRefused: 2 },
  ]);
});
