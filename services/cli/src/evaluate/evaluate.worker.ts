// Entry of the threads of `tocsin evaluate`.
import { workerData } from 'node:worker_threads';
import { serveEvaluation } from '@tocsin/evaluator';
import { readDevice } from '@tocsin/simulator';
import type { WorkerData } from './evaluate-fleets.ts';
import { learnersFor } from './learners.ts';

const { modelsDirectory } = workerData as WorkerData;
serveEvaluation({
  readRows: (device) => readDevice(device),
  learners: learnersFor(modelsDirectory).map(({ learner }) => learner),
});
