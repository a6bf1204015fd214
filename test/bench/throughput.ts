// `npm run bench`: windows per second through the live path alone, and through a real Kafka and Redis beside a bare consumer
// of the same topic. One run, the three in turn, so that the ratios hold when the machine's speed drifts.
import { cpus } from 'node:os';
import { startServers } from '../servers/index.mjs';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { inProcessRate } from './in-process.ts';
import { openKafkaBench } from './kafka-rates.ts';

const devices = 100;
const recordsPerDevice = 250;
const rounds = 5;

const servers = await startServers();
try {
  for (const line of servers.lines) console.log(line);
  const { KAFKA_BROKERS: brokers, REDIS_URL: redis } = servers.env;
  console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}`);
  const records = telemetry(devices, recordsPerDevice);
  const bytes = records.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
  console.log(
    `${records.length} records of ${devices} devices, ${(bytes / 1e6).toFixed(0)} MB; windows of 1,024 samples, hop 512, 59 features; ${rounds} rounds after a warm-up\n`,
  );
  const kafka = brokers !== undefined && redis !== undefined ? await openKafkaBench(brokers.split(','), redis, records) : null;
  if (kafka === null) console.log('Kafka or Redis is not to be had: only the live path alone is measured');

  const rates: Record<string, number[]> = { inProcess: [], scorer: [], bare: [] };
  for (let round = 0; round <= rounds; round++) {
    const measured = {
      inProcess: await inProcessRate(records),
      scorer: await kafka?.scorerRate(),
      bare: await kafka?.bareRate(),
    };
    if (round === 0) continue;
    for (const [name, rate] of Object.entries(measured)) if (rate !== undefined) rates[name].push(rate);
  }
  console.log('                                             windows/s: median (min - max)');
  print('live path alone, in process', rates.inProcess);
  print('scorer on Kafka and Redis', rates.scorer);
  print('bare kafkajs + avsc consumer, records/s', rates.bare);
  if (rates.scorer.length > 0) {
    const ratio = (a: number[], b: number[]) => median(a.map((rate, i) => rate / b[i]));
    console.log(
      `\nscorer / live path alone: ${ratio(rates.scorer, rates.inProcess).toFixed(2)}   scorer / bare consumer: ${ratio(rates.scorer, rates.bare).toFixed(2)}`,
    );
  }
  await kafka?.close();
} finally {
  await servers.stop();
}

function print(name: string, rates: number[]): void {
  if (rates.length === 0) return;
  const whole = (rate: number) => Math.round(rate).toLocaleString('en');
  console.log(
    `${name.padEnd(44)} ${whole(median(rates)).padStart(8)} (${whole(Math.min(...rates))} - ${whole(Math.max(...rates))})`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
