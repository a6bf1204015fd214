// Features in the words of people who know machines rather than models.
import type { ContributionView } from '../../src/api/alerts-api.ts';

type Named = Pick<ContributionView, 'feature' | 'channel'>;

/** `energy at 320–400 Hz` for `a1.band 320-400 Hz`. */
export function featureText({ feature, channel }: Named): string {
  const name = feature.startsWith(`${channel}.`) ? feature.slice(channel.length + 1) : feature;
  const [, band] = /^band (.+)$/.exec(name) ?? [];
  if (band !== undefined) return `energy at ${range(band)}`;
  const [, envelope] = /^envelope (.+)$/.exec(name) ?? [];
  if (envelope !== undefined) return `envelope at ${range(envelope)}`;
  const [, scale, span] = /^wavelet [da](\d+) \((.+)\)$/.exec(name) ?? [];
  if (scale !== undefined) return `wavelet scale ${scale}, ${range(span)}`;
  const [, kurtosis] = /^wavelet d(\d+) kurtosis/.exec(name) ?? [];
  if (kurtosis !== undefined) return `impulsiveness at wavelet scale ${kurtosis}`;
  return plain[name] ?? name.replace(/ \(ln\)$/, '').replace(' (ln Hz)', '');
}

const plain: Readonly<Record<string, string>> = {
  'rms (ln)': 'vibration (rms)',
  'peak (ln)': 'peak',
  'kurtosis (ln)': 'impulsiveness (kurtosis)',
  skew: 'skewness',
  mean: 'level',
  'sd (ln)': 'spread',
  'slope (per window)': 'trend per window',
  'step sd (ln)': 'roughness',
  'zero crossings (per sample)': 'zero crossings',
};

/** `320–400 Hz` for `320-400 Hz`, `3.2–4.1 kHz` for what reaches higher. */
function range(text: string): string {
  return text.replaceAll(/([\d.]+)-([\d.]+) Hz/g, (_, low: string, high: string) => {
    if (Number(high) < 1000) return `${low}–${high} Hz`;
    return `${Number((Number(low) / 1000).toPrecision(3))}–${Number((Number(high) / 1000).toPrecision(3))} kHz`;
  });
}

/** How far it is from what is normal: `6.4×` for what is a logarithm, `54 where 41 is normal` for the rest. */
export function changeText({ unit, actual, expected }: Pick<ContributionView, 'unit' | 'actual' | 'expected'>): string {
  if (unit !== 'ln') return `${apart(actual, expected)} where ${apart(expected, actual)} is normal`;
  return `${ratioText(actual - expected)} normal`;
}

/** A difference of logarithms as a factor. */
export function ratioText(difference: number): string {
  const ratio = Math.exp(difference);
  if (ratio > 1000) return 'over 1000×';
  return ratio < 0.001 ? 'under 0.001×' : `${Number(ratio.toPrecision(2))}×`;
}

/** A value with the digits that tell it from another, three at least. */
export function apart(value: number, other: number): string {
  const size = Math.log10(Math.max(Math.abs(value), Math.abs(other)) / Math.abs(value - other));
  const digits = Number.isFinite(size) ? Math.min(10, Math.max(3, Math.ceil(size) + 2)) : 3;
  return String(Number(value.toPrecision(digits)));
}

/** Edges in Hz of a feature that has any. */
export function bandOf({ feature, channel }: Named): [number, number] | null {
  const [, low, high] = /^(?:band|envelope) ([\d.]+)-([\d.]+) Hz$/.exec(feature.slice(channel.length + 1)) ?? [];
  return low === undefined ? null : [Number(low), Number(high)];
}
