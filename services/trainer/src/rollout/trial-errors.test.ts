// How often a trial ends wrongly, counted on paper. Decision 0030 has the same figures of more trials: TRIALS is all there is to raise.
import { expect, test } from 'vitest';
import { simulateTrials, type SimulatedFleet, type TrialOutcomes } from './simulated-trials.fixture.ts';

const TRIALS = 150;
const usual = { rate: 0.02, breaks: 0.02, times: 1, harmed: 0 };
const outcomes = (fleet: Partial<SimulatedFleet> & { devices: number }): TrialOutcomes =>
  simulateTrials({ ...usual, ...fleet }, TRIALS, 1);

test('fleets of five have hardly a trial, and those of twelve and more do', () => {
  expect(outcomes({ devices: 5 }).untried).toBeGreaterThan(0.5);
  expect(outcomes({ devices: 12 }).untried).toBeLessThan(0.3);
  expect(outcomes({ devices: 40 }).untried).toBe(0);
});

test.each([12, 40, 200])(
  '%i devices, a bundle as good as the one before, machines that break now and then: promoted, soon',
  (devices) => {
    const { promoted, unclear, windows } = outcomes({ devices });
    expect(promoted).toBeGreaterThan(0.8);
    expect(unclear).toBeLessThan(0.15);
    expect(windows).toBeLessThan(80);
  },
);

// Of three devices none is harmed in 30 % of the trials: that nobody can see.
test.each([
  [12, 0.55],
  [40, 0.45],
  [200, 0.25],
])('%i devices, ten times the alarms on a third of them: rarely promoted', (devices, most) => {
  expect(outcomes({ devices, times: 10, harmed: 1 / 3 }).promoted).toBeLessThan(most);
});

test.each([12, 40, 200])('%i devices, ten times the alarms on all of them: next to never promoted', (devices) => {
  expect(outcomes({ devices, times: 10, harmed: 1 }).promoted).toBeLessThan(0.06);
});
