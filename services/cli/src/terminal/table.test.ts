import { expect, test } from 'vitest';
import { displayWidth, wrapped } from './table.ts';

test('a line that is too long breaks between words and goes on under its text', () => {
  expect(wrapped('  1.0 s  warning   pump-1: too warm', 24, 9)).toEqual([
    '  1.0 s  warning',
    '         pump-1: too',
    '         warm',
  ]);
  expect(wrapped('short', 24, 9)).toEqual(['short']);
  expect(wrapped('', 24, 9)).toEqual(['']);
});

test('colours take no room, and a word wider than the terminal stays whole', () => {
  const red = '\u001B[31mpump-1\u001B[0m is fine';
  expect(wrapped(red, displayWidth(red), 9)).toEqual([red]);
  expect(wrapped('a '.repeat(3) + 'x'.repeat(30), 24, 9)).toEqual(['a a a', ' '.repeat(9) + 'x'.repeat(30)]);
});
