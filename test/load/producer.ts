// A process that writes a plan's records to a log at the pace that the plan asks for. Started by `startProducer`.
import { setTimeout as sleep } from 'node:timers/promises';
import { openLoadLog, type LoadLog } from './load-log.ts';
import { roundsOf, type LoadPlan } from './load-plan.ts';

const batchRecords = 1000;

const { log, plan }: { log: LoadLog; plan: LoadPlan } = JSON.parse(process.argv[2]);
const transport = openLoadLog(log);
const writer = transport.writer();
const startedMs = performance.now();
let [sent, waiting] = [0, [] as Parameters<typeof writer.send>[0][number][]];

for (const records of roundsOf(plan)) {
  for (const record of records) {
    waiting.push(record);
    if (waiting.length >= batchRecords) await flush();
  }
  if (plan.perSecond !== null && plan.perSecond < 20 * batchRecords) await flush();
}
await flush();
await transport.close();
process.send?.({ sent, seconds: (performance.now() - startedMs) / 1000 });
process.disconnect();

async function flush(): Promise<void> {
  if (waiting.length === 0) return;
  await writer.send(waiting);
  sent += waiting.length;
  waiting = [];
  if (plan.perSecond === null) return;
  const aheadMs = (1000 * sent) / plan.perSecond - (performance.now() - startedMs);
  if (aheadMs > 1) await sleep(aheadMs);
}
