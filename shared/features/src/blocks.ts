// Which blocks make up a feature vector. The spec takes their names, the extractor their writers, so the two cannot disagree.
import type { FeatureSpec } from '@tocsin/schemas';
import { envelopeBlock } from './envelope-block.ts';
import type { FeatureBlock } from './feature-block.ts';
import { slowBlock } from './slow-block.ts';
import { spectrumBlock } from './spectrum-block.ts';
import { timeBlock } from './time-block.ts';
import { waveletBlock } from './wavelet-block.ts';

export type BlockPlan = Pick<FeatureSpec, 'kind' | 'rateHz' | 'windowSamples' | 'bands' | 'wavelet' | 'envelope'>;

/** The blocks of one channel, in the order of the vector: time, bands and shape, wavelet, envelope; or the slow one alone. */
export function channelBlocks({ kind, rateHz, windowSamples, bands, wavelet, envelope }: BlockPlan): FeatureBlock[] {
  if (kind === 'slow') return [slowBlock(windowSamples)];
  const blocks = [timeBlock(), spectrumBlock(windowSamples, rateHz, bands)];
  if (wavelet) blocks.push(waveletBlock(windowSamples, rateHz));
  if (envelope) blocks.push(envelopeBlock(windowSamples, rateHz));
  return blocks;
}
