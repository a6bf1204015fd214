// Entry of the threads of `tocsin train`: one class at a time.
import { parentPort } from 'node:worker_threads';
import { trainClass, type Trained, type TrainTask } from './train-class.ts';

export type TrainAnswer =
  | { kind: 'progress'; text: string }
  | { kind: 'done'; trained: Trained }
  | { kind: 'failed'; message: string };

parentPort?.on('message', (task: TrainTask) => {
  const say = (answer: TrainAnswer): void => parentPort?.postMessage(answer);
  trainClass(task, (text) => say({ kind: 'progress', text })).then(
    (trained) => say({ kind: 'done', trained }),
    (error: unknown) => say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});
