// Feature vectors: what a window becomes. Pure; the same code serves live scoring, training and evaluation.
export { createExtractor, type Extractor } from './extractor.ts';
export { createFeatureSpec } from './feature-spec.ts';
