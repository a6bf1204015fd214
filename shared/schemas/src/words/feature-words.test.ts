// Features in words, and how far they are from normal. That every feature there is has words: shared/features/src/words.test.ts.
import { expect, test } from 'vitest';
import { bandEdges, changeWords, featureWords, knownWords } from './feature-words.ts';

test.each([
  ['a1.band 320-400 Hz', 'a1', 'energy at 320-400 Hz'],
  ['x.band 3204-4096 Hz', 'x', 'energy at 3.2-4.1 kHz'],
  ['x.band 899-1131 Hz', 'x', 'energy at 899-1131 Hz'],
  ['x.band 20000-20012.5 Hz', 'x', 'energy at 20-20.01 kHz'],
  ['x.band 1e-7-2.5e-7 Hz', 'x', 'energy at 1e-7-2.5e-7 Hz'],
  ['x.envelope 4-8 Hz', 'x', 'envelope energy at 4-8 Hz'],
  ['drive-end.wavelet d3 (128-256 Hz)', 'drive-end', 'energy at wavelet scale 3 (128-256 Hz)'],
  ['x.wavelet a6 (0-8 Hz)', 'x', 'energy below wavelet scale 6 (0-8 Hz)'],
  ['x.wavelet d2 kurtosis (ln)', 'x', 'impulsiveness at wavelet scale 2'],
  ['x.rms (ln)', 'x', 'overall level (rms)'],
  ['x.spectral centroid (ln Hz)', 'x', 'centre of the spectrum'],
  ['sensor9.mean', 'sensor9', 'level'],
  ['a.b.skew', 'a.b', 'asymmetry (skewness)'],
  // Names of channels are anything.
  ['x.band 1-2 Hz.skew', 'x.band 1-2 Hz', 'asymmetry (skewness)'],
  ['.rms (ln)', '', 'overall level (rms)'],
  // What a later release may have.
  ['x.cepstrum peak (ln s)', 'x', 'cepstrum peak'],
  ['constructor', '', 'constructor'],
])('%s', (feature, channel, words) => {
  expect(featureWords({ feature, channel })).toBe(words);
});

test('what is not known is said to be so', () => {
  expect([knownWords('skew'), knownWords('x.skew'), knownWords('constructor'), knownWords('band 1-2')]).toEqual([
    'asymmetry (skewness)',
    null,
    null,
    null,
  ]);
});

test.each([
  ['x.rms (ln)', 'ln', Math.log(6.4), 0, '6.4x normal'],
  ['x.rms (ln)', 'ln', -27, 0, 'next to nothing, under 0.001x normal'],
  ['x.rms (ln)', 'ln', 27, 0, 'over 1000x normal'],
  ['x.mean', 'value', 9058.54, 9051.38, '9058.54 where 9051.38 is normal'],
  ['x.mean', 'value', 54, 41, '54 where 41 is normal'],
  ['x.skew', 'shape', 3.1379, 0.1, '3.14 where 0.1 is normal'],
  ['x.spectral centroid (ln Hz)', 'ln', Math.log(812.4), Math.log(430.1), '812 Hz where 430 Hz is normal'],
  ['x.spectral spread (ln Hz)', 'ln', Math.log(2400), Math.log(812), '2400 Hz where 812 Hz is normal'],
  ['x.spectral centroid (ln Hz)', 'ln', Math.log(2400), Math.log(1203), '2.4 kHz where 1.2 kHz is normal'],
] as const)('%s, %s: %d where %d', (feature, unit, actual, expected, words) => {
  expect(changeWords({ feature, channel: 'x', unit, actual, expected })).toBe(words);
});

test('a factor can be put into a sentence', () => {
  const named = { feature: 'x.rms (ln)', channel: 'x', unit: 'ln', actual: 1, expected: 1 } as const;
  expect(changeWords(named, 'what is normal')).toBe('1x what is normal');
});

test('bands have edges, the rest has none', () => {
  expect(bandEdges({ feature: 'x.band 20-24.5 Hz', channel: 'x' })).toEqual([20, 24.5]);
  expect(bandEdges({ feature: 'x.envelope 4-8 Hz', channel: 'x' })).toEqual([4, 8]);
  expect(bandEdges({ feature: 'x.skew', channel: 'x' })).toBeNull();
});
