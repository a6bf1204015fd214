// Runs an evaluation for `tocsin evaluate` and writes what came of it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import {
  benchmarksPage,
  buildReport,
  curveSvg,
  evaluationSets,
  openThread,
  runEvaluation,
  type EvaluationPlan,
  type EvaluationReport,
  type Failure,
  type Method,
} from '@tocsin/evaluator';
import { checksumOf } from '@tocsin/models';
import type { Screen } from '../terminal/screen.ts';
import { codeKey } from './code-key.ts';
import { learnersFor } from './learners.ts';
import { chosen, chosenSets, openSources } from './open-sources.ts';

export type EvaluateRequest = {
  dataDirectory: string;
  /** All where left out. */
  sets: readonly string[] | undefined;
  methods: readonly string[] | undefined;
  /** Trained models: with them nothing is fitted anew. */
  modelsDirectory: string | undefined;
  plan: EvaluationPlan;
  outFile: string;
  pageFile: string | undefined;
  /** A sentence for the page. */
  note: string | undefined;
  /** Where windows and results are kept between runs. */
  workDirectory: string;
  threads: number;
};

/** What the threads must know. */
export type WorkerData = { modelsDirectory: string | null };

const cacheBytesMax = 4e9;
/** From src as from dist this is the built entry: Node does not run TypeScript. */
const workerEntry = new URL('../../dist/evaluate/evaluate.worker.js', import.meta.url);

/** Throws a `UsageError` on names that are not there, a `FleetError` or `ModelsError` on data or models that cannot be opened. */
export async function evaluateFleets(request: EvaluateRequest, screen: Screen, signal: AbortSignal): Promise<EvaluationReport> {
  const { sources, broken } = openSources(request.dataDirectory);
  const sets = evaluationSets(sources, chosenSets(sources, request.sets));
  const methods = chooseMethods(request);
  const data: WorkerData = { modelsDirectory: request.modelsDirectory ?? null };
  const workers = Array.from({ length: request.threads }, () => openThread(workerEntry, data));
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
    const unopened = broken
      .filter(({ dataSet }) => sets.some((set) => set.dataSet === dataSet))
      .map(({ dataSet, device, message }): Failure => ({ set: dataSet, method: null, device, message }));
    const failures = [...unopened, ...evaluated.failures];
    const report = buildReport({ ...evaluated, failures }, request.plan, sets, methods, request.note);
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

function chooseMethods({ methods, modelsDirectory }: EvaluateRequest): Method[] {
  const there = learnersFor(modelsDirectory ?? null);
  const models = modelsDirectory === undefined ? '' : checksumOf(readFileSync(join(modelsDirectory, 'models.json')));
  const names = there.map(({ learner }) => learner.name);
  const kept = chosen('--methods', methods, names);
  return there
    .filter(({ learner }) => kept.includes(learner.name))
    .map(({ learner: { name, isRandom, usesAnomalies }, role, packages }) => {
      const code = `${codeKey(packages)}${role === 'learner' ? models : ''}`;
      return { name, role, isRandom, usesAnomalies, code };
    });
}
