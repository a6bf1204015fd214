// The words of alerts with the signs of a page.
import { expect, test } from 'vitest';
import { changeText, featureText, peersText } from './features.ts';

test.each([
  ['a1.band 320-400 Hz', 'energy at 320–400 Hz'],
  ['a1.band 3204-4096 Hz', 'energy at 3.2–4.1 kHz'],
  ['a1.wavelet d3 (128-256 Hz)', 'energy at wavelet scale 3 (128–256 Hz)'],
  ['a1.spectral centroid (ln Hz)', 'centre of the spectrum'],
])('%s: %s', (feature, text) => {
  expect(featureText({ feature, channel: 'a1' })).toBe(text);
});

test.each([
  ['x.rms (ln)', 'ln', Math.log(6.4), '6.4× normal'],
  ['x.rms (ln)', 'ln', -27, 'next to nothing, under 0.001× normal'],
  ['x.mean', 'value', -41, '−41 where 0 is normal'],
] as const)('%s, %s: %d', (feature, unit, actual, text) => {
  expect(changeText({ feature, channel: 'x', unit, actual, expected: 0 })).toBe(text);
});

test('of peers it says what alerts say', () => {
  expect(peersText({ guard: null, peers: { shifted: 3, of: 41 } })).toBe('3 of 41 peers shifted too');
  expect(peersText({ guard: 'silent', peers: { shifted: 0, of: 41 } })).toBe('none of its 41 peers fell silent');
});
