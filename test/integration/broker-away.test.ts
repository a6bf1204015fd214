// A scorer process, and a broker of its own that is not there: when it starts, and when it is asked to stop.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeTelemetry } from '@tocsin/schemas';
import { createKafkaTransport } from '@tocsin/transport';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectSoon } from '../contracts/transport-room.ts';
import { type KafkaServer, startKafka } from '../servers/kafka.mjs';
import { freePorts } from '../servers/loopback.mjs';
import { metric, startService } from './service-process.ts';

const skipped = process.env.KAFKA_BROKERS === undefined;
const [deviceClass, rateHz] = ['press', 64];

describe.skipIf(skipped)(`a broker that is away${skipped ? ' (skipped: KAFKA_BROKERS is not set)' : ''}`, () => {
  let kafka: KafkaServer;
  let folder: string;
  let configFile: string;
  beforeAll(async () => {
    kafka = await startKafka();
    folder = mkdtempSync(join(tmpdir(), 'tocsin-away-'));
    configFile = join(folder, 'tocsin.yaml');
    writeFileSync(
      configFile,
      JSON.stringify({
        transport: { kind: 'kafka', brokers: [kafka.brokers] },
        state: { kind: 'embedded', directory: join(folder, 'state') },
        topics: { partitions: 1 },
        classes: { [deviceClass]: { channels: ['force'], rateHz, window: { samples: 16, hop: 16 } } },
      }),
    );
  }, 60_000);
  afterAll(async () => {
    await kafka.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const readiness = async (url: string) => (await fetch(`${url}/readyz`).catch(() => null))?.text() ?? '';
  const isReady = async (url: string) => (await fetch(`${url}/readyz`).catch(() => null))?.status === 200;
  const frame = (second: number) => ({
    topic: 'telemetry',
    key: 'press-1',
    value: encodeTelemetry({
      deviceId: 'press-1',
      deviceClass,
      startMs: Date.now() + 1000 * second,
      rateHz,
      channels: ['force'],
      samples: Float32Array.from({ length: rateHz }, Math.sin),
    }),
  });

  //  broker   | away |———————| away ...
  //  scorer     starts, waits, joins, scores, has a send under way, SIGTERM
  test('it is waited for at the start, named by readiness; at the end what it has not acknowledged is given up', async () => {
    await kafka.down('SIGKILL');
    const [httpPort] = await freePorts(1);
    const scorer = startService('scorer', configFile, httpPort, { KAFKA_BROKERS: '' });
    await expectSoon(() => readiness(scorer.url)).toContain('the log (kafka) has not answered yet');
    expect(scorer.output()).toContain('waiting for the log (kafka) before starting');

    await kafka.up();
    await expectSoon(() => isReady(scorer.url)).toBe(true);
    const transport = createKafkaTransport({ brokers: [kafka.brokers] });
    const writer = transport.writer();
    const feeding = (async () => {
      for (let second = 0; second < 4000; second += 40)
        await writer.send(Array.from({ length: 40 }, (_, i) => frame(second + i)));
    })().catch((error: Error) => error.message);
    await expectSoon(() => metric(scorer, 'tocsin_records_total')).toBeGreaterThan(100);
    await kafka.down('SIGKILL');
    expect(await scorer.end('SIGTERM')).toBe(0);
    await transport.close();
    await feeding;
    await kafka.up();
  }, 180_000);

  test('a send under way does not keep a transport open: it is rejected, and said', async () => {
    const said: string[] = [];
    const onLog = (_: string, message: string) => void said.push(message);
    const transport = createKafkaTransport({ brokers: [kafka.brokers], onLog });
    await transport.admin().ensureTopics([{ name: 'telemetry', partitions: 1 }]);
    const writer = transport.writer();
    await writer.send([frame(0)]);
    await kafka.down('SIGKILL');
    const sending = writer.send([frame(1)]).then(
      () => null,
      (error: unknown) => error,
    );
    await transport.close();
    expect(await sending).toMatchObject({ code: 'closed' });
    expect(said).toContain('records that the brokers have not acknowledged are given up: the writer is closed');
    await kafka.up();
  }, 120_000);
});
