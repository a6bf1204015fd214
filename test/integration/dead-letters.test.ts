// From refusal to window: a scorer refuses what its configuration does not know, the configuration is mended, and the records are
// sent again. The built program in processes of its own, on the embedded log and on a real Kafka and Redis.
//
//   telemetry   pump-0, 24 records of a class that is missing, one of them followed by rubbish
//   refused     24 unknown_class, 1 broken_avro
//   mended      the class is there: 24 are sent again, 1 stays; every window of pump-0 appears, none twice
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeScoredWindow, type ScoredWindow } from '@tocsin/schemas';
import { createEmbeddedTransport, createKafkaTransport, type Transport } from '@tocsin/transport';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { expectedWindows, judge } from '../pipeline/window-oracle.ts';
import { runCommand, startCommand, type RunningCommand } from './command.ts';

const { KAFKA_BROKERS: brokers, REDIS_URL: redis } = process.env;
const missing = brokers === undefined || redis === undefined;
const why = missing ? ' (skipped: KAFKA_BROKERS or REDIS_URL not set)' : '';
const run = `dlq-${process.pid}-${Date.now()}`;
const directory = mkdtempSync(join(tmpdir(), 'tocsin-dlq-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const left: RunningCommand[] = [];
afterEach(async () => {
  for (const command of left.splice(0)) await command.end('SIGKILL');
});

const unwell = '{ fan: { channels: [x], rateHz: 100 } }';
const mended = '{ fan: { channels: [x], rateHz: 100 }, pump: { channels: [x], rateHz: 4096 } }';

type Place = { name: string; settings: string[]; open(): Transport };

const embedded: Place = {
  name: 'the embedded log',
  settings: [
    `transport: { kind: embedded, directory: ${join(directory, 'log')} }`,
    `state: { kind: embedded, directory: ${join(directory, 'state')} }`,
  ],
  open: () => createEmbeddedTransport({ directory: join(directory, 'log') }),
};
const servers: Place = {
  name: 'a real Kafka and a real Redis',
  settings: [
    `transport: { kind: kafka, brokers: [${brokers ?? ''}] }`,
    `state: { kind: redis, url: '${redis ?? ''}', keyPrefix: '${run}:' }`,
  ],
  open: () => createKafkaTransport({ brokers: (brokers ?? '').split(',') }),
};

describe('dead letters on the embedded log', () => {
  refusedAndRedriven(embedded);
});
describe.skipIf(missing)(`dead letters on a real Kafka and a real Redis${why}`, () => {
  refusedAndRedriven(servers);
});

function refusedAndRedriven({ name, settings, open }: Place): void {
  test(`what was refused on ${name} becomes windows once the configuration is mended`, async () => {
    const transport = open();
    const config = join(directory, `${name.replaceAll(' ', '-')}.yaml`);
    const topics = ['windows', 'alerts', 'labels', 'models', 'deadLetter'].map((topic) => `${topic}: ${run}.${topic}`);
    const configure = (classes: string) =>
      writeFileSync(
        config,
        [
          ...settings,
          `topics: { telemetry: [${run}.telemetry], ${topics.join(', ')}, partitions: 2 }`,
          `scorer: { groupId: ${run}, httpPort: 0, commitEveryMs: 50 }`,
          `classes: ${classes}`,
        ].join('\n'),
      );
    const dlq = (...argv: string[]) => runCommand(['dlq', ...argv, '--config', config], { cwd: directory });
    const startScorer = async (): Promise<RunningCommand> => {
      const scorer = startCommand(['scorer', '--config', config], { cwd: directory });
      left.push(scorer);
      await scorer.until('scorer reads');
      return scorer;
    };

    configure(unwell);
    const first = await startScorer();
    const records = telemetry(1, 24, { topic: `${run}.telemetry` });
    const rubbish = { topic: `${run}.telemetry`, key: 'pump-0', value: Uint8Array.of(255, 255, 255), headers: { trace: 'abc' } };
    const writer = transport.writer();
    await writer.send([...records.slice(0, 5), rubbish, ...records.slice(5)]);

    const counts = await until(async () => {
      const { stdout } = await dlq('list', '--json');
      const last = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as { total?: number };
      return last.total === 25 ? last : null;
    });
    expect(counts).toMatchObject({ byReason: { unknown_class: 24, broken_avro: 1 }, redriven: 0, unreadable: 0 });
    const [, id] = /"deadLetter":"([^"]+)"/.exec(first.output()) ?? [];
    const before = await dlq('show', id ?? 'none');
    expect(before.stdout, before.stderr).toContain(
      "now       still refused as unknown_class: deviceClass is 'pump'; expected one of fan",
    );
    expect((await dlq('redrive', '--all')).stdout).toContain('25 dead letters chosen: 0 sent again, 0 sent before, 25 left');
    expect(await first.end('SIGTERM')).toBe(0);

    configure(mended);
    const second = await startScorer();
    expect((await dlq('show', id ?? 'none')).stdout).toContain(
      'now       decodes with this configuration: would be taken, and in time',
    );
    const sent = await dlq('redrive', '--all');
    expect(sent.stdout, sent.stderr).toContain('25 dead letters chosen: 24 sent again, 0 sent before, 1 left');
    expect(sent.stdout).toContain('broken_avro, e.g.');

    const expected = expectedWindows(records);
    expect(expected.size).toBeGreaterThan(10);
    const windows = await until(async () => {
      const found = await readWindows(transport);
      return found.length >= expected.size ? found : null;
    });
    expect(judge(expected, windows)).toEqual({ lost: 0, wrong: 0, conflicting: 0, repeated: 0 });

    const again = await dlq('redrive', '--all');
    expect(again.stdout, again.stderr).toContain('0 sent again, 24 sent before, 1 left');
    const late = await until(async () => {
      const { stdout } = await dlq('redrive', '--reason', 'unknown_class', '--force', '--dry-run');
      return stdout.includes('are too late') ? stdout : null;
    });
    expect(late).toContain('24 would be sent again');
    expect((await dlq('list')).stdout).toContain('25 dead letters, 24 of them sent again');
    expect(await second.end('SIGTERM')).toBe(0);
    await transport.close();
  }, 120_000);
}

/** What `look` finds, once it finds something. */
async function until<T>(look: () => Promise<T | null>): Promise<T> {
  for (const end = Date.now() + 40_000; ; await sleep(100)) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error('not within 40 s');
  }
}

let readers = 0;

async function readWindows(transport: Transport): Promise<ScoredWindow[]> {
  const topic = `${run}.windows`;
  const info = await transport.admin().describe(topic);
  let waiting = info!.partitions.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
  const found: ScoredWindow[] = [];
  if (waiting === 0) return found;
  const reader = transport.reader({ groupId: `${run}-look-${++readers}`, topics: [topic] });
  await new Promise<void>((resolve, reject) => {
    const take = async ({ records }: { records: readonly { value: Uint8Array | null }[] }) => {
      for (const { value } of records) found.push(decodeScoredWindow(value!));
      waiting -= records.length;
      if (waiting <= 0) resolve();
    };
    reader.run(take).catch(reject);
  });
  await reader.stop();
  return found;
}
