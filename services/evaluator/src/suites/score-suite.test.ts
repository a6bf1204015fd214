import { describe, expect, test } from 'vitest';
import type { Learner } from '@tocsin/models';
import { knn } from '../baselines/nearest-neighbours.ts';
import { newsOnly } from './score-file.ts';
import { scoreSuite } from './score-suite.ts';
import { smallRun, smallRuns } from './suite.fixture.ts';
import type { SuiteFile } from './suite-file.ts';
import { suitePlans } from './suite-plans.ts';

const learner = knn('own');
const plan = { ...suitePlans.skab, folds: 3 };

describe('causality', () => {
  test('what comes after a row changes nothing up to it', async () => {
    const files = smallRuns(4);
    const changed = files.map((file, i) => (i === 0 ? withFuture(file, 500) : file));
    const [before] = await scoreSuite(files, learner, plan, 'tuning');
    const [after] = await scoreSuite(changed, learner, plan, 'tuning');
    expect(after.scores.slice(0, 500)).toEqual(before.scores.slice(0, 500));
    expect(after.isAlarm.slice(0, 500)).toEqual(before.isAlarm.slice(0, 500));
    expect(after.scores.slice(500)).not.toEqual(before.scores.slice(500));
  });

  test('a file that ends early has the scores of the whole one', async () => {
    const whole = smallRun(1);
    const cut = { ...whole, timesMs: whole.timesMs.slice(0, 500), samples: whole.samples.slice(0, 1000) };
    const own = { ...plan, prior: 'none' as const };
    const [long] = await scoreSuite([whole], learner, own, 'tuning');
    const [short] = await scoreSuite([cut], learner, own, 'tuning');
    expect(short.scores).toEqual(long.scores.slice(0, 500));
  });

  test('nothing is predicted while the first 400 rows are learnt, and the fault after them is found', async () => {
    for (const { scores, isAlarm, supportWindows } of await scoreSuite(smallRuns(4), learner, plan, 'tuning')) {
      expect(supportWindows).toBe(46);
      expect(scores.slice(0, 400).every(Number.isNaN)).toBe(true);
      expect(isAlarm.slice(0, 400)).toEqual(new Uint8Array(400));
      expect(isAlarm.slice(470, 515)).toEqual(new Uint8Array(45).fill(1));
    }
  });
});

describe('who is learnt from', () => {
  const fleets: string[][] = [];
  const watching: Learner = {
    ...learner,
    fit(fleet, options) {
      fleets.push(fleet.devices.map(({ deviceId }) => deviceId));
      return learner.fit(fleet, options);
    },
  };

  test('never the file itself, and held-out files by the others only', async () => {
    fleets.length = 0;
    const files = [...smallRuns(4), smallRun(9, { split: 'meta-test' })];
    const tuning = await scoreSuite(files, watching, plan, 'tuning');
    expect(tuning.map(({ file }) => file.name)).toEqual(['valve1/1.csv', 'valve1/2.csv', 'valve1/3.csv', 'valve1/4.csv']);
    expect(fleets.flat()).not.toContain('valve1/9.csv');
    // The first fold judges files 1 and 4.
    expect(fleets[0]).toEqual(['valve1/2.csv', 'valve1/3.csv']);
    const heldOut = await scoreSuite(files, watching, plan, 'held-out');
    expect(heldOut.map(({ file }) => file.name)).toEqual(['valve1/9.csv']);
    expect(fleets.flat()).not.toContain('valve1/9.csv');
  });

  test('without a prior only the support of the file itself', async () => {
    fleets.length = 0;
    await scoreSuite(smallRuns(2), watching, { ...plan, prior: 'none' }, 'tuning');
    expect(fleets).toEqual([['valve1/1.csv'], ['valve1/2.csv']]);
  });
});

test("a learner's own calibration is met in place of one from other files", async () => {
  const calibration = { shots: [1], tail: [0.5, 0.01], quantiles: [Float64Array.of(-50, -40)], medians: [-50], devices: 12 };
  const low: Learner = {
    ...learner,
    fit: async (fleet, options) => ({ ...(await learner.fit(fleet, options)), calibrationOf: () => calibration }),
  };
  const none: Learner = {
    ...learner,
    fit: async (fleet, options) => ({ ...(await learner.fit(fleet, options)), calibrationOf: () => null }),
  };
  const [alarmed] = await scoreSuite(smallRuns(3), low, plan, 'tuning');
  expect(alarmed.isAlarm.slice(420).every((mark) => mark === 1)).toBe(true);
  const [quiet] = await scoreSuite(smallRuns(3), none, plan, 'tuning');
  expect(quiet.isAlarm).toEqual(new Uint8Array(600));
});

describe('bad input', () => {
  const own = { ...plan, prior: 'none' as const };

  test('a file shorter than its support rows is never scored and never in alarm', async () => {
    const [scored] = await scoreSuite([smallRun(1, { rows: 300, from: 200, to: 250 })], learner, own, 'tuning');
    expect([...scored.scores].every(Number.isNaN)).toBe(true);
    expect(scored.isAlarm).toEqual(new Uint8Array(300));
  });

  test('a file too short for one window has no support', async () => {
    const [scored] = await scoreSuite([smallRun(1, { rows: 20, from: 5, to: 9 })], learner, own, 'tuning');
    expect(scored.supportWindows).toBe(0);
    expect(scored.scores).toHaveLength(20);
  });

  test('repeated and backward times and missing cells: every row keeps its place, scores stay finite', async () => {
    const file = smallRun(1);
    file.timesMs[430] = file.timesMs[429];
    file.timesMs[440] = file.timesMs[420];
    file.samples[2 * 445] = Number.NaN;
    const [scored] = await scoreSuite([file], learner, own, 'tuning');
    expect(scored.scores).toHaveLength(600);
    expect(scored.scores.slice(410).every(Number.isFinite)).toBe(true);
  });
});

test('news: higher than all of the last rows', () => {
  const none = Number.NaN;
  expect(newsOnly(Float64Array.of(none, 1, 3, 2, 3, 4, 1, 1), 2)).toEqual(Float64Array.of(none, 1, 3, none, none, 4, none, none));
  expect(newsOnly(Float64Array.of(2, 1, 1, 1.5), 2)).toEqual(Float64Array.of(2, none, none, 1.5));
});

function withFuture(file: SuiteFile, fromRow: number): SuiteFile {
  return { ...file, samples: file.samples.map((value, at) => (at >= 2 * fromRow ? 5 * value + 100 : value)) };
}
