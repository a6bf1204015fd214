// Every feature that a class can have is something that people can read; no name of the spec reaches them as it is.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { featureWords, knownWords } from '@tocsin/schemas';
import { createFeatureSpec } from './feature-spec.ts';

const classes = fc.record({
  channels: fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
  rateHz: fc.oneof(
    fc.constantFrom(1 / 60, 0.1, 100, 833.3, 4300, 12_000, 51_200, 1e6),
    fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
  ),
  samples: fc.constantFrom(1, 30, 32, 64, 128, 256, 512, 1024, 4096),
  bands: fc.integer({ min: 1, max: 300 }),
  wavelet: fc.boolean(),
  envelope: fc.boolean(),
});

test('whatever the class, every feature has words, and no two of a channel have the same', () => {
  fc.assert(
    fc.property(classes, ({ channels, rateHz, samples, ...plan }) => {
      const { elements } = createFeatureSpec({
        channels,
        rateHz,
        window: { samples, hop: 1, latenessMs: 0, maxGapSamples: 0, minCoverage: 1 },
        features: { kind: samples < 32 ? 'slow' : 'vibration', ...plan },
      });
      const wordsOf = elements.map(({ name, channel }) => featureWords({ feature: name, channel }));
      // What is not known would come out as it is called.
      const unknown = elements.filter(({ name, channel }, i) => knownWords(name.slice(channel.length + 1)) !== wordsOf[i]);
      expect(unknown).toEqual([]);
      expect(wordsOf.filter((words) => /\(ln|\(per|\bsd\b|\b[da]\d|_|\bband\b/.test(words))).toEqual([]);
      expect(new Set(wordsOf.map((words, i) => `${elements[i].channel}: ${words}`)).size).toBe(elements.length);
    }),
    { numRuns: 50 },
  );
});
