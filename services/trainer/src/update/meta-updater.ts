// Meta-updates in a thread of their own, one at a time.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { BackendInfo, BackendWish } from '../backend.ts';
import type { WorkerMessage } from './meta-update.worker.ts';
import type { OnProgress, UpdateInput, UpdateResult } from './update-plan.ts';

export type MetaUpdater = {
  /** Starts the thread where none runs; rejects where no backend is usable. */
  backend(): Promise<BackendInfo>;
  /** As `metaUpdate`. Rejects where that throws, where the thread dies, or where another update is under way. */
  update(input: UpdateInput, onProgress?: OnProgress): Promise<UpdateResult>;
  /** Ends the thread; an update under way rejects. */
  close(): Promise<void>;
};

/** From src as from dist this is the built entry: Node does not run TypeScript. */
const builtEntry = new URL('../../dist/update/meta-update.worker.js', import.meta.url);

/** Nothing is started before it is needed; a thread that died, or whose backend did, is replaced by the next call. */
export function createMetaUpdater(wish: BackendWish, entry: URL = builtEntry): MetaUpdater {
  let thread: { worker: Worker; backend: Promise<BackendInfo> } | null = null;
  let isBusy = false;

  function start(): { worker: Worker; backend: Promise<BackendInfo> } {
    if (entry.protocol === 'file:' && !existsSync(entry))
      throw new Error(`${fileURLToPath(entry)} is missing; run npm run build`);
    // Without our own flags: conditions that make packages resolve to sources must not reach the thread.
    const worker = new Worker(entry, { workerData: wish, execArgv: [] });
    const backend = answer(worker, (message) => (message.kind === 'backend' ? message.backend : null));
    // Whoever waits for an answer hears of errors; without a listener of its own an idle thread would take us down with it.
    backend.catch(() => {});
    worker.on('error', () => {});
    const started = { worker, backend };
    worker.once('exit', () => {
      if (thread === started) thread = null;
    });
    return started;
  }

  /** Whoever asks next gets another thread. */
  function end(worker: Worker): void {
    thread = null;
    void worker.terminate();
  }

  return {
    backend: async () => (thread ??= start()).backend,
    async update(input, onProgress = () => {}) {
      if (isBusy) throw new Error(`class ${input.deviceClass}: another meta-update is under way; one at a time`);
      isBusy = true;
      try {
        const { worker, backend } = (thread ??= start());
        await backend;
        const result = answer(worker, (message) => {
          if (message.kind === 'step') onProgress(message.progress);
          if (message.kind === 'failed') {
            if (message.isLost) end(worker);
            throw new Error(message.message);
          }
          return message.kind === 'done' ? message.result : null;
        });
        worker.postMessage(input);
        return await result;
      } finally {
        isBusy = false;
      }
    },
    async close() {
      await thread?.worker.terminate();
    },
  };
}

/** Resolves with the first message that `pick` makes something of; rejects where it throws or the thread dies first. */
function answer<T>(worker: Worker, pick: (message: WorkerMessage) => T | null): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: WorkerMessage): void => {
      try {
        const picked = pick(message);
        if (picked !== null) settle(() => resolve(picked));
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onError = (error: unknown): void => settle(() => reject(error));
    const onExit = (code: number): void => settle(() => reject(new Error(`the meta-update thread ended with code ${code}`)));
    const settle = (finish: () => void): void => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      finish();
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
