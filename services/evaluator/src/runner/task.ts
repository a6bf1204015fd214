// What is asked of an evaluation worker and what it answers. Everything here can be sent to a thread.
import type { ClassResult } from '../protocol/judge-class.ts';
import type { EvaluationPlan } from '../protocol/evaluation-plan.ts';
import type { EvaluationClass, EvaluationSet } from '../sets/evaluation-sets.ts';
import type { SourceDevice } from '../source.ts';

/** Cut one device and leave its windows in the cache. */
export type CutTask = {
  kind: 'cut';
  device: SourceDevice;
  of: Omit<EvaluationClass, 'devices'>;
  cacheDirectory: string;
};

/** Judge one method on all classes of one set; its devices are in the cache. */
export type JudgeTask = {
  kind: 'judge';
  set: EvaluationSet;
  method: string;
  seed: number;
  plan: EvaluationPlan;
  cacheDirectory: string;
};

export type Task = CutTask | JudgeTask;

/** Windows and events of one class that were there to judge and to learn from. */
export type ClassFacts = {
  name: string;
  d: number;
  samples: number;
  hop: number;
  rateHz: number;
  trainDevices: number;
  judgedDevices: number;
  judgedWindows: number;
  anomalousWindows: number;
  events: number;
};

export type SetResult = { facts: ClassFacts; result: ClassResult }[];

/** Does one task at a time; `onShare` hears how much of it is done. */
export type EvaluationWorker = {
  cut(task: CutTask): Promise<void>;
  judge(task: JudgeTask, onShare: (share: number) => void): Promise<SetResult>;
  close(): Promise<void>;
};
