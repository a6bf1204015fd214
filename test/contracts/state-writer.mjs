// A thread of its own that races for orders 1..100 of one key. It runs the built package: Node 20 does not run TypeScript.
import { parentPort, workerData } from 'node:worker_threads';
import { createEmbeddedState } from '../../shared/state/dist/index.js';

const store = createEmbeddedState({ directory: workerData });
let won = 0;
for (let order = 1; order <= 100; order++) {
  const [isStored] = await store.putIfNewer([{ key: 'k', order, value: Uint8Array.of(order) }]);
  if (isStored) won++;
}
await store.close();
parentPort.postMessage(won);
