// The confirmed incident that a window is most like, in the deviations of its device.
import { expect, test } from 'vitest';
import { noLabels, type RememberedWindow } from '@tocsin/schemas';
import { nearestAnomaly } from './device-desk.ts';

const remembered = (windowKey: string, standing: RememberedWindow['standing'], ...features: number[]): RememberedWindow => ({
  windowKey,
  alertKey: `alert of ${windowKey}`,
  standing,
  weight: 0,
  learnedAt: 0,
  features: Float32Array.from(features),
});

//   deviations of the three features: 1, 1/2, and one that does not vary
const gain = Float64Array.of(1, 2, 0);

test('of what was called real only, whatever does not vary left out', () => {
  const windows = [
    remembered('near but normal', 'normal', 0, 0, 0),
    remembered('near but nobody knows', 'suspect', 0, 0, 0),
    remembered('far', 'anomaly', 4, 0, 0),
    remembered('near', 'anomaly', 1, 1, 99),
    remembered('of another layout', 'anomaly', 0),
  ];
  const nearest = nearestAnomaly({ ...noLabels, windows }, Float32Array.of(0, 0, 0), gain);
  //   sqrt(((1 · 1)² + (1 · 2)²) / 2)
  expect(nearest).toMatchObject({ windowKey: 'near', alertKey: 'alert of near' });
  expect(nearest!.distance).toBeCloseTo(Math.sqrt(5 / 2), 12);
});

test('none where nobody called anything real', () => {
  expect(nearestAnomaly(noLabels, Float32Array.of(0, 0, 0), gain)).toBeNull();
});
