// docs/telemetry.md: its producers send what the scorer takes, and its tables leave nothing out.
import { readFileSync } from 'node:fs';
import { Kafka, logLevel } from 'kafkajs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '@tocsin/config';
import { rejectionReasons, telemetrySchema, type Reading } from '@tocsin/schemas';
import { createDecode } from '@tocsin/scorer';
import { blockOf, openPageRoom, type PageRoom } from './page-room.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });
const page = readFileSync(new URL('../../docs/telemetry.md', import.meta.url), 'utf8');
const { classes } = loadConfig({ file: 'classes: { pump: { channels: [drive-end, free-end], rateHz: 2048 } }', env: {} });
let room: PageRoom;
beforeEach(() => {
  room = openPageRoom();
  room.write('telemetry.avsc', blockOf('telemetry.md', 'json'));
});
afterEach(() => room.close());

/** As the scorer decodes and checks it. */
function readingOf(value: Buffer): Reading {
  const place = { topic: 'telemetry', partition: 0, offset: 0, headers: {} };
  const decoded = createDecode(new Map(Object.entries(classes)), null)({ ...place, timestampMs: Date.now(), key: null, value });
  if ('rejection' in decoded) throw new Error(decoded.rejection.message);
  return decoded.reading;
}

function expectFrames(readings: readonly Reading[]): void {
  for (const reading of readings) {
    expect(reading).toMatchObject({ deviceId: 'my-pump-1', deviceClass: 'pump', rateHz: 2048 });
    expect(reading.samples).toHaveLength(1024);
  }
  const [first, second] = readings;
  expect(second.startMs - first.startMs).toBe(250);
  // Sample by sample: the first channel swings further than the second.
  const rms = (channel: number) => Math.hypot(...first.samples.filter((_, i) => i % 2 === channel));
  expect(rms(0) / rms(1)).toBeGreaterThan(1.2);
}

const lines = (text: string) => text.split('\n').slice(0, -1);
/** Instead of the client's package: says what would have been sent, `key value`, a line each. */
const tellsInNode = `export const Partitioners = {};
export class Kafka { producer = () => ({ connect: async () => undefined, send: async ({ topic, messages }) => {
  for (const { key, value } of messages) console.log(topic, key, value.toString('base64'));
} }) }`;
const tellsInPython = `import base64
class Producer:
    def __init__(self, options): assert options['partitioner'] == 'murmur2_random'
    def produce(self, topic, key, value): print(topic, key, base64.b64encode(value).decode(), flush=True)
    def flush(self): pass
`;

async function readTold(running: ReturnType<PageRoom['run']>): Promise<Reading[]> {
  await expect
    .poll(() => (running.hasEnded() ? running.err() : lines(running.out()).length > 2), { timeout: 200_000 })
    .toBe(true);
  return lines(running.out()).map((line) => {
    const [topic, key, value] = line.split(' ');
    expect([topic, key]).toEqual(['telemetry', 'my-pump-1']);
    return readingOf(Buffer.from(value, 'base64'));
  });
}

test('the producer in Node sends what the scorer takes', async () => {
  room.link('avsc');
  room.write('node_modules/kafkajs/package.json', '{ "name": "kafkajs", "type": "module", "exports": "./index.js" }');
  room.write('node_modules/kafkajs/index.js', tellsInNode);
  room.write('producer.mjs', blockOf('telemetry.md', 'js'));
  expectFrames(await readTold(room.run(process.execPath, ['producer.mjs'])));
});

const python = process.env['PYTHON_WITH_FASTAVRO'];
const noPython = python === undefined ? ' (skipped: PYTHON_WITH_FASTAVRO is not set)' : '';
test.skipIf(python === undefined)(`the producer in Python does, too${noPython}`, async () => {
  room.write('confluent_kafka.py', tellsInPython);
  room.write('producer.py', blockOf('telemetry.md', 'python'));
  expectFrames(await readTold(room.run(python!, ['producer.py'])));
});

const brokers = process.env['KAFKA_BROKERS'];
const noKafka = brokers === undefined ? ' (skipped: KAFKA_BROKERS is not set)' : '';
describe.skipIf(brokers === undefined)(`on a real Kafka${noKafka}`, () => {
  test('the producer in Node puts a device into one partition', async () => {
    const topic = `page-${Date.now()}`;
    const kafka = new Kafka({ brokers: brokers!.split(','), logLevel: logLevel.NOTHING });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true });
    room.link('avsc');
    room.link('kafkajs');
    room.write('producer.mjs', blockOf('telemetry.md', 'js').replace("'telemetry', 2048", `'${topic}', 2048`));
    room.run(process.execPath, ['producer.mjs']);
    const taken: { partition: number; reading: Reading }[] = [];
    const consumer = kafka.consumer({ groupId: topic });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachMessage: ({ partition, message: { value } }) =>
        Promise.resolve(void taken.push({ partition, reading: readingOf(value!) })),
    });
    await expect.poll(() => taken.length, { timeout: 200_000 }).toBeGreaterThan(2);
    await consumer.disconnect();
    await admin.deleteTopics({ topics: [topic] });
    await admin.disconnect();
    expectFrames(taken.map(({ reading }) => reading));
    expect(new Set(taken.map(({ partition }) => partition)).size).toBe(1);
  });
});

test('every field and every reason is told', () => {
  const rows = [...page.matchAll(/^\| (`[^|]*`) \|/gm)].flatMap(([, names]) => names.match(/\w+/g) ?? []);
  expect(telemetrySchema.fields.filter(({ name }) => !rows.includes(name))).toEqual([]);
  expect(rejectionReasons.filter((reason) => !rows.includes(reason))).toEqual([]);
});
