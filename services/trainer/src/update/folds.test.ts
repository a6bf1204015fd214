import { expect, test } from 'vitest';
import { foldCount, foldsOf } from './folds.ts';

const devices = (count: number, labelled: readonly number[] = []) =>
  Array.from({ length: count }, (_, i) => ({
    deviceId: `d${i}`,
    normals: Array.from({ length: 10 }, () => Float32Array.of(i)),
    anomalies: labelled.includes(i) ? [Float32Array.of(9)] : [],
  }));
const ids = (fleet: readonly { deviceId: string }[]) => fleet.map(({ deviceId }) => deviceId);

test('every device is held out once, by a fold that does not learn from it', () => {
  const fleet = devices(9);
  const folds = foldsOf(fleet, 4);
  expect(folds.flatMap(({ heldOut }) => ids(heldOut)).sort()).toEqual(ids(fleet));
  for (const fold of folds) expect(ids(fold.fleet).filter((id) => ids(fold.heldOut).includes(id))).toEqual([]);
  expect(folds.map(({ heldOut }) => heldOut.length)).toEqual([3, 2, 2, 2]);
});

test('devices with known anomalies are spread over the folds', () => {
  const folds = foldsOf(devices(8, [0, 4, 5, 7]), 4);
  expect(folds.map(({ heldOut }) => heldOut.filter(({ anomalies }) => anomalies.length > 0).length)).toEqual([1, 1, 1, 1]);
});

test('a single device is judged on its later windows, none is no fold', () => {
  const [fold] = foldsOf(devices(1), 1);
  expect([fold.fleet[0].normals.length, fold.heldOut[0].normals.length]).toEqual([6, 4]);
  expect(foldsOf([], 0)).toEqual([]);
});

test('a share of a quarter is four folds, but never more than devices nor fewer than two', () => {
  expect([0, 1, 2, 3, 4, 40].map((count) => foldCount(count, 0.25))).toEqual([0, 1, 2, 3, 4, 4]);
  expect(foldCount(10, 0.5)).toBe(2);
});
