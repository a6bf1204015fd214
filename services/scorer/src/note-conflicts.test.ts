import { expect, test } from 'vitest';
import { createNoteConflict } from './note-conflicts.ts';

function noted() {
  const lines: string[] = [];
  const clock = { ms: 0, again: 0 };
  const noteConflict = createNoteConflict(
    (_level, _message, fields) =>
      void lines.push(`${String(fields?.deviceId)} ${String(fields?.partition)} ${String(fields?.otherPartition)}`),
    () => clock.ms,
    { overtakenAgain: () => void (clock.again += 1) },
  );
  return { lines, clock, noteConflict };
}
const nowhere = () => null;

test('once is a handover; again soon after is told, once an hour, and counted each time', () => {
  const { lines, clock, noteConflict } = noted();
  noteConflict('t:0', ['p1', 'p2'], nowhere);
  noteConflict('t:1', ['p1'], nowhere);
  expect([lines, clock.again]).toEqual([[], 0]);
  clock.ms = 5000;
  noteConflict('t:0', ['p1'], nowhere);
  noteConflict('t:0', ['p1'], nowhere);
  expect([lines, clock.again]).toEqual([['p1 t:0 one that another scorer holds'], 2]);
  clock.ms = 3_600_000;
  noteConflict('t:0', ['p1'], nowhere);
  noteConflict('t:0', ['p1'], nowhere);
  expect(lines).toHaveLength(2);
});

test('two conflicts far apart are two handovers', () => {
  const { lines, clock, noteConflict } = noted();
  noteConflict('t:0', ['p1'], nowhere);
  clock.ms = 600_000;
  noteConflict('t:0', ['p1'], nowhere);
  expect(lines).toEqual([]);
});

test('a device that is in another partition of this scorer is told at once, with both', () => {
  const { lines, noteConflict } = noted();
  noteConflict('t:0', ['p1'], () => 't:3');
  expect(lines).toEqual(['p1 t:0 t:3']);
});
