// Refused records of strangers: what is kept of them is bounded, whatever they are made of.
import { expect, test } from 'vitest';
import type { DeadLetter } from '@tocsin/schemas';
import { createLetterBox } from './letter-box.ts';

const letterOf = (offset: number, more: Partial<DeadLetter> = {}): DeadLetter => ({
  id: `telemetry:0:${offset}`,
  stage: 'decode',
  reason: 'broken_avro',
  error: 'the record ends in the middle of a field',
  topic: 'telemetry',
  partition: 0,
  offset,
  timestampMs: 0,
  key: null,
  value: new Uint8Array(10),
  headers: {},
  ...more,
});

test.each<[string, Partial<DeadLetter>]>([
  ['a key', { key: Buffer.from('k'.repeat(400_000)) }],
  ['a header', { headers: { h: Buffer.from('h'.repeat(400_000)) } }],
  ['the name of a header', { headers: { ['n'.repeat(400_000)]: Buffer.from('h') } }],
  ['many headers', { headers: Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`h${i}`, Buffer.alloc(100, 'x')])) }],
  ['a value', { value: new Uint8Array(400_000) }],
])('%s of 400 kB is cut', (_, more) => {
  const box = createLetterBox();
  box.letter(letterOf(1, more), 0);
  const { row, headers, start, letter } = box.find('telemetry:0:1')!;
  expect(letter).toBeNull();
  expect(JSON.stringify({ row, headers }).length + start.byteLength).toBeLessThan(100_000);
});

test('of a key the beginning is shown, without half an emoji at its end', () => {
  const box = createLetterBox();
  box.letter(letterOf(1, { key: Buffer.from(`x${'🛠'.repeat(400)}`) }), 0);
  expect(box.query({ q: '', limit: 1 }).letters[0].key).toBe(`x${'🛠'.repeat(255)}…`);
  box.letter(letterOf(2, { key: Buffer.from('pump-1') }), 0);
  expect(box.find('telemetry:0:2')).toMatchObject({ row: { key: 'pump-1' }, letter: { id: 'telemetry:0:2' } });
});
