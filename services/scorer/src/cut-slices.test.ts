import type { LogRecord } from '@tocsin/transport';
import { expect, test } from 'vitest';
import { cutSlices } from './cut-slices.ts';

const records = (...bytes: (number | null)[]): LogRecord[] =>
  bytes.map((length, offset) => {
    const value = length === null ? null : new Uint8Array(length);
    return { topic: 't', partition: 0, offset, timestampMs: 0, key: null, value, headers: {} };
  });
const lengths = (of: LogRecord[], most: number) => [...cutSlices(of, most)].map((slice) => slice.map(({ offset }) => offset));

test('so many records, or so many bytes, whichever comes first', () => {
  expect(lengths(records(1, 1, 1, 1, 1), 2)).toEqual([[0, 1], [2, 3], [4]]);
  expect(lengths(records(1, 2 ** 20, 1, null, 1), 3)).toEqual([
    [0, 1],
    [2, 3, 4],
  ]);
  expect(lengths(records(2 ** 21), 3)).toEqual([[0]]);
  expect(lengths([], 3)).toEqual([]);
});
