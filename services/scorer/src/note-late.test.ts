import { expect, test } from 'vitest';
import { createNoteLate } from './note-late.ts';

function noted() {
  const lines: string[] = [];
  const clock = { ms: 0 };
  const noteLate = createNoteLate(
    (_level, message, { deviceId, behindSeconds, times } = {}) =>
      void lines.push(typeof deviceId === 'string' ? `${deviceId} ${Number(behindSeconds)}` : `${message} ${Number(times)}`),
    () => clock.ms,
  );
  return { lines, clock, noteLate };
}

test('once per device, reason and hour', () => {
  const { lines, clock, noteLate } = noted();
  noteLate('p1', 'late', 61_000);
  noteLate('p1', 'late', 62_000);
  noteLate('p1', 'suppressed', 7000);
  noteLate('p2', 'late', 1000);
  clock.ms = 3_600_000;
  noteLate('p1', 'late', 63_000);
  expect(lines).toEqual(['p1 61', 'p1 7', 'p2 1', 'p1 63']);
});

test('a whole fleet is a hundred lines and a number', () => {
  const { lines, clock, noteLate } = noted();
  for (let i = 0; i < 250; i++) noteLate(`p${i}`, 'late', 1000);
  expect(lines).toHaveLength(100);
  clock.ms = 3_600_000;
  noteLate('p1', 'late', 1000);
  expect(lines.slice(100)).toEqual(['more devices sent too late in the hour before 150', 'p1 1']);
});
