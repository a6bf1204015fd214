import { expect, test } from 'vitest';
import { counted, duration, moment } from './figures.ts';

test.each([
  [0, '0 ms'],
  [850, '850 ms'],
  [4_230, '4.2 s'],
  [59_940, '59.9 s'],
  [59_960, '1 min 0 s'],
  [185_000, '3 min 5 s'],
  [7_800_000, '2 h 10 min'],
  [86_400_000 * 40 + 3 * 3_600_000, '40 d 3 h'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('one is not many', () => {
  expect(counted(1, 'record')).toBe('1 record');
  expect(counted(12_345, 'record')).toBe('12,345 records');
  expect(counted(2, 'device class', 'device classes')).toBe('2 device classes');
});

test('moments are UTC', () => {
  expect(moment(Date.UTC(2026, 0, 31, 12, 0, 5))).toBe('2026-01-31 12:00:05');
});
