import { expect, test } from 'vitest';
import { commandLevel } from './command-note.ts';

test('commands are quieter than services, unless somebody wants to hear more', () => {
  expect((['trace', 'debug', 'info', 'warn', 'silent'] as const).map(commandLevel)).toEqual([
    'trace',
    'debug',
    'warn',
    'warn',
    'silent',
  ]);
});
