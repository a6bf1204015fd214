// The line as it runs in a plant: simulator -> Kafka -> scorers -> topics, a trainer publishing, scorers adopting, each a
// process of its own on a real Kafka and a real Redis; one scorer is killed in the middle.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadConfig } from '@tocsin/config';
import {
  decodeAlert,
  decodeDeadLetter,
  decodeModelAnnouncement,
  decodeScoredWindow,
  decodeTelemetry,
  type Alert,
} from '@tocsin/schemas';
import { createKafkaTransport, type LogRecord, type Transport } from '@tocsin/transport';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectedWindows, judge } from '../pipeline/window-oracle.ts';
import { labelSets, metric, startService, type ServiceProcess } from './service-process.ts';

const { KAFKA_BROKERS: brokers, REDIS_URL: redis } = process.env;
const missing = [brokers === undefined ? 'KAFKA_BROKERS' : '', redis === undefined ? 'REDIS_URL' : ''].filter(
  (name) => name !== '',
);
const why = missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} not set)`;

const run = `it-${process.pid}-${Date.now()}`;
const folder = mkdtempSync(join(tmpdir(), 'tocsin-it-'));
const truthFile = join(folder, 'truth.jsonl');
const configFile = join(folder, 'tocsin.yaml');
const topics = {
  telemetry: [`${run}.telemetry`],
  windows: `${run}.windows`,
  alerts: `${run}.alerts`,
  labels: `${run}.labels`,
  models: `${run}.models`,
  deadLetter: `${run}.dead-letter`,
  partitions: 4,
};
const deviceClass = `${run}-pump`;
const settings = {
  topics,
  // The simulator's devices have the same names in every run, and belong to the partition that they were met in.
  state: { keyPrefix: `${run}:` },
  classes: {
    [deviceClass]: { channels: ['drive-end', 'free-end'], rateHz: 2048, features: { wavelet: false, envelope: false } },
  },
  scorer: { groupId: `${run}-scorer` },
  trainer: {
    groupId: `${run}-trainer`,
    store: { directory: join(folder, 'episodes') },
    everyMs: 500,
    minWindows: 24,
    minNewWindows: 200,
    metaSteps: 20,
  },
  simulator: {
    devices: 6,
    deviceClass,
    speed: 8,
    // Time for two of the six to try version 2 before any of them breaks, a takeover in between included.
    healthyS: 480,
    // Machines that are broken half of the time would teach a bundle that finds nothing, which the shadow refuses.
    faultEveryS: 240,
    faultLastS: 30,
    truthFile,
    disturb: { duplicate: 0.02, outOfOrder: 0.02, notFinite: 0.01 },
  },
};

describe.skipIf(missing.length > 0)(`processes on a real Kafka and a real Redis${why}`, () => {
  const started: ServiceProcess[] = [];
  let transport: Transport;

  beforeAll(() => {
    writeFileSync(configFile, JSON.stringify(settings));
    transport = createKafkaTransport({ brokers: brokers!.split(',') });
  });
  afterEach(async () => {
    await Promise.all(started.map((service) => service.end('SIGKILL')));
  });
  afterAll(async () => {
    await transport.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(name: Parameters<typeof startService>[0]): Promise<ServiceProcess> {
    const service = startService(name, configFile, await freePort(), {});
    started.push(service);
    return service;
  }

  /** Waits for something to become true of the world; a service that ended meanwhile fails the test with its output. */
  async function until(what: string, isTrue: () => Promise<boolean>, limitMs = 60_000): Promise<void> {
    for (const end = Date.now() + limitMs; !(await isTrue()); await sleep(200)) {
      if (Date.now() > end || started.some((service) => service.hasFailed()))
        throw new Error(
          `${what}: not within ${limitMs} ms\n${started.map((service) => service.output().slice(-3000)).join('\n---\n')}`,
        );
    }
  }

  test('telemetry becomes alerts, two initialisations are adopted, and a killed scorer costs nothing', async () => {
    const first = await start('scorer');
    await until('the first scorer is ready', async () => (await fetch(`${first.url}/readyz`).catch(() => null))?.status === 200);
    const trainer = await start('trainer');
    const simulator = await start('simulator');
    await until('version 1 is adopted', async () => (await metric(first, 'tocsin_initialisation_version')) >= 1);
    await until('devices are scored', async () => (await metric(first, 'tocsin_windows_total', 'outcome="scored"')) > 50);

    const second = await start('scorer');
    await until('the second scorer has joined', async () => (await metric(second, 'tocsin_records_total')) > 0);
    expect(await first.end('SIGKILL')).toBe('SIGKILL');
    await until(
      'version 2 is adopted by a scorer that was running',
      async () => (await metric(second, 'tocsin_initialisation_version')) >= 2,
      90_000,
    );
    await until('an alert is raised', async () => (await metric(second, 'tocsin_alerts_total', 'state="opened"')) > 0, 90_000);
    await sleep(2000);
    expect(await simulator.end('SIGTERM')).toBe(0);
    await until(
      'the second scorer has every partition',
      async () => (await labelSets(second, 'tocsin_lag_records')) === topics.partitions,
    );
    await until('everything is scored', async () => (await metric(second, 'tocsin_lag_records')) === 0);
    await sleep(1000);
    expect(await trainer.end('SIGTERM')).toBe(0);
    expect(await second.end('SIGTERM')).toBe(0);

    const telemetry = await readAll(transport, topics.telemetry[0]);
    const windows = (await readAll(transport, topics.windows)).map(({ value }) => decodeScoredWindow(value!));
    const expected = expectedWindows(
      telemetry.filter(isUsable),
      loadConfig({ file: JSON.stringify(settings), env: {} }).classes[deviceClass],
    );
    const verdict = judge(expected, windows);
    expect(verdict).toMatchObject({ lost: 0, wrong: 0 });
    expect(windows.length).toBeGreaterThan(300);
    const refused = telemetry.length - telemetry.filter(isUsable).length;
    expect(refused).toBeGreaterThan(0);
    expect(new Set((await readAll(transport, topics.deadLetter)).map(({ value }) => decodeDeadLetter(value!).id)).size).toBe(
      refused,
    );

    // A bundle that was tried leaves an empty record, by which the topic forgets that it was.
    const said = (await readAll(transport, topics.models)).flatMap(({ value }) => (value === null ? [] : [value]));
    const versions = said.map((value) => decodeModelAnnouncement(value).version);
    expect([...new Set(versions)].slice(0, 2)).toEqual([1, 2]);
    const alerts = (await readAll(transport, topics.alerts)).map(({ value }) => decodeAlert(value!));
    expect(trueAlerts(alerts).length).toBeGreaterThan(0);
  }, 280_000);
});

/** Records without a NaN sample: what the scorer must not refuse. */
function isUsable({ value }: LogRecord): boolean {
  return decodeTelemetry(value!).samples.every(Number.isFinite);
}

/** Opened alerts on a device and in a time in which the simulator says that something was wrong. */
function trueAlerts(alerts: readonly Alert[]): Alert[] {
  const faults = readFileSync(truthFile, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"type":"fault"'))
    .map((line) => JSON.parse(line) as { deviceId: string; startMs: number; endMs: number });
  return alerts.filter(
    ({ state, deviceId, startMs, endMs }) =>
      state === 'opened' && faults.some((fault) => fault.deviceId === deviceId && endMs > fault.startMs && startMs < fault.endMs),
  );
}

let readers = 0;

/** Everything that lies in a topic now, partition by partition. */
async function readAll(transport: Transport, topic: string): Promise<LogRecord[]> {
  const info = await transport.admin().describe(topic);
  let left = info!.partitions.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
  const found: LogRecord[] = [];
  if (left === 0) return found;
  const reader = transport.reader({ groupId: `${run}-reader-${++readers}`, topics: [topic] });
  await new Promise<void>((resolve, reject) => {
    const onBatch = async ({ records }: { records: readonly LogRecord[] }) => {
      found.push(...records);
      left -= records.length;
      if (left <= 0) resolve();
    };
    reader.run(onBatch).catch(reject);
  });
  await reader.stop();
  return found.toSorted((a, b) => a.partition - b.partition || a.offset - b.offset);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
