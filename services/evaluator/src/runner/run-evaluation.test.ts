import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { baselineLearners, scratchLearners } from '../baselines/index.ts';
import { empiricalBayes } from '../closed-form.fixture.ts';
import { defaultPlan, type EvaluationPlan } from '../protocol/evaluation-plan.ts';
import { benchmarksPage } from '../report/benchmarks-page.ts';
import { buildReport } from '../report/build-report.ts';
import { curveSvg } from '../report/curve-svg.ts';
import { evaluationSets, type EvaluationSet } from '../sets/evaluation-sets.ts';
import { fleetPlans, readSlowRows, slowSet } from '../slow-fleet.fixture.ts';
import { localWorker } from './do-task.ts';
import { runEvaluation, type EvaluationInput, type Method } from './run-evaluation.ts';

const plan: EvaluationPlan = { ...defaultPlan, shots: [0, 5, 10], anomalies: [0, 1], seeds: 2 };
const learners = [...baselineLearners, empiricalBayes()].filter(({ name }) => ['knn-own', 'iforest', 'eb'].includes(name));
const methods = learners.map((learner): Method => {
  const { name, isRandom, usesAnomalies } = learner;
  return { name, isRandom, usesAnomalies, role: scratchLearners.includes(learner) ? 'scratch' : 'learner', code: 'one' };
});

function setsIn(directory: string): EvaluationSet[] {
  const plans = fleetPlans({ 'meta-train': 4, 'meta-validation': 1, 'meta-test': 3 });
  const sources = ['pumps', 'fans'].map((name) => slowSet(name, plans, directory));
  return evaluationSets(sources, ['pumps', 'fans']);
}

function inputIn(directory: string, more: Partial<EvaluationInput> = {}): EvaluationInput {
  return {
    sets: setsIn(directory),
    methods,
    plan,
    workers: [1, 2].map(() => localWorker({ readRows: readSlowRows, learners })),
    cacheDirectory: join(directory, 'windows'),
    cacheBytesMax: 1e9,
    resultsDirectory: join(directory, 'results'),
    onProgress: () => {},
    signal: new AbortController().signal,
    ...more,
  };
}

const temporary = (): string => mkdtempSync(join(tmpdir(), 'tocsin-evaluation-'));

describe('runEvaluation', () => {
  test('judges every method on every set, random ones with every seed', async () => {
    const { outcomes, failures } = await runEvaluation(inputIn(temporary()));
    expect(failures).toEqual([]);
    expect(outcomes.map(({ set, method, seed }) => `${set} ${method} ${seed}`).toSorted()).toEqual([
      'fans eb 1',
      'fans iforest 1',
      'fans iforest 2',
      'fans knn-own 1',
      'pumps eb 1',
      'pumps iforest 1',
      'pumps iforest 2',
      'pumps knn-own 1',
    ]);
    expect(outcomes[0].result[0].facts).toMatchObject({ trainDevices: 4, judgedDevices: 3, events: 3 });
  });

  test('a second run takes over what is there; other code, or another plan, does not', async () => {
    const directory = temporary();
    const first = await runEvaluation(inputIn(directory));
    const counted = (judged: string[]): EvaluationInput['workers'] => {
      const worker = localWorker({ readRows: readSlowRows, learners });
      const judge: typeof worker.judge = (task, onShare) => {
        judged.push(`${task.set.name} ${task.method}`);
        return worker.judge(task, onShare);
      };
      return [{ ...worker, judge }];
    };
    const again: string[] = [];
    const second = await runEvaluation(inputIn(directory, { workers: counted(again) }));
    expect(again).toEqual([]);
    const reportOf = (evaluated: typeof first) => buildReport(evaluated, plan, setsIn(directory), methods);
    expect({ ...reportOf(second), costs: [] }).toEqual({ ...reportOf(first), costs: [] });
    const renewed: string[] = [];
    const changed = methods.map((method) => (method.name === 'eb' ? { ...method, code: 'two' } : method));
    await runEvaluation(inputIn(directory, { methods: changed, workers: counted(renewed) }));
    expect(renewed).toEqual(['pumps eb', 'fans eb']);
  });

  test('a device that cannot be read and a method that throws do not stop the others', async () => {
    const readRows: typeof readSlowRows = (device) => {
      if (device.dataSet === 'fans' && device.id === 'meta-test-1') throw new Error('fans/meta-test-1.csv.gz: line 7 is broken');
      return readSlowRows(device);
    };
    const broken = learners.map((learner) =>
      learner.name === 'knn-own' ? { ...learner, fit: () => ({ adapt: () => () => Number.NaN }) } : learner,
    );
    const { outcomes, failures } = await runEvaluation(
      inputIn(temporary(), { workers: [localWorker({ readRows, learners: broken })] }),
    );
    expect(failures).toEqual([
      { set: 'fans', method: null, device: 'meta-test-1', message: 'fans/meta-test-1.csv.gz: line 7 is broken' },
      { set: 'pumps', method: 'knn-own', message: expect.stringContaining('NaN, expected a number') },
      { set: 'fans', method: 'knn-own', message: expect.stringContaining('NaN, expected a number') },
    ]);
    const judged = outcomes.map(({ set, method, result }) => `${set} ${method} ${result[0].facts.judgedDevices}`);
    expect(new Set(judged)).toEqual(new Set(['pumps iforest 3', 'pumps eb 3', 'fans iforest 2', 'fans eb 2']));
  });

  test('a set without a device to judge says why', async () => {
    const sources = ['pumps'].map((name) =>
      slowSet(name, fleetPlans({ 'meta-train': 2, 'meta-validation': 1, 'meta-test': 0 }), temporary()),
    );
    const { outcomes, failures } = await runEvaluation(inputIn(temporary(), { sets: evaluationSets(sources, ['pumps']) }));
    expect(outcomes).toEqual([]);
    expect(failures[0].message).toMatch(/no device has the split meta-test; there are meta-train, meta-validation/);
  });

  test('ends when asked to, and keeps what is done', async () => {
    const directory = temporary();
    const controller = new AbortController();
    const onProgress = (_share: number, text: string): void => {
      if (text.startsWith('2 of')) controller.abort();
    };
    const worker = localWorker({ readRows: readSlowRows, learners });
    const { outcomes } = await runEvaluation(inputIn(directory, { workers: [worker], onProgress, signal: controller.signal }));
    expect(outcomes).toHaveLength(2);
    expect(readdirSync(join(directory, 'results'))).toHaveLength(2);
  });
});

describe('the report', () => {
  test('means over devices, then over sets; the bar is a scratch detector; differences are paired', async () => {
    const directory = temporary();
    const report = buildReport(await runEvaluation(inputIn(directory)), plan, setsIn(directory), methods);
    const row = report.rows.find(
      ({ set, method, shots, anomalies }) => set === 'pumps' && method === 'eb' && shots === 10 && anomalies === 0,
    );
    expect(row?.devices).toHaveLength(3);
    const mean = (row?.devices ?? []).reduce((sum, { figures }) => sum + (figures.auroc ?? 0), 0) / 3;
    expect(row?.figures.auroc).toBeCloseTo(mean, 5);
    const bar = report.bars.find(({ set, shots, anomalies }) => set === 'pumps' && shots === 10 && anomalies === 0);
    expect(['knn-own', 'iforest']).toContain(bar?.method);
    const own = report.comparisons.find(({ set, method, shots }) => set === 'pumps' && method === bar?.method && shots === 10);
    expect(own?.difference).toEqual({ mean: 0, low: 0, high: 0 });
    const macro = report.macro.find(({ method, shots, anomalies }) => method === 'eb' && shots === 10 && anomalies === 0);
    expect(macro?.sets).toBe(2);
    // Both devices before the first window: a distance needs at least one.
    expect(report.skips.filter(({ method, shots }) => method === 'knn-own' && shots === 0)).not.toEqual([]);
  });

  test('page and picture say what is in it', async () => {
    const directory = temporary();
    const note = 'Judged twice before.';
    const report = buildReport(await runEvaluation(inputIn(directory)), plan, setsIn(directory), methods, note);
    const page = benchmarksPage(report, 'curve.svg');
    expect(page).toContain(`\n\n${note}\n\n## In short`);
    expect(benchmarksPage(buildReport({ outcomes: [], failures: [] }, plan, [], []), 'curve.svg')).not.toContain('undefined');
    expect(page).toContain('| method | pumps | fans | mean |');
    expect(page).toMatch(/## eb against detectors from scratch/);
    expect(page).toMatch(/over the bar without labels, mean over sets \| eb \| at least \+0\.000 \| [+-]/);
    expect(page).not.toMatch(/NaN|undefined|null/);
    const svg = curveSvg(report);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg.match(/<title>eb<\/title>/g)).toHaveLength(9);
    expect(svg).not.toMatch(/NaN|undefined|null/);
  });
});
