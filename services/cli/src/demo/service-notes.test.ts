import { expect, test } from 'vitest';
import { createServiceNotes } from './service-notes.ts';

test('errors are told at once, warnings at the end and each once, what is fine never', () => {
  const told: string[] = [];
  let atS = 1;
  const { note, lines } = createServiceNotes(
    () => atS,
    (line) => void told.push(line),
  );
  note('info', 'scorer reads', {});
  note('warn', 'alarms jumped', { deviceId: 'p1', over: 20 });
  atS = 9;
  note('warn', 'alarms jumped', { deviceId: 'p2', over: 21 });
  note('warn', 'a commit failed', { error: 'away' });
  note('error', 'a request failed', { error: 'no' });
  expect(told).toEqual(['error: a request failed (error no)']);
  expect(lines()).toEqual([
    '2x  alarms jumped (first at 1.0 s: deviceId p1, over 20)',
    '1x  a commit failed (at 9.0 s: error away)',
  ]);
});
