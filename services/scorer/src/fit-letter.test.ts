import { expect, test } from 'vitest';
import { decodeDeadLetter } from '@tocsin/schemas';
import { recordBytes, sendBytesMax } from '@tocsin/transport';
import { letterRecord } from './fit-letter.ts';

const letter = (valueBytes: number, headerBytes = 0, keyBytes = 1) => ({
  id: 't:0:7',
  stage: 'decode',
  reason: 'broken_avro' as const,
  error: 'why',
  topic: 't',
  partition: 0,
  offset: 7,
  timestampMs: 5,
  key: new Uint8Array(keyBytes),
  value: new Uint8Array(valueBytes).fill(7),
  headers: { trace: new Uint8Array(headerBytes) },
});

test('what fits is whole', () => {
  const record = letterRecord('dead', letter(880_000));
  const back = decodeDeadLetter(record.value!);
  expect(back.value).toHaveLength(880_000);
  expect(back.cutFromBytes).toBeUndefined();
  expect(record.headers).toHaveProperty('trace');
});

test.each([
  ['value', letter(sendBytesMax)],
  ['value of ten megabytes', letter(10_000_000)],
  ['headers, which are there twice', letter(100, 500_000)],
  ['key, which is there twice', letter(100, 0, 500_000)],
])('a letter with too large a %s is cut, and says so', (_, whole) => {
  const record = letterRecord('dead', whole);
  expect(recordBytes(record)).toBeLessThanOrEqual(sendBytesMax);
  const back = decodeDeadLetter(record.value!);
  expect(back).toMatchObject({ id: 't:0:7', reason: 'broken_avro', cutFromBytes: whole.value.byteLength });
  expect([...back.value!.subarray(0, 3)]).toEqual([7, 7, 7]);
});

test('a message that quotes a whole record is cut', () => {
  const back = decodeDeadLetter(letterRecord('dead', { ...letter(10), error: 'x'.repeat(900_000) }).value!);
  expect(back.error).toHaveLength(2000);
  expect(back.cutFromBytes).toBeUndefined();
});
