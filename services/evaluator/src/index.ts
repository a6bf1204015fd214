// Evaluation on recorded fleets: windows by the product's code, learners behind one interface, figures, report, curve.
export { otherBaselines, scratchLearners } from './baselines/index.ts';
export { ownWindows } from './fall-back/own-windows.ts';
export { defaultPlan, type EvaluationPlan } from './protocol/evaluation-plan.ts';
export { benchmarksPage } from './report/benchmarks-page.ts';
export { buildReport } from './report/build-report.ts';
export { curveSvg } from './report/curve-svg.ts';
export type { EvaluationReport } from './report/evaluation-report.ts';
export { localWorker, type EvaluationParts } from './runner/do-task.ts';
export {
  runEvaluation,
  type Evaluated,
  type EvaluationInput,
  type Failure,
  type Method,
  type Role,
} from './runner/run-evaluation.ts';
export type { EvaluationWorker } from './runner/task.ts';
export { openThread, serveEvaluation } from './runner/thread-worker.ts';
export { evaluationSetNames, evaluationSets, type EvaluationClass, type EvaluationSet } from './sets/evaluation-sets.ts';
export { fleetOf } from './protocol/cross-fit.ts';
export { cutOnce } from './windows/cut-once.ts';
export type { DeviceTable } from './windows/device-table.ts';
export { tableKey } from './windows/window-cache.ts';
export type { ClassInput, ReadRows, SourceDevice, SourceSet } from './source.ts';
export * from './suites/index.ts';
