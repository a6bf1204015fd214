// Features, and how far they are from what is normal, in words that a technician reads: the one vocabulary of alerts and of the
// console's page. Records keep the names of the feature spec.
import type { Contribution } from '../alert.ts';
import type { FeatureUnit } from '../model-bundle.ts';

type Named = Pick<Contribution, 'feature' | 'channel'>;

const plain: ReadonlyMap<string, string> = new Map([
  ['rms (ln)', 'overall level (rms)'],
  ['peak (ln)', 'peak level'],
  ['kurtosis (ln)', 'impulsiveness (kurtosis)'],
  ['skew', 'asymmetry (skewness)'],
  ['crest factor (ln)', 'impulsiveness (crest factor)'],
  ['shape factor (ln)', 'waveform shape (shape factor)'],
  ['impulse factor (ln)', 'impulsiveness (impulse factor)'],
  ['zero crossings (per sample)', 'zero crossings per sample'],
  ['mobility (ln)', 'typical frequency (mobility)'],
  ['complexity (ln)', 'waveform complexity'],
  ['spectral centroid (ln Hz)', 'centre of the spectrum'],
  ['spectral spread (ln Hz)', 'width of the spectrum'],
  ['spectral entropy', 'evenness of the spectrum (entropy)'],
  ['spectral flatness (ln)', 'noisiness of the spectrum (flatness)'],
  ['mean', 'level'],
  ['sd (ln)', 'spread'],
  ['slope (per window)', 'trend per window'],
  ['step sd (ln)', 'roughness from sample to sample'],
]);

const hertz = String.raw`(\d[\d.]*(?:e[+-]?\d+)?)`;
const range = `${hertz}-${hertz} Hz`;
const ofBand = new RegExp(`^band ${range}$`);
const ofEnvelope = new RegExp(`^envelope ${range}$`);
const ofScale = new RegExp(String.raw`^wavelet d(\d+) \(${range}\)$`);
const ofRest = new RegExp(String.raw`^wavelet a(\d+) \(${range}\)$`);
const ofScaleKurtosis = /^wavelet d(\d+) kurtosis \(ln\)$/;

/** `energy at 3.2-4.1 kHz` for `drive-end.band 3204-4096 Hz`; what is not known, by its name in the channel. */
export function featureWords(named: Named): string {
  const name = nameInChannel(named);
  return knownWords(name) ?? name.replace(/ \(ln[^)]*\)$/, '');
}

/** Words for what a feature is called in its channel (`rms (ln)`); null for what no feature spec of this release has. */
export function knownWords(name: string): string | null {
  const [, low, high] = ofBand.exec(name) ?? [];
  if (high !== undefined) return `energy at ${rangeWords(low, high)}`;
  const [, from, to] = ofEnvelope.exec(name) ?? [];
  if (to !== undefined) return `envelope energy at ${rangeWords(from, to)}`;
  const [, scale, bottom, top] = ofScale.exec(name) ?? [];
  if (top !== undefined) return `energy at wavelet scale ${scale} (${rangeWords(bottom, top)})`;
  const [, last, none, rest] = ofRest.exec(name) ?? [];
  if (rest !== undefined) return `energy below wavelet scale ${last} (${rangeWords(none, rest)})`;
  const [, sharp] = ofScaleKurtosis.exec(name) ?? [];
  return sharp === undefined ? (plain.get(name) ?? null) : `impulsiveness at wavelet scale ${sharp}`;
}

/** Edges in Hz of a band of the spectrum or of the envelope; null for other features. */
export function bandEdges(named: Named): [number, number] | null {
  const name = nameInChannel(named);
  const [, low, high] = ofBand.exec(name) ?? ofEnvelope.exec(name) ?? [];
  return high === undefined ? null : [Number(low), Number(high)];
}

/**
 * How far a feature is from what is normal: `6.4x normal` for a logarithm (`normal` may be another way to put it), `812 Hz where 430 Hz
 * is normal` where it is one of a frequency, `54 where 41 is normal` for the rest.
 */
export function changeWords(
  { feature, channel, unit, actual, expected }: Named & Pick<Contribution, 'actual' | 'expected'> & { unit: FeatureUnit },
  normal = 'normal',
): string {
  if (nameInChannel({ feature, channel }).endsWith('(ln Hz)')) return frequencyWords(Math.exp(actual), Math.exp(expected));
  if (unit !== 'ln') return `${apart(actual, expected)} where ${apart(expected, actual)} is normal`;
  return `${factorWords(Math.exp(actual - expected))} ${normal}`;
}

function nameInChannel({ feature, channel }: Named): string {
  return feature.startsWith(`${channel}.`) ? feature.slice(channel.length + 1) : feature;
}

function factorWords(ratio: number): string {
  if (ratio > 1000) return 'over 1000x';
  return ratio < 0.001 ? 'next to nothing, under 0.001x' : `${short(ratio, 2)}x`;
}

function frequencyWords(actual: number, expected: number): string {
  const [size, unit] = Math.min(actual, expected) < 1000 ? [1, 'Hz'] : [1000, 'kHz'];
  const [is, was] = [actual / size, expected / size];
  return `${apart(is, was)} ${unit} where ${apart(was, is)} ${unit} is normal`;
}

/** Three digits of kHz, and more where two edges would read the same; below 1 kHz as it is. */
function rangeWords(low: string, high: string): string {
  if (Number(low) < 1000) return `${low}-${high} Hz`;
  for (let digits = 3; digits < 21; digits++) {
    const [from, to] = [short(Number(low) / 1000, digits), short(Number(high) / 1000, digits)];
    if (from !== to) return `${from}-${to} kHz`;
  }
  return `${low}-${high} Hz`;
}

/** A value with the digits that tell it from another, three at least and one more than where they part. */
function apart(value: number, other: number): string {
  const size = Math.log10(Math.max(Math.abs(value), Math.abs(other)) / Math.abs(value - other));
  return short(value, Number.isFinite(size) ? Math.min(10, Math.max(3, Math.ceil(size) + 2)) : 3);
}

function short(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}
