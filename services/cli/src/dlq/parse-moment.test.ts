import { expect, test } from 'vitest';
import { parseMoment } from './parse-moment.ts';

const nowMs = Date.UTC(2026, 0, 31, 12);

test.each([
  ['2026-01-31', Date.UTC(2026, 0, 31)],
  ['2026-01-31T11:30', Date.UTC(2026, 0, 31, 11, 30)],
  ['2026-01-31 11:30:05', Date.UTC(2026, 0, 31, 11, 30, 5)],
  ['2026-01-31T11:30:05.250Z', Date.UTC(2026, 0, 31, 11, 30, 5, 250)],
  ['2026-01-31T11:30+02:00', Date.UTC(2026, 0, 31, 9, 30)],
  ['90s', nowMs - 90_000],
  ['2h', nowMs - 7_200_000],
  ['1.5d', nowMs - 129_600_000],
  ['yesterday', null],
  ['2026-13-01', null],
  ['12', null],
  ['', null],
])('%s', (text, ms) => {
  expect(parseMoment(text, nowMs)).toBe(ms);
});
