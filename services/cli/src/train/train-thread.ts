// A thread that trains classes for `tocsin train`, one at a time.
import { Worker } from 'node:worker_threads';
import type { Trained, TrainTask } from './train-class.ts';
import type { TrainAnswer } from './train.worker.ts';

export type TrainThread = {
  /** Rejects where training fails and where the thread ends. */
  train(task: TrainTask, onProgress: (text: string) => void): Promise<Trained>;
  close(): Promise<void>;
};

/** From src as from dist this is the built entry: Node does not run TypeScript. */
const entry = new URL('../../dist/train/train.worker.js', import.meta.url);

export function openTrainThread(): TrainThread {
  // Without our own flags: conditions that make packages resolve to sources must not reach the thread.
  const worker = new Worker(entry, { execArgv: [] });
  let dead: Error | null = null;
  worker.on('error', (error) => (dead = error instanceof Error ? error : new Error(String(error))));
  return {
    train: (task, onProgress) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          worker.off('message', onMessage).off('exit', onExit);
          finish();
        };
        const onMessage = (answer: TrainAnswer): void => {
          if (answer.kind === 'progress') onProgress(answer.text);
          else if (answer.kind === 'done') settle(() => resolve(answer.trained));
          else settle(() => reject(new Error(answer.message)));
        };
        const onExit = (): void => settle(() => reject(dead ?? new Error('the training thread ended')));
        worker.on('message', onMessage).on('exit', onExit);
        worker.postMessage(task);
      }),
    close: async () => void (await worker.terminate()),
  };
}
