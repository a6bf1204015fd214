// Cuts the records of an append into blocks that are neither long to search nor large to copy. Pure.
import { type BlockRecord, encodeBlock } from './record-block.ts';

const recordsMax = 1_000;
const bytesMax = 256 * 1024;

/** Blocks in order; `at` is the index of a block's first record. A large record has a block of its own. */
export function cutIntoBlocks(records: readonly BlockRecord[]): { at: number; block: Buffer }[] {
  const blocks: { at: number; block: Buffer }[] = [];
  let start = 0;
  let bytes = 0;
  for (const [index, { key, value }] of records.entries()) {
    bytes += (key?.length ?? 0) + (value?.length ?? 0);
    const isLast = index === records.length - 1;
    if (!isLast && index + 1 - start < recordsMax && bytes < bytesMax) continue;
    blocks.push({ at: start, block: encodeBlock(records.slice(start, index + 1)) });
    start = index + 1;
    bytes = 0;
  }
  return blocks;
}
