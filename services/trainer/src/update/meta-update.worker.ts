// Entry of the thread that meta-updates run in, so that whoever shares the process with them is never blocked.
import { parentPort, workerData } from 'node:worker_threads';
import { selectBackend, type Backend, type BackendName } from '../backend.ts';
import { metaUpdate } from './meta-update.ts';
import type { UpdateInput, UpdateProgress, UpdateResult } from './update-plan.ts';

/** What the thread says, in the order of events. */
export type WorkerMessage =
  | { kind: 'backend'; backend: Backend }
  | { kind: 'step'; progress: UpdateProgress }
  | { kind: 'done'; result: UpdateResult }
  | { kind: 'failed'; message: string };

const port = parentPort;
if (port === null) throw new Error('meta-update.worker runs in a worker thread only');
const say = (message: WorkerMessage): void => port.postMessage(message);

const wanted: 'auto' | BackendName = workerData.backend;
const backend = await selectBackend(wanted);
say({ kind: 'backend', backend });
port.on('message', (input: UpdateInput) => {
  metaUpdate(input, backend, (progress) => say({ kind: 'step', progress })).then(
    (result) => say({ kind: 'done', result }),
    (error: unknown) => say({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
  );
});
