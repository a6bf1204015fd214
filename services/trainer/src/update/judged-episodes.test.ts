import { expect, test } from 'vitest';
import { anomalyKinds } from '../episodes/pseudo-anomaly.ts';
import { teachingDevice } from '../episodes/teaching-device.ts';
import { seededRandom } from '../random.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { judgedEpisodes, judgedOnOf } from './judged-episodes.ts';
import { defaultUpdatePlan } from './update-plan.ts';

const d = 8;
const fleet = (devices: number, anomaliesOf: (device: number) => number) =>
  syntheticFleet(devices, 40, d).map((history, at) => ({
    ...teachingDevice(history),
    anomalies: Array.from({ length: anomaliesOf(at) }, () => new Float32Array(d).fill(99)),
  }));
const plan = { spec: syntheticSpec(d), scale: new Float64Array(d).fill(1), shots: [5, 10], queries: 8, kinds: anomalyKinds };

test.each([
  ['three of six devices, ten windows', 6, (at: number) => [5, 3, 2][at] ?? 0, 'labels'],
  ['three of six devices, nine windows', 6, (at: number) => [5, 3, 1][at] ?? 0, 'pseudo-anomalies'],
  ['two of six devices', 6, (at: number) => [30, 30][at] ?? 0, 'pseudo-anomalies'],
  ['both of two devices', 2, () => 5, 'labels'],
  ['a single device', 1, () => 30, 'pseudo-anomalies'],
  ['no device', 0, () => 30, 'pseudo-anomalies'],
])('%s', (_, devices, anomaliesOf, expected) => {
  expect(judgedOnOf(fleet(devices, anomaliesOf))).toBe(expected);
});

test('on labels: real anomalies of labelled devices only, the first support as on the live path', () => {
  const devices = fleet(3, (at) => (at === 0 ? 12 : 0));
  const episodes = judgedEpisodes(devices, devices, 'labels', plan, 4, seededRandom(1));
  expect(episodes.map(({ deviceId }) => deviceId)).toEqual(Array(4).fill(devices[0].deviceId));
  expect(episodes.map(({ support }) => support.length)).toEqual([5, 10, 5, 10]);
  expect(episodes[1].support).toEqual(devices[0].normals.slice(0, 10));
  for (const { anomalies } of episodes) expect(anomalies).toEqual(devices[0].anomalies);
});

test('every support size judges as often, the first windows of a device included', () => {
  const { judgedShots, judgedEpisodes: count } = defaultUpdatePlan;
  const [device] = fleet(1, () => 12);
  const episodes = judgedEpisodes([device], [device], 'labels', { ...plan, shots: judgedShots }, count, seededRandom(1));
  expect(episodes.map(({ support }) => support.length)).toEqual([1, 2, 5, 10, 20, 1, 2, 5, 10, 20]);
  for (const { support } of episodes.slice(0, 5)) expect(support).toEqual(device.normals.slice(0, support.length));
});

test('otherwise: made-up ones only, of every device', () => {
  const devices = fleet(3, (at) => (at === 0 ? 12 : 0));
  const episodes = judgedEpisodes(devices, devices, 'pseudo-anomalies', plan, 2, seededRandom(1));
  expect(new Set(episodes.map(({ deviceId }) => deviceId)).size).toBe(3);
  expect(episodes.flatMap(({ anomalies }) => anomalies).some((features) => features.every((value) => value === 99))).toBe(false);
});

test('many devices are judged on fewer episodes each, but on one of every support size', () => {
  const devices = fleet(300, () => 3);
  const episodes = judgedEpisodes(devices, devices, 'labels', plan, 10, seededRandom(1));
  expect(episodes).toHaveLength(300 * 3);
  const more = judgedEpisodes([...devices, ...devices], devices, 'labels', plan, 10, seededRandom(1));
  expect(more).toHaveLength(600 * plan.shots.length);
});
