// Trains every class of a folder of recorded data for `tocsin train`, in threads, and keeps the folder of models whole at all times.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { evaluationSets, tableKey, type EvaluationClass } from '@tocsin/evaluator';
import { checksumOf } from '@tocsin/models';
import type { LearnerChoice } from '@tocsin/schemas';
import { codeKey, trainingPackages } from '../evaluate/code-key.ts';
import { chosenSets, openSources } from '../evaluate/open-sources.ts';
import type { Screen } from '../terminal/screen.ts';
import { isIntact, readIndexIfThere, writeIndex, writeWhole, type IndexEntry } from './models-index.ts';
import type { Trained } from './train-class.ts';
import { openTrainThread, type TrainThread } from './train-thread.ts';

export type TrainRequest = {
  dataDirectory: string;
  modelsDirectory: string;
  /** All where left out. */
  sets: readonly string[] | undefined;
  learner: LearnerChoice;
  seed: number;
  workDirectory: string;
  threads: number;
  now(): number;
};

/** `entries` in the order of the sets; `failures` are lines for people. */
export type TrainOutcome = { entries: IndexEntry[]; kept: number; failures: string[] };

type Job = { dataSet: string; of: EvaluationClass; key: string };

/**
 * Writes `<class>.tcsb` per class and `models.json` after each, so that a run that was stopped goes on. A class whose bundle is there
 * for the same data, settings and code is kept. Throws a `UsageError` on unknown sets, a `FleetError` on data that cannot be opened.
 */
export async function trainFleets(request: TrainRequest, screen: Screen, signal: AbortSignal): Promise<TrainOutcome> {
  const { modelsDirectory } = request;
  const { sources, broken } = openSources(request.dataDirectory);
  const sets = evaluationSets(sources, chosenSets(sources, request.sets));
  const jobs = jobsOf(sets, request);
  const unopened = broken.filter(({ dataSet }) => sets.some((set) => set.dataSet === dataSet));
  const outcome: TrainOutcome = {
    entries: [],
    kept: 0,
    failures: unopened.map(({ dataSet, device, message }) => `${dataSet}, ${device}: ${message}`),
  };
  const known = new Map(readIndexIfThere(modelsDirectory).classes.map((entry) => [entry.deviceClass, entry]));
  const isKept = ({ key, of }: Job): boolean => {
    const entry = known.get(of.deviceClass.name);
    return entry?.key === key && isIntact(modelsDirectory, entry);
  };
  const queue = jobs.filter((job) => !isKept(job));
  outcome.kept = jobs.length - queue.length;
  const total = jobs.length;
  let done = outcome.kept;

  async function trainOne(thread: TrainThread, job: Job): Promise<void> {
    const { deviceClass } = job.of;
    const startedMs = request.now();
    const previous = known.get(deviceClass.name);
    const version = (previous?.version ?? 0) + 1;
    const { learner, seed, workDirectory } = request;
    const task = { of: job.of, learner, seed, version, createdAtMs: startedMs, cacheDirectory: join(workDirectory, 'windows') };
    const trained = await thread.train(task, (text) => {
      screen.progress(done / total, `${done} of ${total}: ${deviceClass.name}, ${text}`);
    });
    if (signal.aborted) return;
    const entry = entryOf(job, trained, version, (request.now() - startedMs) / 1000);
    if (entry.file !== null && trained.bytes !== null) writeWhole(join(modelsDirectory, entry.file), trained.bytes);
    known.set(deviceClass.name, entry);
    const classes = [...known.values()].toSorted((one, two) => (one.deviceClass < two.deviceClass ? -1 : 1));
    writeIndex(modelsDirectory, { kind: 'tocsin-models', version: 1, classes });
  }

  await inThreads(request.threads, queue, signal, async (thread, job) => {
    const { name } = job.of.deviceClass;
    try {
      screen.progress(done / total, `${done} of ${total}: ${name}`);
      await trainOne(thread, job);
    } catch (error) {
      // Threads that were closed on the signal take their class with them.
      if (!signal.aborted) outcome.failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    screen.progress(++done / total, `${done} of ${total}: ${name}`);
  });
  screen.done();
  outcome.entries = jobs.flatMap(({ of, key }) => {
    const entry = known.get(of.deviceClass.name);
    return entry?.key === key ? [entry] : [];
  });
  for (const { deviceClass, broken: left } of outcome.entries)
    for (const { device, message } of left) outcome.failures.push(`${deviceClass}, ${device}: ${message}`);
  return outcome;
}

/** Classes with a device to learn from. */
function jobsOf(sets: ReturnType<typeof evaluationSets>, { learner, seed }: TrainRequest): Job[] {
  const code = codeKey(trainingPackages);
  return sets.flatMap(({ dataSet, classes }) =>
    classes.flatMap((of): Job[] => {
      const devices = of.devices.filter(({ split }) => split === 'meta-train');
      if (devices.length === 0) return [];
      const facts = [code, learner, seed, of.deviceClass, of.spec.hash, devices.map((device) => tableKey(device, of))];
      return [{ dataSet, of, key: createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 24) }];
    }),
  );
}

function entryOf({ dataSet, of, key }: Job, trained: Trained, version: number, seconds: number): IndexEntry {
  const { bytes, ...facts } = trained;
  const deviceClass = of.deviceClass.name;
  const file = bytes === null ? null : `${encodeURIComponent(deviceClass)}.tcsb`;
  const checksum = bytes === null ? '' : checksumOf(bytes);
  const specHash = of.spec.hash;
  return { ...facts, deviceClass, dataSet, file, checksum, specHash, version, seconds, key };
}

/** Every thread takes the next job as soon as it is free; a signal closes them where they are. */
async function inThreads<T>(
  count: number,
  jobs: readonly T[],
  signal: AbortSignal,
  work: (thread: TrainThread, job: T) => Promise<void>,
): Promise<void> {
  const queue = [...jobs];
  const threads = Array.from({ length: Math.min(count, queue.length) }, openTrainThread);
  const close = (): Promise<unknown> => Promise.all(threads.map((thread) => thread.close()));
  signal.addEventListener('abort', () => void close(), { once: true });
  try {
    await Promise.all(
      threads.map(async (thread) => {
        for (let job = queue.shift(); job !== undefined && !signal.aborted; job = queue.shift()) await work(thread, job);
      }),
    );
  } finally {
    await close();
  }
}
