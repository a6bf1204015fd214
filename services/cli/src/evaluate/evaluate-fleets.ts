// Runs an evaluation for `tocsin evaluate` and writes what came of it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import {
  benchmarksPage,
  buildReport,
  curveSvg,
  evaluationSetNames,
  evaluationSets,
  openThread,
  runEvaluation,
  type EvaluationPlan,
  type EvaluationReport,
  type Method,
  type SourceSet,
} from '@tocsin/evaluator';
import { deviceClassesOf, openFleet } from '@tocsin/simulator';
import type { Screen } from '../terminal/screen.ts';
import { UsageError } from '../usage-error.ts';
import { codeKey } from './code-key.ts';
import { registeredLearners } from './learners.ts';

export type EvaluateRequest = {
  dataDirectory: string;
  /** All where left out. */
  sets: readonly string[] | undefined;
  methods: readonly string[] | undefined;
  plan: EvaluationPlan;
  outFile: string;
  pageFile: string | undefined;
  /** Where windows and results are kept between runs. */
  workDirectory: string;
  threads: number;
};

const cacheBytesMax = 4e9;
/** From src as from dist this is the built entry: Node does not run TypeScript. */
const workerEntry = new URL('../../dist/evaluate/evaluate.worker.js', import.meta.url);

/** Throws a `UsageError` on names that are not there, a `FleetError` on data that cannot be read. */
export async function evaluateFleets(request: EvaluateRequest, screen: Screen, signal: AbortSignal): Promise<EvaluationReport> {
  const sources: SourceSet[] = openFleet(request.dataDirectory).dataSets.map((dataSet) => {
    return { name: dataSet.name, devices: dataSet.devices, classes: deviceClassesOf(dataSet) };
  });
  const sets = evaluationSets(sources, chosen('--sets', request.sets, evaluationSetNames(sources)));
  const methods = chooseMethods(request.methods);
  const workers = Array.from({ length: request.threads }, () => openThread(workerEntry));
  const close = (): Promise<unknown> => Promise.all(workers.map((worker) => worker.close()));
  signal.addEventListener('abort', () => void close(), { once: true });
  try {
    const evaluated = await runEvaluation({
      sets,
      methods,
      plan: request.plan,
      workers,
      cacheDirectory: join(request.workDirectory, 'windows'),
      cacheBytesMax,
      resultsDirectory: join(request.workDirectory, 'results'),
      onProgress: (share, text) => screen.progress(share, text),
      signal,
    });
    const report = buildReport(evaluated, request.plan, sets, methods);
    if (!signal.aborted) writeReport(report, request);
    return report;
  } finally {
    screen.done();
    await close();
  }
}

/** Where the picture of a report lies. */
export function curveFileOf(outFile: string): string {
  return `${outFile.replace(/\.json$/, '')}.svg`;
}

function writeReport(report: EvaluationReport, { outFile, pageFile }: EvaluateRequest): void {
  const curveFile = curveFileOf(outFile);
  mkdirSync(dirname(outFile), { recursive: true });
  writeFileSync(outFile, `${JSON.stringify(report)}\n`);
  writeFileSync(curveFile, curveSvg(report));
  if (pageFile !== undefined) writeFileSync(pageFile, benchmarksPage(report, relative(dirname(pageFile), curveFile)));
}

function chooseMethods(wanted: readonly string[] | undefined): Method[] {
  const names = registeredLearners.map(({ learner }) => learner.name);
  const kept = chosen('--methods', wanted, names);
  return registeredLearners
    .filter(({ learner }) => kept.includes(learner.name))
    .map(({ learner: { name, isRandom, usesAnomalies }, role, packages }) => {
      return { name, role, isRandom, usesAnomalies, code: codeKey(packages) };
    });
}

function chosen(option: string, wanted: readonly string[] | undefined, there: readonly string[]): readonly string[] {
  const unknown = wanted?.find((name) => !there.includes(name));
  if (unknown !== undefined) throw new UsageError(`${option}: '${unknown}' is not there; there are ${there.join(', ')}`);
  return wanted ?? there;
}
