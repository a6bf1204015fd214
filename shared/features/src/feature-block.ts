// What a block of a feature vector is: names for its elements and a way to compute them. Extractors are lists of blocks.
import type { FeatureElement } from '@tocsin/schemas';

/** An element before it is told which channel it belongs to. */
export type BlockElement = Pick<FeatureElement, 'name' | 'block' | 'unit'>;

/** A block of one channel's features. `elements` and `create` must agree in length. */
export type FeatureBlock = {
  elements: readonly BlockElement[];
  /** Allocates the block's plans and scratch space once; the writer it returns allocates nothing. */
  create(): BlockWriter;
};

/** Writes the block's elements to `out[at]`, `out[at + 1]`, … from one channel's samples; leaves `x` as it was. */
export type BlockWriter = (x: Float64Array, out: Float32Array, at: number) => void;
