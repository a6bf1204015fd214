// Worked numbers: vectors computed by NumPy, SciPy and PyWavelets (test/golden/make-features.py) for windows of every kind.
import { readFileSync } from 'node:fs';
import { createExtractor, createFeatureSpec } from '@tocsin/features';
import { describe, expect, test } from 'vitest';

type Golden = {
  name: string;
  kind: 'vibration' | 'slow';
  rateHz: number;
  bands: number;
  channels: number;
  /** Base64 of float32 little endian, channel-major. */
  samples: string;
  expected: number[];
};

const goldens: Golden[] = JSON.parse(readFileSync(new URL('../../../test/golden/features.json', import.meta.url), 'utf8'));

describe('feature vectors equal the reference to 1e-5', () => {
  test.each(goldens)('$name', ({ kind, rateHz, bands, channels, samples: base64, expected }) => {
    const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
    const samples = new Float32Array(bytes.buffer);
    const spec = createFeatureSpec({
      channels: Array.from({ length: channels }, (_, c) => `c${c}`),
      rateHz,
      window: { samples: samples.length / channels, hop: 1, latenessMs: 0, maxGapSamples: 0, minCoverage: 1 },
      features: { kind, bands, wavelet: true, envelope: true },
    });
    const vector = createExtractor(spec)(samples);

    expect(vector.length).toBe(expected.length);
    const wrong = spec.elements
      .map(({ name }, i) => ({ name, actual: vector[i], expected: expected[i] }))
      .filter((element) => !(Math.abs(element.actual - element.expected) <= 1e-5 * Math.max(1, Math.abs(element.expected))));
    expect(wrong).toEqual([]);
  });
});
