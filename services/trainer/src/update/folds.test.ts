import { expect, test } from 'vitest';
import { foldCount, foldsOf, placesOf } from './folds.ts';

const devices = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    deviceId: `d${i}`,
    normals: Array.from({ length: 10 }, () => Float32Array.of(i)),
    anomalies: [],
  }));
const ids = (fleet: readonly { deviceId: string }[]) => fleet.map(({ deviceId }) => deviceId);

test('every device is held out once, by a fold that does not learn from it', () => {
  const fleet = devices(9);
  const folds = foldsOf(fleet, 4, placesOf(fleet, 4, {}));
  expect(folds.flatMap(({ heldOut }) => ids(heldOut)).sort()).toEqual(ids(fleet));
  for (const fold of folds) expect(ids(fold.fleet).filter((id) => ids(fold.heldOut).includes(id))).toEqual([]);
  expect(folds.map(({ heldOut }) => heldOut.length)).toEqual([3, 2, 2, 2]);
});

test('a device keeps its place when others come, so that no head meets a device it has learned from', () => {
  const before = placesOf(devices(6), 4, {});
  const after = placesOf(devices(12), 4, before);
  expect(after).toMatchObject(before);
  expect([0, 1, 2, 3].map((fold) => Object.values(after).filter((place) => place === fold).length)).toEqual([3, 3, 3, 3]);
});

test('a single device is judged on its later windows', () => {
  const [fold] = foldsOf(devices(1), 1, {});
  expect([fold.fleet[0].normals.length, fold.heldOut[0].normals.length]).toEqual([6, 4]);
});

test('a share of a quarter is four folds, but never more than devices nor fewer than two', () => {
  expect([0, 1, 2, 3, 4, 40].map((count) => foldCount(count, 0.25))).toEqual([0, 1, 2, 3, 4, 4]);
  expect(foldCount(10, 0.5)).toBe(2);
});
