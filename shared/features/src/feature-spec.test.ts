import type { DeviceClass } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { createExtractor } from './extractor.ts';
import { createFeatureSpec } from './feature-spec.ts';

type Wanted = Partial<Pick<DeviceClass, 'channels' | 'rateHz'>> & Partial<DeviceClass['features']> & { samples?: number };

function specOf({ channels = ['a1'], rateHz = 4300, samples = 1024, ...features }: Wanted = {}): ReturnType<
  typeof createFeatureSpec
> {
  return createFeatureSpec({
    channels,
    rateHz,
    window: { samples, hop: 512, latenessMs: 0, maxGapSamples: 0, minCoverage: 1 },
    features: { kind: 'vibration', bands: 24, wavelet: true, envelope: true, ...features },
  });
}

describe('layout', () => {
  test('a vibration channel of 1,024 samples has 59 elements: 10 in time, 24 bands, 4 of shape, 13 of wavelet, 8 of envelope', () => {
    const blocks = specOf().elements.map((element) => element.block);
    const counts = [...new Set(blocks)].map((block) => [block, blocks.filter((other) => other === block).length]);
    expect(counts).toEqual([
      ['time', 10],
      ['bands', 24],
      ['shape', 4],
      ['wavelet', 13],
      ['envelope', 8],
    ]);
  });

  test('names say what an element is to a person', () => {
    const names = specOf({ channels: ['a1', 'a2'] }).elements.map((element) => element.name);
    expect(names).toContain('a1.rms (ln)');
    expect(names).toContain('a1.band 340-428 Hz');
    expect(names).toContain('a2.wavelet d4 (134-269 Hz)');
    expect(names).toContain('a2.envelope 269-538 Hz');
    expect(new Set(names).size).toBe(118);
  });

  test('every window length and rate gives different names to all elements', () => {
    for (const samples of [32, 64, 128, 256, 512, 4096])
      for (const rateHz of [100, 833.3, 4300, 51200]) {
        const names = specOf({ samples, rateHz, bands: 40 }).elements.map((element) => element.name);
        expect(new Set(names).size).toBe(names.length);
      }
  });

  test('a short window has fewer bands and wavelet levels', () => {
    const spec = specOf({ samples: 32 });
    expect(spec.bands).toBe(15);
    expect(spec.elements.length).toBe(10 + 15 + 4 + 5 + 8);
  });

  test('a slow channel has four elements, whatever the plan says of bands and wavelets', () => {
    const spec = specOf({ kind: 'slow', channels: ['t', 'p'], rateHz: 1 / 60, samples: 30 });
    expect(spec.elements.map((element) => element.name)).toEqual(
      ['t', 'p'].flatMap((c) => [`${c}.mean`, `${c}.sd (ln)`, `${c}.slope (per window)`, `${c}.step sd (ln)`]),
    );
    expect(spec).toMatchObject({ bands: 0, wavelet: false, envelope: false });
  });

  test('a slow window of one sample has nothing but its values', () => {
    const spec = specOf({ kind: 'slow', channels: ['t', 'p'], rateHz: 1 / 60, samples: 1 });
    expect(spec.elements.map((element) => element.name)).toEqual(['t.mean', 'p.mean']);
    expect([...createExtractor(spec)(Float32Array.of(3, 4))]).toEqual([3, 4]);
  });
});

describe('context', () => {
  const of = (...context: string[]) =>
    createFeatureSpec({
      channels: ['load', 't'],
      rateHz: 1,
      window: { samples: 8, hop: 1, latenessMs: 0, maxGapSamples: 0, minCoverage: 1 },
      features: { kind: 'slow', bands: 24, wavelet: false, envelope: false },
      context,
    });

  test('a channel means its level, a feature itself; the values and so the hash stay as they are', () => {
    expect(of('t.sd (ln)', 'load', 'load.mean').context).toEqual([0, 5]);
    expect(of()).not.toHaveProperty('context');
    expect(of('load').hash).toBe(of().hash);
  });

  test('a name that is none of them is named, with those that are', () => {
    expect(() => of('t.sd')).toThrow("context 't.sd': expected a channel with a level or one of the features t.mean, t.sd (ln)");
  });
});

describe('hash', () => {
  test('it is the same in every release that computes the same values', () => {
    expect(specOf().hash).toBe('5e50b9e8c65fe598');
  });

  test('whatever changes the values changes it; the hop does not', () => {
    const others = [
      { samples: 512 },
      { rateHz: 4301 },
      { channels: ['a2'] },
      { bands: 23 },
      { wavelet: false },
      { envelope: false },
    ];
    const hashes = [specOf(), ...others.map((other) => specOf(other))].map((spec) => spec.hash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });
});

test.each([
  [{ samples: 1000 }, 'window.samples 1000: expected a power of two of at least 32 for a vibration class'],
  [{ samples: 16 }, 'window.samples 16'],
  [{ kind: 'slow' as const, samples: 0 }, 'window.samples 0: expected a whole number of at least 1'],
  [{ channels: [] }, 'channels: expected at least one channel'],
  [{ channels: ['a', 'a'] }, 'channels a, a: expected different names'],
  [{ rateHz: 0 }, 'rateHz 0: expected a positive number'],
  [{ bands: 0 }, 'features.bands 0'],
])('%o is refused', (wanted, message) => {
  expect(() => specOf(wanted)).toThrow(message);
});
