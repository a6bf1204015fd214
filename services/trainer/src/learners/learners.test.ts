import { NotApplicable, type DeviceScorer, type LabelledDevice, type LabelledFleet } from '@tocsin/models';
import { describe, expect, test } from 'vitest';
import { auroc } from '../evaluation/auroc.ts';
import { normal, seededRandom, type Random } from '../random.ts';
import { syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { learners } from './index.ts';

const d = 8;
const spec = syntheticSpec(d, 'slow');
const none = new Float32Array(0);

/** A device whose feature 7 never varies; every third window from the 20th on is a fault of its features 0 to 3. */
function deviceOf(deviceId: string, random: Random, n: number, faults = true): LabelledDevice {
  const own = Array.from({ length: d }, () => normal(random));
  const labels = Int8Array.from({ length: n }, (_, k) => (faults && k >= 20 && k % 3 === 0 ? 1 : 0));
  const windows = new Float32Array(n * d);
  for (let at = 0; at < windows.length; at++) {
    const j = at % d;
    const fault = labels[Math.floor(at / d)] === 1 && j < 4 ? 1.5 : 0;
    windows[at] = j === 7 ? 1 : own[j] + fault + 0.5 * normal(random);
  }
  return { deviceId, n, windows, labels };
}

function fleetOf(devices: number, n = 60): LabelledFleet {
  const random = seededRandom(17);
  return { spec, devices: Array.from({ length: devices }, (_, i) => deviceOf(`pump-${i}`, random, n)) };
}

const unseen = deviceOf('unseen', seededRandom(99), 90);
const rows = (from: number, to: number): Float32Array => unseen.windows.subarray(from * d, to * d);
const anomalies = rows(21, 22);

function scoresOf(score: DeviceScorer): { normals: number[]; faults: number[] } {
  const sides: { normals: number[]; faults: number[] } = { normals: [], faults: [] };
  for (let k = 24; k < unseen.n; k++) (unseen.labels[k] === 1 ? sides.faults : sides.normals).push(score(rows(k, k + 1)));
  return sides;
}

describe.each(learners.map((learner) => ({ name: learner.name, learner })))('$name', ({ learner }) => {
  test('tells faults of a device it has never seen, and scores the same again with the same seed', async () => {
    const scores = [];
    for (let repeat = 0; repeat < 2; repeat++) {
      const fitted = await learner.fit(fleetOf(5), { seed: 4 });
      scores.push(scoresOf(await fitted.adapt(rows(0, 10), none)));
    }
    expect(auroc(scores[0].normals, scores[0].faults)).toBeGreaterThan(0.8);
    expect(scores[1]).toEqual(scores[0]);
    // Heads learn for seconds, twice, and a busy machine takes its time.
  }, 60_000);

  test.each([1, 2])(
    'is finite with a fleet of %i, without support, with one window, with steady and contaminated support',
    async (devices) => {
      const fitted = await learner.fit(fleetOf(devices), { seed: 1 });
      const steady = new Float32Array(5 * d).fill(1);
      for (const support of [none, rows(0, 1), steady, rows(19, 29)]) {
        for (const known of [none, anomalies]) {
          const score = await fitted.adapt(support, known);
          const { normals, faults } = scoresOf(score);
          expect([...normals, ...faults, score(new Float32Array(d).fill(1e6))].every(Number.isFinite)).toBe(true);
        }
      }
    },
  );

  test('has no answer without a fleet, and an answer or none with devices of three windows or without known faults', async () => {
    const fit = async (fleet: LabelledFleet) => learner.fit(fleet, { seed: 1 });
    await expect(fit({ spec, devices: [] })).rejects.toThrow(NotApplicable);
    const random = seededRandom(3);
    const healthy = { spec, devices: [0, 1, 2].map((i) => deviceOf(`pump-${i}`, random, 40, false)) };
    const scores = scoresOf(await (await fit(healthy)).adapt(rows(0, 5), none));
    expect([...scores.normals, ...scores.faults].every(Number.isFinite)).toBe(true);
    await fit(fleetOf(3, 3)).catch((error: unknown) => expect(error).toBeInstanceOf(NotApplicable));
  });
});
