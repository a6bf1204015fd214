import { describe, expect, test } from 'vitest';
import { seededRandom } from '../random.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { drawEpisode, possibleShots } from './draw-episode.ts';
import { anomalyKinds, pseudoAnomaly } from './pseudo-anomaly.ts';
import { teachingDevice, type JudgedWindow } from './teaching-device.ts';

const spec = syntheticSpec(20);
const fleet = syntheticFleet(3, 30, 20).map(teachingDevice);
const plan = { spec, scale: new Float64Array(20).fill(1), shots: [5, 10, 20, 50], queries: 16, kinds: anomalyKinds };

describe('drawEpisode', () => {
  test('every query normal is later than all of the support', () => {
    // time ------------------------------------------>
    // normals  . . . S S S S S . N . N N . N . . N .
    const random = seededRandom(3);
    for (let i = 0; i < 200; i++) {
      const device = fleet[i % 3];
      const episode = drawEpisode(device, fleet, plan, random);
      const times = (windows: Float32Array[]) => windows.map((features) => device.normals.indexOf(features));
      const support = times(episode.support);
      expect(Math.max(...support) - Math.min(...support)).toBe(support.length - 1);
      expect(Math.min(...times(episode.normals))).toBeGreaterThan(Math.max(...support));
      expect(episode.normals.length).toBeGreaterThanOrEqual(4);
      expect(episode.anomalies).toHaveLength(16);
    }
  });

  test('a device gives only the support sizes that leave it something to be judged on', () => {
    expect(possibleShots(fleet[0], plan.shots)).toEqual([5, 10, 20]);
    const young = { ...fleet[0], normals: fleet[0].normals.slice(0, 8) };
    expect(() => drawEpisode(young, fleet, plan, seededRandom(1))).toThrow('8, expected 4 more than the least shots');
  });

  test('known anomalies are used where there are any, half of the query at most', () => {
    const known = Array.from({ length: 20 }, () => new Float32Array(20).fill(99));
    const episode = drawEpisode({ ...fleet[0], anomalies: known }, fleet, plan, seededRandom(1));
    expect(episode.anomalies.filter((features) => features[0] === 99)).toHaveLength(8);
  });

  test('a device alone is never mixed with itself', () => {
    const episode = drawEpisode(fleet[0], fleet.slice(0, 1), { ...plan, kinds: ['mix'] }, seededRandom(1));
    const changed = episode.anomalies.filter(
      (features) => !fleet[0].normals.some((one) => one.every((value, j) => value === features[j])),
    );
    expect(changed).toHaveLength(16);
  });
});

describe('pseudoAnomaly', () => {
  const [x, other] = fleet[0].normals;

  test.each(anomalyKinds)('%s is another window, from the same seed the same one', (kind) => {
    const made = pseudoAnomaly(kind, x, other, plan.scale, spec, seededRandom(4));
    expect(made).not.toEqual(x);
    expect(made.every(Number.isFinite)).toBe(true);
    expect(pseudoAnomaly(kind, x, other, plan.scale, spec, seededRandom(4))).toEqual(made);
  });

  test('mix stays between the two windows', () => {
    const made = pseudoAnomaly('mix', x, other, plan.scale, spec, seededRandom(4));
    made.forEach((value, j) => {
      expect(value).toBeGreaterThanOrEqual(Math.min(x[j], other[j]) - 1e-4);
      expect(value).toBeLessThanOrEqual(Math.max(x[j], other[j]) + 1e-4);
    });
  });

  test('block moves neighbours of a vibration class up, and whole channels of a slow one', () => {
    for (let seed = 0; seed < 50; seed++) {
      const moved = [...pseudoAnomaly('block', x, x, plan.scale, spec, seededRandom(seed))].flatMap((value, j) =>
        value > x[j] ? [j] : [],
      );
      expect(moved.length).toBeLessThanOrEqual(4);
      expect(moved.at(-1)! - moved[0]).toBe(moved.length - 1);
      const slow = [...pseudoAnomaly('block', x, x, plan.scale, syntheticSpec(20, 'slow'), seededRandom(seed))];
      const channels = new Set(slow.flatMap((value, j) => (value === x[j] ? [] : [Math.floor(j / 4)])));
      expect(slow.filter((value, j) => value !== x[j])).toHaveLength(4 * channels.size);
      expect(channels.size).toBe(1);
    }
  });

  test('a feature that does not vary in the fleet is left alone', () => {
    const scale = new Float64Array(20).fill(1);
    scale[7] = 0;
    for (let seed = 0; seed < 50; seed++)
      expect(pseudoAnomaly('sparse', x, other, scale, spec, seededRandom(seed))[7]).toBe(x[7]);
  });
});

test('what teaches is what people said, else what was not suspicious together with a neighbour', () => {
  const window = (at: number, rest: Partial<JudgedWindow>): JudgedWindow => ({
    windowId: `${at}`,
    startMs: at,
    endMs: at + 1,
    features: Float32Array.of(at),
    inRun: false,
    verdict: null,
    ...rest,
  });
  const windows = [
    window(0, { inRun: true, verdict: 'false-alarm' }),
    window(1, { verdict: 'real' }),
    window(2, { verdict: 'maintenance' }),
    window(3, { verdict: 'unsure' }),
    window(4, { features: Float32Array.of(Number.NaN) }),
    window(5, { inRun: true }),
    window(6, {}),
  ];
  const { normals, anomalies } = teachingDevice({ deviceId: 'p', windows });
  expect(normals.map(([at]) => at)).toEqual([0, 3, 6]);
  expect(anomalies.map(([at]) => at)).toEqual([1]);
});
