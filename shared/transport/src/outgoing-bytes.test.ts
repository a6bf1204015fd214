import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inChunks, recordBytes, requireSizes, sendBytesMax } from './outgoing-bytes.ts';
import type { OutgoingRecord } from './port.ts';

const record = (bytes: number): OutgoingRecord => ({ topic: 't', key: null, value: Buffer.alloc(bytes) });

describe('chunks', () => {
  test('hold the records in order, and no more than fits', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 500 })), (sizes) => {
        const records = sizes.map(record);
        const chunks = inChunks(records, 1_000);
        expect(chunks.flat()).toEqual(records);
        for (const chunk of chunks) {
          expect(chunk.reduce((sum, each) => sum + recordBytes(each), 0)).toBeLessThanOrEqual(1_000);
        }
      }),
      { seed: 3 },
    );
  });

  //   600 | 300 300 300 | 700       limit 1,000
  test('are not started before they must be', () => {
    const sizes = inChunks([600, 300, 300, 300, 700].map(record), 1_000).map((chunk) => chunk.map(({ value }) => value?.length));
    expect(sizes).toEqual([[600, 300], [300, 300], [700]]);
  });
});

test('a record of exactly the bound is taken, a byte more is not', () => {
  const room = sendBytesMax - recordBytes(record(0));
  expect(() => requireSizes([record(room)])).not.toThrow();
  expect(() => requireSizes([record(1), record(room + 1)])).toThrow(/900001 bytes to topic t/);
});

test('text counts as the bytes it becomes; headers count', () => {
  const plain = recordBytes({ topic: 't', key: 'ä', value: null });
  expect(plain - recordBytes({ topic: 't', key: null, value: null })).toBe(2);
  expect(recordBytes({ topic: 't', key: 'ä', value: null, headers: { ü: 'xyz' } }) - plain).toBeGreaterThanOrEqual(5);
});
