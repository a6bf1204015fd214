import type { Incident, ScoredWindow } from '@tocsin/schemas';
import { expect, test } from 'vitest';
import { calibrate } from './calibrate.ts';
import { noIncident } from './decide.ts';
import { deviceThreshold, noScores } from './device-threshold.ts';
import { teachingThreshold, whyUntaught } from './may-teach.ts';
import { plan, windowOf } from './test-windows.ts';

const teaching = { alertFrom: plan.alertFrom, teachCoverage: 0.95 };
const fromFirst = { ...teaching, alertFrom: 0 };
const mayTeach = (...asked: Parameters<typeof whyUntaught>) => whyUntaught(...asked) === null;
const scored = (excess: number, flags: ScoredWindow['flags'] = []): ScoredWindow => ({
  ...windowOf('.', 0),
  score: 1 + excess,
  supportWindows: flags.includes('cold') ? 9 : 16,
  flags,
});
const open: Incident = {
  recent: 3,
  calm: 2,
  open: {
    alertId: 'a',
    revision: 1,
    startMs: 0,
    endMs: 1,
    windows: 2,
    score: 2,
    threshold: 1,
    pValue: 0.001,
    severity: 'warning',
  },
};

// excess of the score over the threshold:      0 ..... ln 2 ........ ln 1000
//   watched device                              teaches | refused
//   cold device                                 teaches             | refused
test.each([
  ['a normal window', scored(-3), true],
  ['a little over the threshold', scored(0.69), true],
  ['twice over the threshold', scored(0.7), false],
  ['cold, unlike the fleet', scored(6.9, ['cold']), true],
  ['cold and wild', scored(6.91, ['cold']), false],
  ['a score of NaN', scored(NaN), false],
  ['no initialisation yet', windowOf('-', 0), true],
  ['no score because features are not finite', { ...windowOf('-', 0), flags: ['not_finite'] as const }, false],
])('%s', (_, window, expected) => {
  expect(mayTeach(window, noIncident, teaching)).toBe(expected);
  // Under an alert only a device that is not known yet goes on learning.
  expect(mayTeach(window, open, teaching)).toBe(expected && window.flags.includes('cold'));
});

// samples that arrived:  0 ............ .95 (teachCoverage) ............ 1
//                          refused      | teaches, interpolated or not
test.each([
  [0.949, 'gaps'],
  [0.951, null],
] as const)('of a window with gaps %f has arrived: %s', (coverage, reason) => {
  for (const flags of [['interpolated'], ['interpolated', 'cold']] as const)
    expect(whyUntaught({ ...scored(-3, flags), coverage }, noIncident, teaching)).toBe(reason);
});

test('says why', () => {
  const why = (window: ScoredWindow, incident = noIncident) => whyUntaught(window, incident, teaching);
  for (const flag of ['not_finite', 'maintenance', 'guarded'] as const) expect(why(scored(-3, [flag]))).toBe(flag);
  expect(why(scored(0.7))).toBe('score');
  expect(why(scored(-3), open)).toBe('alert');
});

test('where cold devices may alert, they raise their alert before they learn', () => {
  const [calm, wild] = [scored(0.69, ['cold']), scored(3, ['cold'])];
  expect([calm, wild].map((window) => mayTeach(window, noIncident, fromFirst))).toEqual([true, false]);
  expect([calm, wild].map((window) => mayTeach(window, open, fromFirst))).toEqual([true, true]);
});

test('a budget of few alerts lets no more teach, and one of many no less', () => {
  const scores = Float64Array.from({ length: 400 }, (_, i) => -Math.log((1 + ((i * 37) % 400)) / 400));
  const calibration = calibrate([{ shots: 10, deviceId: 'a', scores }]);
  const at = (share: number) => deviceThreshold(calibration, 10, share, noScores);
  const limit = (share: number) => teachingThreshold(at(share), share, calibration, 10, noScores);
  expect(at(1e-6)).toBeGreaterThan(at(0.005) + Math.LN2);
  expect(limit(1e-6)).toBeCloseTo(at(0.005), 12);
  expect(limit(0.02)).toBe(at(0.02));
});
