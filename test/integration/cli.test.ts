// `tocsin` as people run it: the built program in processes of its own, alone and on a real Kafka and Redis.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { encodeTelemetry } from '@tocsin/schemas';
import { createKafkaTransport, partitionOf, type Transport } from '@tocsin/transport';
import { runCommand, startCommand, type RunningCommand } from './command.ts';

const data = join(import.meta.dirname, '../../services/simulator/data');
const directory = mkdtempSync(join(tmpdir(), 'tocsin-cli-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const left: RunningCommand[] = [];
afterEach(async () => {
  for (const command of left.splice(0)) await command.end('SIGKILL');
});

describe('alone', () => {
  const env = {
    TOCSIN_SCORER_HTTP_PORT: '0',
    TOCSIN_TRAINER_HTTP_PORT: '0',
    TOCSIN_SIMULATOR_HTTP_PORT: '0',
    TOCSIN_TRAINER_BACKEND: 'cpu',
    TOCSIN_SIMULATOR_DEVICES: '2',
  };
  const room = (name: string) => mkdtempSync(join(directory, `${name}-`));

  test('what npm links says its version', async () => {
    expect(await runCommand(['--version'], { cwd: directory, viaLink: true })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  test.each([
    ['scorer', 'scorer reads'],
    ['trainer', 'trainer reads'],
    ['simulator', 'sending telemetry'],
    ['run', 'trainer reads'],
  ])('tocsin %s runs without a configuration, and SIGTERM ends it in order', async (name, started) => {
    const command = startCommand([name], { cwd: room(name), env });
    left.push(command);
    await command.until(started);
    expect(await command.end('SIGTERM')).toBe(0);
    expect(command.output()).toContain('"msg":"shut down"');
  });

  test('tocsin run takes what another process replays onto the log', async () => {
    const cwd = room('together');
    const run = startCommand(['run'], { cwd, env });
    left.push(run);
    await run.until('trainer reads');
    const replayed = await runCommand(['replay', '--data', data, '--sets', 'gearbox', '--from-now'], { cwd });
    expect(replayed).toMatchObject({ code: 0, stderr: '' });
    for (;;) {
      const { stdout } = await runCommand(['doctor', '--json'], { cwd, env });
      const windows = /"topic tocsin.windows",\s+"level": "ok",\s+"found": "6 partitions, (\d+) records"/.exec(stdout)?.[1];
      if (Number(windows ?? 0) > 400) break;
    }
    expect(await run.end('SIGINT')).toBe(0);
  });

  test('an interrupted replay tells what was sent', async () => {
    const replay = startCommand(['replay', '--data', data, '--sets', 'gearbox', '--for', '60'], { cwd: room('stopped') });
    left.push(replay);
    await replay.until('records  ');
    expect(await replay.end('SIGINT')).toBe(130);
    expect(replay.output()).toMatch(/stopped: sent \d+ records? of 8 devices/);
  });
});

const { KAFKA_BROKERS: brokers, REDIS_URL: redis } = process.env;
const missing = [brokers === undefined ? 'KAFKA_BROKERS' : '', redis === undefined ? 'REDIS_URL' : ''].filter(
  (name) => name !== '',
);
const why = missing.length === 0 ? '' : ` (skipped: ${missing.join(' and ')} not set)`;

describe.skipIf(missing.length > 0)(`on Kafka and Redis${why}`, () => {
  const env = { KAFKA_BROKERS: brokers ?? '', REDIS_URL: redis ?? '' };
  let transport: Transport;
  beforeAll(() => void (transport = createKafkaTransport({ brokers: (brokers ?? '').split(',') })));
  afterAll(() => transport.close());

  /** A configuration with topics and groups of its own. */
  function configured(): { config: string; topic: string } {
    const name = `cli-${Math.random().toString(36).slice(2)}`;
    const config = join(directory, `${name}.yaml`);
    const topics = ['windows', 'alerts', 'labels', 'models', 'deadLetter'].map((topic) => `${topic}: ${name}.${topic}`);
    const settings = [
      `topics: { telemetry: [${name}], ${topics.join(', ')}, partitions: 3 }`,
      `scorer: { groupId: ${name}-scorer }`,
      `classes: { ${name}: { channels: [a], rateHz: 100 } }`,
    ];
    writeFileSync(config, settings.join('\n'));
    return { config, topic: name };
  }

  /** Sends a good record of each device, to the partition that `place` says. */
  async function send(
    topic: string,
    devices: readonly string[],
    place: (key: Buffer, partitions: number) => number,
  ): Promise<void> {
    await transport.admin().ensureTopics([{ name: topic, partitions: 3 }]);
    const writer = transport.writer();
    const records = devices.map((deviceId, i) => {
      const startMs = Date.now() - 10_000 + i;
      const value = encodeTelemetry({
        deviceId,
        deviceClass: topic,
        startMs,
        rateHz: 100,
        channels: ['a'],
        samples: new Float32Array(100),
      });
      return { topic, key: deviceId, value, partition: place(Buffer.from(deviceId), 3) };
    });
    await writer.send(records);
    await writer.close();
  }

  async function doctor(config: string): Promise<{ code: number | null; lines: string[] }> {
    const { code, stdout } = await runCommand(['doctor', '--config', config], { cwd: directory, env });
    return { code, lines: stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, ' ')) };
  }

  const devices = Array.from({ length: 12 }, (_, i) => `d-${i}`);

  test('doctor finds everything there', async () => {
    const { config, topic } = configured();
    await send(topic, devices, partitionOf);
    const { code, lines } = await doctor(config);
    expect(code, lines.join('\n')).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(/^ok log Kafka cluster /));
    expect(lines).toContainEqual(expect.stringMatching(/^ok state redis 7/));
    expect(lines).toContain(`ok telemetry 12 records of the newest 12 would be taken: ${topic} (12 devices, 1 channel, 100 Hz)`);
    expect(lines).toContainEqual(expect.stringMatching(/^ok keys /));
    expect(lines).toContainEqual(expect.stringMatching(/^ok clock /));
    expect(lines).toContainEqual(expect.stringMatching(/^warn bundle .* none published yet/));
  });

  test('doctor recognises the partitioner of librdkafka', async () => {
    const { config, topic } = configured();
    await send(topic, devices, (key, partitions) => crc32(key) % partitions);
    const { code, lines } = await doctor(config);
    expect(code, lines.join('\n')).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(/^warn keys .*CRC32.*murmur2_random/));
  });

  test('a device in two partitions is a failure', async () => {
    const { config, topic } = configured();
    await send(topic, devices, partitionOf);
    await send(topic, ['d-3'], (key, partitions) => (partitionOf(key, partitions) + 1) % partitions);
    const { code, lines } = await doctor(config);
    expect(code, lines.join('\n')).toBe(1);
    expect(lines).toContainEqual(expect.stringMatching(/^fail keys 1 device in several partitions, e\.g\. d-3 in/));
  });

  test('replay sends what doctor then finds', async () => {
    const { config, topic } = configured();
    const { stdout: classes } = await runCommand(['replay', '--data', data, '--sets', 'gearbox', '--print-classes'], {
      cwd: directory,
    });
    writeFileSync(config, `topics: { telemetry: [${topic}], partitions: 3 }\nscorer: { groupId: ${topic} }\n${classes}`);
    const replayed = await runCommand(['replay', '--data', data, '--sets', 'gearbox', '--config', config, '--from-now'], {
      cwd: directory,
      env,
    });
    expect(replayed).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringMatching(/sent 256 records of 8 devices \(2\.2 MB\)/),
    });
    const { code, lines } = await doctor(config);
    expect(code, lines.join('\n')).toBe(0);
    expect(lines).toContain(`ok topic ${topic} 3 partitions, 256 records`);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^ok telemetry \d+ records of the newest \d+ would be taken: gearbox \(8 devices, 2 channels, 4300 Hz\)$/,
      ),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ok keys /));
  });
});
