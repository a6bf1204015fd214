import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutIntoBlocks } from './cut-into-blocks.ts';
import { type BlockRecord, countInBlock, decodeBlock, encodeBlock } from './record-block.ts';

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
const records = fc.array(
  fc.record<BlockRecord>({
    timestampMs: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
    key: fc.option(bytes),
    value: fc.option(bytes),
    headers: fc.dictionary(
      fc.string().filter((name) => name !== '__proto__'),
      bytes,
      { noNullPrototype: true },
    ),
  }),
  { maxLength: 20 },
);

describe('a block', () => {
  test('gives back what was put in, from any record on', () => {
    fc.assert(
      fc.property(records, fc.nat(25), fc.nat(25), (content, skip, limit) => {
        const block = encodeBlock(content);
        expect(countInBlock(block)).toBe(content.length);
        expect(decodeBlock(block, skip, limit)).toEqual(content.slice(skip, skip + limit));
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  test('of another version is refused', () => {
    const block = encodeBlock([]);
    block.writeUInt8(2, 0);
    expect(() => decodeBlock(block, 0, 1)).toThrow(/version 2, expected 1/);
  });
});

describe('cutting', () => {
  const record = (length: number): BlockRecord => ({ timestampMs: 0, key: null, value: Buffer.alloc(length), headers: {} });
  const cuts = (content: BlockRecord[]) => cutIntoBlocks(content).map(({ at, block }) => [at, countInBlock(block)]);

  test('keeps order and number, in blocks of at most a thousand records', () => {
    expect(cuts(Array.from({ length: 2_500 }, () => record(1)))).toEqual([
      [0, 1_000],
      [1_000, 1_000],
      [2_000, 500],
    ]);
  });

  test('ends a block where it grows large', () => {
    expect(cuts([10, 300_000, 10, 10, 300_000].map(record))).toEqual([
      [0, 2],
      [2, 3],
    ]);
    expect(cuts([])).toEqual([]);
  });
});
