// Features in words, and how far they are from normal.
import { expect, test } from 'vitest';
import { bandOf, changeText, featureText } from './features.ts';

test.each([
  ['a1.band 320-400 Hz', 'a1', 'energy at 320–400 Hz'],
  ['drive-end.wavelet d3 (128-256 Hz)', 'drive-end', 'wavelet scale 3, 128–256 Hz'],
  ['x.wavelet d2 kurtosis (ln)', 'x', 'impulsiveness at wavelet scale 2'],
  ['x.envelope 4-8 Hz', 'x', 'envelope at 4–8 Hz'],
  ['x.band 3204-4096 Hz', 'x', 'energy at 3.2–4.1 kHz'],
  ['x.wavelet d1 (512-1024 Hz)', 'x', 'wavelet scale 1, 0.512–1.02 kHz'],
  ['x.rms (ln)', 'x', 'vibration (rms)'],
  ['x.spectral centroid (ln Hz)', 'x', 'spectral centroid'],
  ['sensor9.mean', 'sensor9', 'level'],
  ['a.b.skew', 'a.b', 'skewness'],
])('%s', (feature, channel, text) => {
  expect(featureText({ feature, channel })).toBe(text);
});

test('logarithms are told as factors, others with the digits that tell them apart', () => {
  expect(changeText({ unit: 'ln', actual: Math.log(6.4), expected: 0 })).toBe('6.4× normal');
  expect(changeText({ unit: 'ln', actual: -27, expected: 0 })).toBe('under 0.001× normal');
  expect(changeText({ unit: 'value', actual: 9058.54, expected: 9051.38 })).toBe('9058.54 where 9051.38 is normal');
  expect(changeText({ unit: 'value', actual: 54, expected: 41 })).toBe('54 where 41 is normal');
});

test('bands have edges, the rest has none', () => {
  expect(bandOf({ feature: 'x.band 20-24.5 Hz', channel: 'x' })).toEqual([20, 24.5]);
  expect(bandOf({ feature: 'x.skew', channel: 'x' })).toBeNull();
});
