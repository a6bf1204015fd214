import { expect, test } from 'vitest';
import { createNoteConflict } from './note-conflicts.ts';

function noted() {
  const lines: string[] = [];
  const clock = { ms: 0, again: 0 };
  const noteConflict = createNoteConflict(
    (_level, _message, fields) => void lines.push(`${String(fields?.deviceId)} ${String(fields?.partition)}`),
    () => clock.ms,
    { overtakenAgain: () => void (clock.again += 1) },
  );
  return { lines, clock, noteConflict };
}

test('once is a handover; again soon after is told, once an hour, and counted each time', () => {
  const { lines, clock, noteConflict } = noted();
  noteConflict('t:0', ['p1', 'p2']);
  noteConflict('t:1', ['p1']);
  expect([lines, clock.again]).toEqual([[], 0]);
  clock.ms = 5000;
  noteConflict('t:0', ['p1']);
  noteConflict('t:0', ['p1']);
  expect([lines, clock.again]).toEqual([['p1 t:0'], 2]);
  clock.ms = 3_600_000;
  noteConflict('t:0', ['p1']);
  noteConflict('t:0', ['p1']);
  expect(lines).toHaveLength(2);
});

test('two conflicts far apart are two handovers', () => {
  const { lines, clock, noteConflict } = noted();
  noteConflict('t:0', ['p1']);
  clock.ms = 600_000;
  noteConflict('t:0', ['p1']);
  expect(lines).toEqual([]);
});
