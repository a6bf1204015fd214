// A worker in a thread of its own. The thread's program belongs to whoever composes the services: it brings the reader and the learners.
import { parentPort, Worker } from 'node:worker_threads';
import { localWorker, type EvaluationParts } from './do-task.ts';
import type { EvaluationWorker, SetResult, Task } from './task.ts';

type Answer = { kind: 'share'; share: number } | { kind: 'done'; result: SetResult | null } | { kind: 'failed'; message: string };

/** Starts a thread on `entry`, a program that calls `serveEvaluation`; it finds `data` as its `workerData`. One task at a time; a thread that dies fails its task. */
export function openThread(entry: URL, data: unknown = null): EvaluationWorker {
  // Without our own flags: conditions that make packages resolve to sources must not reach the thread.
  const worker = new Worker(entry, { execArgv: [], workerData: data });
  let dead: Error | null = null;
  worker.on('error', (error) => (dead = error instanceof Error ? error : new Error(String(error))));

  function ask(task: Task, onShare: (share: number) => void): Promise<SetResult | null> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void): void => {
        worker.off('message', onMessage).off('exit', onExit);
        finish();
      };
      const onMessage = (answer: Answer): void => {
        if (answer.kind === 'share') onShare(answer.share);
        else if (answer.kind === 'done') settle(() => resolve(answer.result));
        else settle(() => reject(new Error(answer.message)));
      };
      const onExit = (): void => settle(() => reject(dead ?? new Error('the evaluation thread ended')));
      worker.on('message', onMessage).on('exit', onExit);
      worker.postMessage(task);
    });
  }

  return {
    cut: async (task) => void (await ask(task, () => {})),
    judge: async (task, onShare) => (await ask(task, onShare)) ?? [],
    close: async () => void (await worker.terminate()),
  };
}

/** The whole program of such a thread. Throws where there is no thread around it. */
export function serveEvaluation(parts: EvaluationParts): void {
  const port = parentPort;
  if (port === null) throw new Error('serveEvaluation runs in a worker thread only');
  const say = (answer: Answer): void => port.postMessage(answer);
  const worker = localWorker(parts);
  const answer = async (task: Task): Promise<SetResult | null> => {
    if (task.kind === 'judge') return worker.judge(task, (share) => say({ kind: 'share', share }));
    await worker.cut(task);
    return null;
  };
  port.on('message', (task: Task) => {
    answer(task).then(
      (result) => say({ kind: 'done', result }),
      (error: unknown) => say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
    );
  });
}
