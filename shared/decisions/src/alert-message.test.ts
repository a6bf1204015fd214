import { createFeatureSpec } from '@tocsin/features';
import { featureWords, type Alert, type Contribution } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { alertMessage } from './alert-message.ts';
import { spec } from './test-windows.ts';

const part = (feature: string, share: number, actual: number, expected: number): Contribution => ({
  feature,
  channel: feature.slice(0, feature.indexOf('.')),
  share,
  actual,
  expected,
  deviation: 5,
});

const alert: Omit<Alert, 'message'> = {
  alertId: 'a',
  revision: 1,
  state: 'opened',
  deviceId: 'pump-3',
  deviceClass: 'pump',
  severity: 'warning',
  startMs: Date.UTC(2024, 4, 1, 14, 2, 10),
  endMs: Date.UTC(2024, 4, 1, 14, 2, 20),
  score: 3,
  threshold: 1,
  pValue: 1e-4,
  windows: 12,
  contributions: [
    part('x.band 320-400 Hz', 0.6, -1, -1 - Math.log(6.4)),
    part('x.skew', 0.2, 3.1379, 0.1),
    part('x.sd (ln)', 0.05, 0, 0),
  ],
  modelVersion: 1,
  supportWindows: 16,
};

test.each([
  [
    'opened',
    alert,
    'pump-3, x: energy at 320-400 Hz 6.4x what is normal for this device since 14:02:10 UTC; also asymmetry (skewness) 3.14 where 0.1 is normal.',
  ],
  [
    'updated',
    { ...alert, state: 'updated' as const, contributions: alert.contributions.slice(0, 1) },
    'pump-3, x: energy at 320-400 Hz 6.4x what is normal for this device since 14:02:10 UTC; 12 anomalous windows so far.',
  ],
  [
    'closed',
    { ...alert, state: 'closed' as const, contributions: [] },
    'pump-3: back to normal after 12 anomalous windows from 14:02:10 to 14:02:20 UTC.',
  ],
  [
    'over midnight',
    { ...alert, state: 'closed' as const, windows: 1, endMs: Date.UTC(2024, 4, 2, 1) },
    'pump-3: back to normal after 1 anomalous window from 2024-05-01 14:02:10 to 2024-05-02 01:00:00 UTC.',
  ],
  [
    'much less',
    { ...alert, contributions: [part('x.sd (ln)', 1, -9, 1)] },
    'pump-3, x: spread next to nothing, under 0.001x what is normal for this device since 14:02:10 UTC.',
  ],
  [
    'much more',
    { ...alert, contributions: [part('x.sd (ln)', 1, 9, 1)] },
    'pump-3, x: spread over 1000x what is normal for this device since 14:02:10 UTC.',
  ],
  [
    'others of its channel, and of another one, each channel named once',
    {
      ...alert,
      contributions: [
        part('x.sd (ln)', 0.4, 1, 0),
        part('free-end.band 3204-4096 Hz', 0.3, 1, 0),
        part('x.skew', 0.2, 3, 0.1),
        part('y.skew', 0.2, 3, 0.1),
      ],
    },
    'pump-3, x: spread 2.7x what is normal for this device since 14:02:10 UTC; also asymmetry (skewness) 3 where 0.1 is normal; free-end: energy at 3.2-4.1 kHz 2.7x normal.',
  ],
  [
    'one of another channel only',
    { ...alert, contributions: [part('x.skew', 0.6, 2, 1), part('free-end.band 3204-4096 Hz', 0.4, 1, 0)] },
    'pump-3, x: asymmetry (skewness) 2 where 1 is normal for this device since 14:02:10 UTC; also free-end: energy at 3.2-4.1 kHz 2.7x normal.',
  ],
  [
    'a weak first part is named all the same',
    { ...alert, contributions: [part('x.skew', 0.01, 2, 1)] },
    'pump-3, x: asymmetry (skewness) 2 where 1 is normal for this device since 14:02:10 UTC.',
  ],
  [
    'a provisional threshold',
    { ...alert, contributions: [], confidence: 'provisional' as const },
    'pump-3: not what is normal for this device since 14:02:10 UTC (provisional threshold).',
  ],
  [
    'a device hardly known',
    { ...alert, contributions: [], confidence: 'cold' as const, supportWindows: 1 },
    'pump-3: not what is normal for this device since 14:02:10 UTC (known from 1 window only).',
  ],
  [
    'a device not known at all',
    { ...alert, contributions: [], confidence: 'prior' as const, supportWindows: 0 },
    'pump-3: not what is normal for this device since 14:02:10 UTC (by its fleet alone: none of its own windows is known yet).',
  ],
  ['nothing known', { ...alert, contributions: [] }, 'pump-3: not what is normal for this device since 14:02:10 UTC.'],
])('%s', (_, told, sentence) => {
  expect(alertMessage(told, spec)).toBe(sentence);
});

test.each([
  ['vibration', 1024],
  ['slow', 30],
] as const)('no feature of a %s class is called what records call it', (kind, samples) => {
  const own = createFeatureSpec({
    channels: ['drive-end'],
    rateHz: 12_000,
    window: { samples, hop: samples, latenessMs: 0, maxGapSamples: 0, minCoverage: 1 },
    features: { kind, bands: 24, wavelet: true, envelope: true },
  });
  for (const { name, channel } of own.elements) {
    const contribution: Contribution = { feature: name, channel, share: 1, actual: 2, expected: 1, deviation: 5 };
    const message = alertMessage({ ...alert, contributions: [contribution] }, own);
    expect(message).toContain(`pump-3, drive-end: ${featureWords({ feature: name, channel })} `);
    expect(message.includes(name)).toBe(false);
  }
});
