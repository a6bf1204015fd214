// Times, spans and chances for people.
import { expect, test } from 'vitest';
import { chance, count, counted } from './figures.ts';
import { agoText, rateText, spanText, timeText } from './times.ts';

const noonMs = Date.UTC(2026, 0, 31, 12);

test('the day is said where it is another one', () => {
  expect(timeText(noonMs, 'utc', noonMs + 1000)).toBe('12:00:00');
  expect(timeText(noonMs, 'utc', noonMs + 86_400_000)).toBe('31 Jan 2026, 12:00:00');
});

test.each([
  [900, '900 ms'],
  [65_000, '1.1 min'],
  [5_400_000, '1.5 h'],
  [864_000_000, '10 d'],
])('%i ms are %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
  expect(agoText(0, ms)).toBe(ms < 1500 ? 'now' : `${text} ago`);
});

test('rates', () => {
  expect([4096, 1, 1 / 60].map(rateText)).toEqual(['4096 Hz', '1 Hz', 'a sample every 1 min']);
});

test('chances and counts', () => {
  expect([0.5, 0.01, 3.3e-5, 1e-9, null].map(chance)).toEqual(['50 %', '1 in 100', '1 in 30,000', 'under 1 in 1,000,000', '–']);
  expect([count(20_000), counted(1, 'window'), counted(2, 'window')]).toEqual(['20,000', '1 window', '2 windows']);
});
