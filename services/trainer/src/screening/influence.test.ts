import { expect, test } from 'vitest';
import { drawLabelledEpisode } from '../episodes/draw-labelled-episode.ts';
import { teachingDevice } from '../episodes/teaching-device.ts';
import { fitTeaching } from '../learners/empirical-bayes.ts';
import { seededRandom } from '../random.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';

const d = 12;
const fleet = syntheticFleet(10, 40, d).map(teachingDevice);

test('a device with a hundred times the windows of the others counts for four of them in what is pooled', () => {
  const [one, ...others] = fleet;
  const noisy = one.normals.map((features) => features.map((value, j) => value + (j === 0 ? 3 * Math.sin(1e4 * value) : 0)));
  const withinOf = (times: number) =>
    fitTeaching([{ ...one, normals: Array.from({ length: times }, () => noisy).flat() }, ...others], d).within[0];
  expect(withinOf(100) / withinOf(4)).toBeGreaterThan(0.8);
  expect(withinOf(100) / withinOf(4)).toBeLessThan(1.2);
});

test('the only device with labels gives a quarter of the episodes and its share of the rest', () => {
  const labelled = fleet.map((device, at) => (at === 0 ? { ...device, anomalies: device.normals.slice(0, 8) } : device));
  const plan = { spec: syntheticSpec(d), scale: new Float64Array(d).fill(1), shots: [5], known: [0], queries: 4 };
  const random = seededRandom(1);
  const drawn = Array.from({ length: 1000 }, () => drawLabelledEpisode(labelled, labelled, plan, random));
  const share = drawn.filter(({ deviceId }) => deviceId === fleet[0].deviceId).length / drawn.length;
  expect(share).toBeGreaterThan(0.25);
  expect(share).toBeLessThan(0.38);
});
