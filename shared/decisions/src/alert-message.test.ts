import type { Alert, Contribution } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { alertMessage } from './alert-message.ts';
import { spec } from './test-windows.ts';

const part = (feature: string, share: number, actual: number, expected: number): Contribution => ({
  feature,
  channel: 'x',
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
    'pump-3: x.band 320-400 Hz 6.4x what is normal for this device since 14:02:10 UTC; also x.skew 3.14 where 0.1 is normal.',
  ],
  [
    'updated',
    { ...alert, state: 'updated' as const, contributions: alert.contributions.slice(0, 1) },
    'pump-3: x.band 320-400 Hz 6.4x what is normal for this device since 14:02:10 UTC; 12 anomalous windows so far.',
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
    'pump-3: x.sd under 0.001x what is normal for this device since 14:02:10 UTC.',
  ],
  [
    'much more',
    { ...alert, contributions: [part('x.sd (ln)', 1, 9, 1)] },
    'pump-3: x.sd over 1000x what is normal for this device since 14:02:10 UTC.',
  ],
  [
    'a weak first part is named all the same',
    { ...alert, contributions: [part('x.skew', 0.01, 2, 1)] },
    'pump-3: x.skew 2 where 1 is normal for this device since 14:02:10 UTC.',
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
