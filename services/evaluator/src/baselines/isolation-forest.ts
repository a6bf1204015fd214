// Isolation forest (Liu, Ting & Zhou, ICDM 2008). Our own, because the one on npm cannot be seeded.
import type { Learner } from '@tocsin/models';
import { createRandom, type Random } from '@tocsin/signals';
import { drawIndices } from '../protocol/draw-indices.ts';
import { scratchLearner, type FitDevice } from './scratch-learner.ts';

const trees = 100;
const sampleMax = 256;

type Node = { size: number } | { feature: number; cut: number; below: Node; above: Node };

/** -mean path length / c(sample), which ranks as 2^-(that), the paper's score; trees end at depth ceil(log2 sample). */
export const isolationForest: FitDevice = (support, d, seed) => {
  const random = createRandom(seed);
  const n = support.length / d;
  const sample = Math.min(n, sampleMax);
  const depthMax = Math.ceil(Math.log2(sample));
  const forest = Array.from({ length: trees }, () => grow(support, d, drawIndices(random, n, sample), depthMax, random));
  const expected = trees * Math.max(unsuccessfulPath(sample), 1e-9);
  return (z) => -forest.reduce((sum, tree) => sum + pathLength(tree, z), 0) / expected;
};

export function isolation(): Learner {
  return scratchLearner({
    name: 'iforest',
    scale: 'fleet',
    supportMin: 2,
    isRandom: true,
    isScaleFree: true,
    fitDevice: isolationForest,
  });
}

function grow(support: Float64Array, d: number, rows: readonly number[], depth: number, random: Random): Node {
  if (depth === 0 || rows.length < 2) return { size: rows.length };
  const split = chooseSplit(support, d, rows, random);
  if (split === null) return { size: rows.length };
  const { feature, cut } = split;
  const isBelow = (row: number): boolean => support[row * d + feature] < cut;
  const below = rows.filter(isBelow);
  const above = rows.filter((row) => !isBelow(row));
  return { feature, cut, below: grow(support, d, below, depth - 1, random), above: grow(support, d, above, depth - 1, random) };
}

/** A random feature that varies among the rows, cut at random between its bounds; null where none does. */
function chooseSplit(
  support: Float64Array,
  d: number,
  rows: readonly number[],
  random: Random,
): { feature: number; cut: number } | null {
  for (let tries = 0; tries < 2 * d; tries++) {
    const feature = Math.floor(random() * d);
    let low = Infinity;
    let high = -Infinity;
    for (const row of rows) {
      low = Math.min(low, support[row * d + feature]);
      high = Math.max(high, support[row * d + feature]);
    }
    if (high > low) return { feature, cut: low + random() * (high - low) };
  }
  return null;
}

function pathLength(tree: Node, z: Float64Array): number {
  let node = tree;
  let length = 0;
  while ('feature' in node) {
    node = z[node.feature] < node.cut ? node.below : node.above;
    length++;
  }
  return length + unsuccessfulPath(node.size);
}

/** Mean path of an unsuccessful search in a binary tree of n values: c(n) of the paper. */
function unsuccessfulPath(n: number): number {
  return n < 2 ? 0 : 2 * (Math.log(n - 1) + 0.5772156649) - (2 * (n - 1)) / n;
}
