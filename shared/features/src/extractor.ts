// Turns a window's samples into its feature vector. Live scoring, training and evaluation all come through here.
import type { FeatureSpec } from '@tocsin/schemas';
import { channelBlocks } from './blocks.ts';
import type { BlockWriter } from './feature-block.ts';

/**
 * Computes one window's vector. `samples` is channel-major `[channel][sample]`, `out` (`[elements]`) is filled and returned, or a
 * new array where it is left out. With `out` given a call allocates nothing. Not reentrant: scratch space belongs to the extractor.
 */
export type Extractor = (samples: Float32Array, out?: Float32Array) => Float32Array;

/**
 * Plans the extraction of a spec. Every finite window gives a finite vector, silent and constant ones too; NaN or an infinity in a
 * channel makes at least one element of that channel NaN (the line rejects such readings before they become windows). Throws when
 * `samples` or `out` have the wrong length.
 */
export function createExtractor(spec: FeatureSpec): Extractor {
  const { windowSamples, channels, elements } = spec;
  const inputLength = channels.length * windowSamples;
  const blocks = channelBlocks(spec);
  const writers = blocks.map((block): { write: BlockWriter; length: number } => ({
    write: block.create(),
    length: block.elements.length,
  }));
  const centred = spec.kind === 'vibration';
  const x = new Float64Array(windowSamples);

  return (samples, out = new Float32Array(elements.length)) => {
    if (samples.length !== inputLength)
      throw new Error(`samples: got ${samples.length} values, expected ${channels.length} channels of ${windowSamples} samples`);
    if (out.length !== elements.length) throw new Error(`out: got room for ${out.length} features, expected ${elements.length}`);
    let at = 0;
    for (let channel = 0; channel < channels.length; channel++) {
      loadChannel(samples, channel * windowSamples, x, centred);
      for (const { write, length } of writers) {
        write(x, out, at);
        at += length;
      }
    }
    return out;
  };
}

/** Copies one channel to float64; vibration is centred, because its offset says more of the sensor than of the machine. */
function loadChannel(samples: Float32Array, from: number, x: Float64Array, centred: boolean): void {
  let sum = 0;
  for (let i = 0; i < x.length; i++) {
    x[i] = samples[from + i];
    sum += x[i];
  }
  if (!centred) return;
  const mean = sum / x.length;
  for (let i = 0; i < x.length; i++) x[i] -= mean;
}
