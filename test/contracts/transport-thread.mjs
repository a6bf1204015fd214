// A thread of its own on an embedded log: sends records 0..count-1 to a topic, or reads it as a group until told to end.
// It runs the built package: Node 20 does not run TypeScript.
import { parentPort, workerData } from 'node:worker_threads';
import { createEmbeddedTransport } from '../../shared/transport/dist/index.js';

const { directory, topic, count, groupId } = workerData;
const transport = createEmbeddedTransport({ directory });
if (count !== undefined) {
  const writer = transport.writer();
  for (let n = 0; n < count; n++) await writer.send([{ topic, key: 'k', value: Buffer.from(`${n}`) }]);
  await transport.close();
} else {
  await transport.reader({ groupId, topics: [topic] }).run(async () => undefined);
  parentPort.postMessage('reads');
  // Ended from outside, without a chance to say goodbye.
  setInterval(() => undefined, 1_000);
}
