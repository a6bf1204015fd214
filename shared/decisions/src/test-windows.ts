// Scored windows drawn as text for the tests of this room. Not exported.
import type { FeatureSpec, ScoredWindow } from '@tocsin/schemas';
import type { AlertPlan } from './decide.ts';

export const plan: AlertPlan = { falseAlarmRate: 0.01, raiseCount: 2, raiseOf: 3, clearCount: 3, alertFrom: 10 };

export const spec: FeatureSpec = {
  version: 1,
  kind: 'vibration',
  channels: ['x'],
  rateHz: 1000,
  windowSamples: 1000,
  bands: 1,
  wavelet: false,
  envelope: false,
  elements: [
    { name: 'x.band 320-400 Hz', channel: 'x', block: 'spectrum', unit: 'ln' },
    { name: 'x.skew', channel: 'x', block: 'time', unit: 'shape' },
    { name: 'x.sd (ln)', channel: 'x', block: 'spread', unit: 'ln' },
    { name: 'free-end.band 3204-4096 Hz', channel: 'free-end', block: 'spectrum', unit: 'ln' },
  ],
  hash: 'feed',
};

/**
 * One window a second. `.` calm, `X` over the threshold 1 (score 1.5, p .005), `W` wild (score 6, p 1e-6), `1`..`9` the
 * threshold plus so many ln 2 and a bit (p .005), `c` cold and `-` without a score (both wild underneath).
 */
export function windowOf(mark: string, at: number): ScoredWindow {
  const wild = { score: 6, pValue: 1e-6 };
  const marks: Record<string, Partial<ScoredWindow>> = {
    '.': { score: 0, pValue: 0.5 },
    X: { score: 1.5, pValue: 0.005 },
    W: wild,
    c: { ...wild, supportWindows: 9, confidence: 'cold', flags: ['cold'] },
    '-': { score: null, pValue: null, threshold: null, modelVersion: 0 },
  };
  const leveled = { score: 1.01 + Number(mark) * Math.LN2, pValue: 0.005 };
  return {
    windowId: `w${at}`,
    deviceId: 'pump-3',
    deviceClass: 'pump',
    startMs: Date.UTC(2024, 4, 1, 14, 2, 10 + at),
    endMs: Date.UTC(2024, 4, 1, 14, 2, 11 + at),
    specHash: 'feed',
    features: Float32Array.of(0, 0, 0),
    score: 0,
    pValue: 0.5,
    threshold: 1,
    modelVersion: 4,
    supportWindows: 16,
    confidence: 'watching',
    coverage: 1,
    flags: [],
    ...(marks[mark] ?? leveled),
  };
}
