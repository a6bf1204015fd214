import { expect, test } from 'vitest';
import { bytesText, cut, hexDump, keyText, printable } from './printable.ts';

const escape = String.fromCharCode(27);

test('nothing reaches the terminal but what is seen', () => {
  expect(printable(`pump-3 ${escape}[2Jgone\r\n\u202Eevil\u0085\u2028`)).toBe(
    'pump-3 \\u{1b}[2Jgone\\u{d}\\u{a}\\u{202e}evil\\u{85}\\u{2028}',
  );
  expect(printable('Pumpe 3 – größer')).toBe('Pumpe 3 – größer');
});

test('keys are text where they can be', () => {
  expect(keyText(Buffer.from('Pumpe-ä'))).toBe('Pumpe-ä');
  expect(keyText(Uint8Array.of(0xff, 0))).toBe('0xff00');
  expect(keyText(Buffer.from(`a${escape}`))).toBe('0x611b');
  expect(keyText(null)).toBe('-');
  expect(bytesText(new Uint8Array(100))).toBe(`0x${'00'.repeat(64)}…`);
});

test('a text is cut where the terminal ends', () => {
  expect(cut('abcdef', 6)).toBe('abcdef');
  expect(cut('abcdefg', 6)).toBe('abcde…');
});

test('a dump shows offset, bytes and ASCII, and what it leaves out', () => {
  const bytes = Buffer.from('\u00C3\u0001 telemetry of pump-3', 'latin1');
  expect(hexDump(bytes, 18)).toEqual([
    '00000000  c3 01 20 74 65 6c 65 6d  65 74 72 79 20 6f 66 20  |.. telemetry of |',
    '00000010  70 75                                             |pu|',
    '… 4 more bytes',
  ]);
  expect(hexDump(new Uint8Array(0), 16)).toEqual([]);
});
