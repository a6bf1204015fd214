import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { severityOf } from './severity.ts';

const plan = { falseAlarmRate: 0.01, raiseCount: 3, raiseOf: 5, clearCount: 5 };

// docs/decisions/0035; a share of .01 and alerts from three windows on
test.each([
  [1e-4, 5, 'warning'],
  [1e-4, 6, 'critical'],
  [1.01e-4, 6, 'warning'],
  [1e-3, 47, 'warning'],
  [1e-3, 48, 'critical'],
  [1.01e-3, 48, 'warning'],
  [0.01, 767, 'warning'],
  [0.01, 768, 'critical'],
  [0.011, 1e6, 'warning'],
])('p %d over %d windows: %s', (pValue, windows, severity) => {
  expect(severityOf(pValue, windows, plan)).toBe(severity);
});

test('more windows, or a rarer one, are never less severe', () => {
  const rank = { warning: 0, critical: 1 };
  const pValue = fc.double({ min: 1e-9, max: 1, noNaN: true });
  fc.assert(
    fc.property(pValue, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(2000), fc.nat(2000), (p, part, windows, more) => {
      const before = severityOf(p, windows, plan);
      expect(rank[severityOf(p * part, windows + more, plan)]).toBeGreaterThanOrEqual(rank[before]);
    }),
    { seed: 1, numRuns: 2000 },
  );
});
