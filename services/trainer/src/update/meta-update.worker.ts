// Entry of the thread that meta-updates run in, so that whoever shares the process with them is never blocked.
import { parentPort, workerData } from 'node:worker_threads';
import { isWorking, selectBackend, type BackendInfo, type BackendWish } from '../backend.ts';
import { metaUpdate } from './meta-update.ts';
import type { UpdateInput, UpdateProgress, UpdateResult } from './update-plan.ts';

/** What the thread says, in the order of events. */
export type WorkerMessage =
  | { kind: 'backend'; backend: BackendInfo }
  | { kind: 'step'; progress: UpdateProgress }
  | { kind: 'done'; result: UpdateResult }
  /** `isLost`: the backend has stopped working, and so has this thread; another one may find a backend. */
  | { kind: 'failed'; message: string; isLost: boolean };

const port = parentPort;
if (port === null) throw new Error('meta-update.worker runs in a worker thread only');
const say = (message: WorkerMessage): void => port.postMessage(message);

const wish: BackendWish = workerData;
const backend = await selectBackend(wish.backend, wish.requireGpu);
const { engine, ...info } = backend;
say({ kind: 'backend', backend: info });
port.on('message', (input: UpdateInput) => {
  metaUpdate(input, backend, (progress) => say({ kind: 'step', progress })).then(
    (result) => say({ kind: 'done', result }),
    (error: unknown) => giveUp(error instanceof Error ? error.message : String(error)),
  );
});

async function giveUp(reason: string): Promise<void> {
  const isLost = !(await isWorking(engine));
  say({ kind: 'failed', message: isLost ? `${reason}; ${info.name} on ${info.deviceName} has stopped working` : reason, isLost });
}
