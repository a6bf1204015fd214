// Plans the tasks of an evaluation, shares them among workers and collects what they find.
import type { EvaluationPlan } from '../protocol/evaluation-plan.ts';
import type { EvaluationSet } from '../sets/evaluation-sets.ts';
import type { SourceDevice } from '../source.ts';
import { trimCache } from '../windows/window-cache.ts';
import { readResult, resultKey, writeResult } from './results-folder.ts';
import type { CutTask, EvaluationWorker, JudgeTask, SetResult } from './task.ts';

/** A bar is the best of the `scratch` methods; a `baseline` is shown and compared with nothing; a `learner` is compared with the bar. */
export type Role = 'scratch' | 'baseline' | 'learner';

/** What must be known of a method here; the learner itself lives with the workers. `code` changes whenever its scores may. */
export type Method = { name: string; role: Role; isRandom: boolean; usesAnomalies: boolean; code: string };

export type Outcome = { set: string; method: string; seed: number; result: SetResult };
/** `device`: it could not be read and is left out; `method`: it threw; neither: nothing of the set could be judged. */
export type Failure = { set: string; method: string | null; device?: string; message: string };
export type Evaluated = { outcomes: Outcome[]; failures: Failure[] };

export type EvaluationInput = {
  sets: readonly EvaluationSet[];
  methods: readonly Method[];
  plan: EvaluationPlan;
  workers: readonly EvaluationWorker[];
  cacheDirectory: string;
  cacheBytesMax: number;
  resultsDirectory: string;
  /** `share` of the tasks that are done, and what is being done. */
  onProgress(share: number, text: string): void;
  signal: AbortSignal;
};

/**
 * Cuts all devices, then judges every method on every set with every seed it needs; results of earlier runs are taken over. Devices whose
 * rows cannot be read and methods that throw become failures, and the rest goes on. Ends early, with what it has, on `signal`.
 */
export async function runEvaluation(input: EvaluationInput): Promise<Evaluated> {
  const evaluated: Evaluated = { outcomes: [], failures: [] };
  trimCache(input.cacheDirectory, input.cacheBytesMax);
  const readable = await cutSets(input, evaluated.failures);
  const tasks = readable.flatMap((set) => judgeTasks(set, input));
  const total = tasks.length;
  const shares = new Map<JudgeTask, number>();
  let done = 0;
  const report = (text: string): void => {
    const running = [...shares.values()].reduce((sum, share) => sum + share, 0);
    input.onProgress((done + running) / Math.max(1, total), `${done} of ${total}: ${text}`);
  };
  await shareAmong(input, tasks, async (worker, task) => {
    const text = `${task.set.name}, ${task.method}${task.seed > 1 ? `, seed ${task.seed}` : ''}`;
    const key = resultKey(task, codeOf(input.methods, task.method));
    try {
      let result = readResult(input.resultsDirectory, task, key);
      if (result === null) {
        report(text);
        result = await worker.judge(task, (share) => {
          shares.set(task, share);
          report(text);
        });
        writeResult(input.resultsDirectory, task, key, result);
      }
      evaluated.outcomes.push({ set: task.set.name, method: task.method, seed: task.seed, result });
    } catch (error) {
      // Threads that were closed on the signal take their task with them.
      if (!input.signal.aborted) evaluated.failures.push({ set: task.set.name, method: task.method, message: messageOf(error) });
    }
    shares.delete(task);
    done++;
    report(text);
  });
  return evaluated;
}

/** The sets without the devices that could not be cut, and without sets of which no device is left to judge. */
async function cutSets(input: EvaluationInput, failures: Failure[]): Promise<EvaluationSet[]> {
  const { sets, plan, cacheDirectory, onProgress } = input;
  const tasks = sets.flatMap((set) =>
    set.classes.flatMap(({ devices, ...of }) =>
      devices
        .filter(({ split }) => split === 'meta-train' || split === plan.split)
        .map((device): { set: string; task: CutTask } => ({ set: set.name, task: { kind: 'cut', device, of, cacheDirectory } })),
    ),
  );
  const broken = new Set<SourceDevice>();
  let done = 0;
  await shareAmong(input, tasks, async (worker, { set, task }) => {
    try {
      await worker.cut(task);
    } catch (error) {
      if (input.signal.aborted) return;
      broken.add(task.device);
      failures.push({ set, method: null, device: task.device.id, message: messageOf(error) });
    }
    onProgress(++done / tasks.length, `windows of ${set}: ${task.device.id}`);
  });
  const cut = sets.map((set) => ({
    ...set,
    classes: set.classes.map((of) => ({ ...of, devices: of.devices.filter((device) => !broken.has(device)) })),
  }));
  const isJudged = ({ classes }: EvaluationSet): boolean =>
    classes.some(({ devices }) => devices.some(({ split }) => split === plan.split));
  const judged = cut.filter(isJudged);
  // Of several sets one may be for training alone; where none has anything to judge, somebody asked for the wrong split.
  sets.forEach((set, i) => {
    if (isJudged(cut[i]) || (judged.length > 0 && !isJudged(set))) return;
    failures.push({ set: set.name, method: null, message: nothingToJudge(set, plan) });
  });
  return judged;
}

function nothingToJudge({ classes }: EvaluationSet, { split }: EvaluationPlan): string {
  const there = new Set(classes.flatMap(({ devices }) => devices.map((device) => device.split)));
  if (there.has(split)) return `no ${split} device could be read; see the errors of its devices`;
  return `no device has the split ${split}; there are ${[...there].join(', ')}: choose with --split`;
}

/** One task per method and seed. */
function judgeTasks(set: EvaluationSet, { methods, plan, cacheDirectory }: EvaluationInput): JudgeTask[] {
  return methods.flatMap(({ name, isRandom }) => {
    const seeds = isRandom || plan.support === 'random' ? plan.seeds : 1;
    return Array.from({ length: seeds }, (_, i): JudgeTask => {
      return { kind: 'judge', set, method: name, seed: i + 1, plan, cacheDirectory };
    });
  });
}

/** Every worker takes the next task as soon as it is free. */
async function shareAmong<T>(
  { workers, signal }: Pick<EvaluationInput, 'workers' | 'signal'>,
  tasks: readonly T[],
  work: (worker: EvaluationWorker, task: T) => Promise<void>,
): Promise<void> {
  const queue = [...tasks];
  await Promise.all(
    workers.map(async (worker) => {
      for (let task = queue.shift(); task !== undefined && !signal.aborted; task = queue.shift()) await work(worker, task);
    }),
  );
}

function codeOf(methods: readonly Method[], wanted: string): string {
  return methods.find(({ name }) => name === wanted)?.code ?? '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
