import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Learner } from '@tocsin/models';
import type { Calibration } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { baselineLearners } from '../baselines/index.ts';
import { empiricalBayes } from '../closed-form.fixture.ts';
import { evaluationSets } from '../sets/evaluation-sets.ts';
import { readSlowRows, slowSet, type DevicePlan } from '../slow-fleet.fixture.ts';
import { cutDevice } from '../windows/cut-device.ts';
import { judgedFrom, supportCount } from '../windows/device-table.ts';
import { defaultPlan, type EvaluationPlan } from './evaluation-plan.ts';
import { judgeClass, type ClassTables } from './judge-class.ts';
import { supportWindows } from './support-windows.ts';

const plan: EvaluationPlan = { ...defaultPlan, shots: [0, 2, 10], anomalies: [0, 1], seeds: 1, falseAlarmRate: 0.05 };
const [knn] = baselineLearners;
const eb = empiricalBayes();

async function classOf(plans: readonly DevicePlan[]): Promise<ClassTables> {
  const source = slowSet('pumps', plans, mkdtempSync(join(tmpdir(), 'tocsin-judge-')));
  const [of] = evaluationSets([source], ['pumps'])[0].classes;
  const tables = await Promise.all(of.devices.map((device) => cutDevice(device, of, readSlowRows)));
  return {
    name: 'pumps',
    spec: of.spec,
    place: { samples: 8, hop: 4, rateHz: 1 },
    train: tables.filter(({ split }) => split === 'meta-train'),
    judged: tables.filter(({ split }) => split === 'meta-test'),
  };
}

const trains = (count: number): DevicePlan[] =>
  Array.from({ length: count }, (_, i) => ({ id: `train-${i}`, split: 'meta-train' }));
const unseen: DevicePlan = { id: 'unseen', split: 'meta-test' };

describe('judgeClass', () => {
  test('finds plain faults of an unseen device and keeps to the false alarms asked for', async () => {
    const { devices, skips } = await judgeClass(eb, await classOf([...trains(6), unseen]), plan, 1);
    expect(skips).toEqual([]);
    expect(devices.map(({ shots, anomalies }) => [shots, anomalies])).toEqual([
      [0, 0],
      [0, 1],
      [2, 0],
      [2, 1],
      [10, 0],
      [10, 1],
    ]);
    const { figures } = devices[4];
    expect(figures.auroc).toBe(1);
    expect(figures.eventRecall).toBe(1);
    expect(figures.falsePositiveRate).toBeLessThan(0.3);
  });

  test('a learner sees support from the adaptation part only, and labelled anomalies leave the judged part', async () => {
    const seen: { normals: number; anomalies: number; scored: number }[] = [];
    const spy: Learner = {
      name: 'spy',
      isRandom: false,
      usesAnomalies: true,
      fit: ({ spec }) => ({
        adapt(normals, anomalies) {
          const d = spec.elements.length;
          const entry = { normals: normals.length / d, anomalies: anomalies.length / d, scored: 0 };
          seen.push(entry);
          return () => ++entry.scored;
        },
      }),
    };
    const tables = await classOf([unseen]);
    const { devices } = await judgeClass(spy, tables, { ...plan, shots: [50], anomalies: [0, 1] }, 1);
    const [table] = tables.judged;
    const later = table.n - judgedFrom(table);
    expect(seen).toEqual([
      { normals: supportCount(table), anomalies: 0, scored: later },
      { normals: supportCount(table), anomalies: 1, scored: later },
    ]);
    expect(devices[0].supportWindows).toBe(19);
    // Without a fleet there is nothing to take a threshold from.
    expect(devices[0].figures).toMatchObject({ eventRecall: null, falsePositiveRate: null });
  });

  test('no device to learn from: scratch detectors go on in own units, those of the fleet say what they need', async () => {
    const alone = await classOf([unseen]);
    const named = (name: string): Learner => baselineLearners.find((learner) => learner.name === name) ?? eb;
    expect((await judgeClass(named('knn-own'), alone, plan, 1)).devices.map(({ shots }) => shots)).toEqual([2, 2, 10, 10]);
    expect((await judgeClass(named('knn-fleet'), alone, plan, 1)).skips[0].reason).toMatch(/needs normal windows of meta-train/);
    const { devices, skips } = await judgeClass(eb, alone, plan, 1);
    expect(devices).toEqual([]);
    expect(skips[0].reason).toBe('eb needs a normal window of the fleet');
  });

  test.each([1, 2])('%d devices to learn from: thresholds come from them all the same', async (count) => {
    const { devices } = await judgeClass(eb, await classOf([...trains(count), unseen]), plan, 1);
    expect(devices).toHaveLength(6);
    for (const { figures } of devices) expect(figures.falsePositiveRate).not.toBeNull();
  });

  test('a device with fewer windows than K adapts on what it has, one with none as if K were 0', async () => {
    const few: DevicePlan = { id: 'few', split: 'meta-test', trainRows: 16 };
    const none: DevicePlan = { id: 'none', split: 'meta-test', trainRows: 4 };
    const tables = await classOf([...trains(4), few, none]);
    const { devices } = await judgeClass(eb, tables, plan, 1);
    const support = (id: string, shots: number): number | undefined =>
      devices.find((device) => device.deviceId === id && device.shots === shots)?.supportWindows;
    expect([support('few', 2), support('few', 10), support('none', 10)]).toEqual([2, 3, 0]);
    const scratch = await judgeClass(knn, tables, plan, 1);
    expect(scratch.skips.find(({ shots }) => shots === 10)?.reason).toBe('knn-fleet needs 1 support windows');
  });

  test('constant channels: finite, and no better than chance', async () => {
    const constant: DevicePlan = { id: 'constant', split: 'meta-test' };
    for (const learner of baselineLearners) {
      const { devices } = await judgeClass(learner, await classOf([...trains(3), constant]), { ...plan, shots: [10] }, 1);
      expect(devices[0].figures.auroc, learner.name).toBe(0.5);
    }
  });

  test('faults inside the adaptation part are in the support, and the device is judged nevertheless', async () => {
    const contaminated: DevicePlan = {
      id: 'unseen',
      split: 'meta-test',
      faults: [
        [8, 12],
        [140, 180],
      ],
    };
    const tables = await classOf([...trains(6), contaminated]);
    const clean = await classOf([...trains(6), unseen]);
    const aurocOf = async (of: ClassTables): Promise<number> => (await judgeClass(eb, of, plan, 1)).devices[4].figures.auroc ?? 0;
    expect(await aurocOf(tables)).toBeLessThanOrEqual(await aurocOf(clean));
    expect(await aurocOf(tables)).toBeGreaterThan(0.6);
  });

  test('a learner that brings thresholds of its own is fitted once, and they are met', async () => {
    const never: Calibration = {
      shots: [1],
      tail: [0.5, 0.01],
      quantiles: [Float64Array.of(1e6, 1e6 + 1)],
      medians: [1e6],
      devices: 1,
    };
    let fits = 0;
    const own: Learner = {
      ...eb,
      async fit(fleet, options) {
        fits++;
        expect(fleet.deviceClass).toBe('pumps');
        return { ...(await eb.fit(fleet, options)), calibrationOf: (normals) => (normals.length === 0 ? null : never) };
      },
    };
    const { devices } = await judgeClass(own, await classOf([...trains(4), unseen]), plan, 1);
    expect(fits).toBe(1);
    expect(devices.map(({ figures }) => figures.eventRecall)).toEqual([null, null, 0, 0, 0, 0]);
  });

  test('a device without faults has false alarms and no ranking', async () => {
    const healthy: DevicePlan = { id: 'healthy', split: 'meta-test', faults: [] };
    const { devices } = await judgeClass(eb, await classOf([...trains(4), healthy]), plan, 1);
    expect(devices[4].figures).toMatchObject({ auroc: null, auprc: null, vusPr: null, eventRecall: null });
    expect(devices[4].figures.falsePositiveRate).not.toBeNull();
  });
});

test('support: the first windows in a row, or a seeded draw of the adaptation part', async () => {
  const [table] = (await classOf([unseen])).judged;
  expect(supportWindows(table, 3, 'first', 1)).toEqual(table.windows.slice(0, 3 * table.d));
  const drawn = supportWindows(table, 3, 'random', 1);
  expect(drawn).toEqual(supportWindows(table, 3, 'random', 1));
  expect(drawn).not.toEqual(supportWindows(table, 3, 'random', 2));
  expect(supportWindows(table, 100, 'random', 1)).toEqual(table.windows.slice(0, 19 * table.d));
});
