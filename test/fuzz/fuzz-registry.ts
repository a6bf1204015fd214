// A schema registry that answers anything: the scorer dead-letters what it cannot know, waits while the registry is away, and goes
// on. Its last answers are right ones, so a record that was waited for must come out.
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeTelemetry, telemetrySchema } from '@tocsin/schemas';
import { createRandom, type Random } from '@tocsin/signals';
import { createSchemaRegistry, type OutgoingRecord } from '@tocsin/transport';
import type avro from 'avsc';
import { expectedWindows, judge } from '../pipeline/window-oracle.ts';
import { createSignal, guarded, rateHz, startMs } from '../simulation/tiny-class.ts';
import { openFuzzRoom, topics } from './fuzz-room.ts';
import { pick, randomBytes, whole } from './hostile-records.ts';
import { count, emptyOutcome, type FuzzPart } from './outcome.ts';

const [topic] = topics.telemetry;
const goodId = 1;
const timeoutMs = 150;
const frames = 30;

type Answer = { name: string; status: number; body: string | Buffer; delayMs?: number; cutsOff?: boolean };

/** Answers by the thousand bytes or so each; every id above `goodId` meets its own. */
export const fuzzRegistry: FuzzPart = async (seed, bytes) => {
  const random = createRandom(seed);
  const answers = new Map<number, Answer>();
  for (let made = 0, id = goodId + 1; made < bytes; id++) {
    const answer = answerOf(random);
    answers.set(id, answer);
    made += Math.min(20_000, answer.body.length) + 20;
  }
  const outcome = emptyOutcome();
  const asked = new Map<number, number>();
  const server = await serve((id, response) => {
    asked.set(id, (asked.get(id) ?? 0) + 1);
    const answer = answers.get(id);
    // A body that is only long counts for little of what was tried.
    outcome.bytes += Math.min(20_000, answer?.body.length ?? 0);
    // Broken for as long as a question may be repeated, then gone.
    const isPassing = answer !== undefined && isPassingAnswer(answer) && asked.get(id)! > 2;
    return send(response, id === goodId ? good : isPassing || answer === undefined ? unknown : answer);
  });
  const room = await openFuzzRoom();
  try {
    const { port } = server.address() as AddressInfo;
    const scorer = room.scorer(createSchemaRegistry(`http://user:secret@127.0.0.1:${port}/base`, timeoutMs));
    await scorer.start();
    const writer = room.transport.writer();
    const ids = [...answers.keys()];
    const sent = goodTelemetry(random);
    for (const [i, record] of sent.entries()) {
      const hostile = ids.slice((i * ids.length) / frames, ((i + 1) * ids.length) / frames);
      await writer.send([...hostile.map((id) => hostileTelemetry(random, id, record.timestampMs ?? 0)), framed(record)]);
      outcome.inputs += hostile.length;
    }
    if (await room.drained(scorer)) {
      const windows = (await room.windows()).filter(({ deviceId }) => deviceId === 'good');
      const verdict = judge(expectedWindows(sent, guarded), windows);
      if (Object.values(verdict).some((n) => n > 0))
        outcome.problems.push(`windows of the good device: ${JSON.stringify(verdict)}`);
      const letters = await room.deadLetters();
      const refused = await room.metric('tocsin_records_rejected_total');
      for (const { reason } of letters) count(outcome.fates, reason);
      for (const [reason, n] of refused)
        if (n !== (outcome.fates.get(reason) ?? 0))
          outcome.problems.push(`${reason}: ${n} counted, ${outcome.fates.get(reason) ?? 0} letters`);
      count(outcome.fates, 'taken', outcome.inputs - letters.length);
    }
    outcome.problems.push(...room.troubles().slice(0, 3));
  } finally {
    await room.close();
    server.closeAllConnections();
    server.close();
  }
  return outcome;
};

const good: Answer = { name: 'good', status: 200, body: JSON.stringify({ schema: JSON.stringify(telemetrySchema) }) };
const unknown: Answer = {
  name: 'unknown',
  status: 404,
  body: JSON.stringify({ error_code: 40_403, message: 'Schema not found' }),
};

/** Answers after which the same question is asked again. */
function isPassingAnswer({ name }: Answer): boolean {
  return ['trouble', 'no JSON', 'slow', 'cut off', 'redirect'].includes(name);
}

function answerOf(random: Random): Answer {
  const schema = (name: string, of: unknown): Answer => ({
    name,
    status: 200,
    body: JSON.stringify({ schema: typeof of === 'string' ? of : JSON.stringify(of) }),
  });
  // What costs time is rare.
  const rare = random();
  if (rare < 0.004) return { name: 'slow', status: 200, body: good.body, delayMs: 3 * timeoutMs };
  if (rare < 0.008) return { name: 'trouble', status: pick(random, [500, 502, 503, 429, 401, 302, 418, 204]), body: 'no' };
  if (rare < 0.012)
    return { name: 'no JSON', status: 200, body: pick(random, ['<html>', '{"schema":', '', '\u0000', randomBytes(random, 50)]) };
  if (rare < 0.016) return { name: 'cut off', status: 200, body: good.body, cutsOff: true };
  if (rare < 0.018) return { name: 'huge', status: 200, body: `{"schema":"${'x'.repeat(3_000_000)}"}` };
  return pick(random, [
    () => ({
      name: 'other JSON',
      status: 200,
      body: JSON.stringify(pick(random, [null, 1, [], {}, { schema: null }, { schema: 7 }, { schema: {} }, 'text'])),
    }),
    () =>
      schema('text', pick(random, ['', '{', '/etc/passwd', '../package.json', 'null', '"int"', 'string', '[]', '{}', '"nope"'])),
    () => schema('random', randomBytes(random, 200).toString('latin1')),
    () =>
      schema(
        'altered',
        JSON.stringify(telemetrySchema).replace(/[a-z]{3,}/g, (word) =>
          random() < 0.1 ? pick(random, ['int', 'null', 'float', 'string', 'union', word]) : word,
        ),
      ),
    () => schema('nested', nested(whole(random, 2000 * random() ** 3))),
    () => schema('doubling', doubling(5 + whole(random, 40))),
    () =>
      schema('recursive', {
        type: 'record',
        name: 'R',
        fields: [
          { name: 'deviceId', type: 'string' },
          { name: 'next', type: pick(random, ['R', ['null', 'R'], { type: 'array', items: 'R' }]) as avro.Schema },
        ],
      }),
    () =>
      schema('nothings', {
        type: 'record',
        name: 'N',
        fields: [
          { name: 'samples', type: { type: 'array', items: 'null' } },
          { name: 'deviceId', type: 'string' },
        ],
      }),
    () =>
      schema('wide', {
        type: 'record',
        name: 'W',
        fields: Array.from({ length: whole(random, 400) }, (_, i) => ({ name: `f${i}`, type: 'null' })),
      }),
    () =>
      schema('arrays', {
        ...telemetrySchema,
        fields: telemetrySchema.fields.map((field) =>
          field.name === 'samples'
            ? { name: 'samples', type: { type: 'array', items: pick(random, ['float', 'double', 'long', 'string']) } }
            : field,
        ),
      }),
  ])();
}

function nested(depth: number): string {
  return `${'{"type":"array","items":'.repeat(depth)}"int"${'}'.repeat(depth)}`;
}

/** Two to the depth of records without a byte. */
function doubling(depth: number): unknown {
  let type: unknown = { type: 'record', name: 'D0', fields: [] };
  for (let i = 1; i <= depth; i++)
    type = {
      type: 'record',
      name: `D${i}`,
      fields: [
        { name: 'a', type },
        { name: 'b', type: `D${i - 1}` },
      ],
    };
  return type;
}

function goodTelemetry(random: Random): OutgoingRecord[] {
  const signal = createSignal(createRandom(2 ** 32 * random()));
  return Array.from({ length: frames }, (_, k) => {
    const samples = Float32Array.from({ length: 4 }, (__, i) => signal(4 * k + i));
    const value = encodeTelemetry({
      deviceId: 'good',
      deviceClass: guarded.name,
      startMs: startMs + 400 * k,
      rateHz,
      channels: ['x'],
      samples,
    });
    return { topic, key: 'good', value, timestampMs: startMs + 400 * (k + 1) };
  });
}

function framed(record: OutgoingRecord, id = goodId): OutgoingRecord {
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return { ...record, value: Buffer.concat([header, record.value ?? Buffer.alloc(0)]) };
}

function hostileTelemetry(random: Random, id: number, timestampMs: number): OutgoingRecord {
  const reading = {
    deviceId: 'bad',
    deviceClass: guarded.name,
    startMs: timestampMs - 400,
    rateHz,
    channels: ['x'],
    samples: Float32Array.of(1, 2),
  };
  const body =
    random() < 0.5
      ? encodeTelemetry(reading)
      : random() < 0.5
        ? randomBytes(random, whole(random, 60))
        : Buffer.alloc(whole(random, 8), pick(random, [0, 0xff, 0x80, 2]));
  return framed({ topic, key: 'bad', value: body, timestampMs }, id);
}

async function serve(answer: (id: number, response: ServerResponse) => Promise<void>): Promise<Server> {
  const server = createServer(
    (request, response) => void answer(Number(request.url?.split('/').at(-1)), response).catch(() => response.destroy()),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function send(response: ServerResponse, { status, body, delayMs = 0, cutsOff = false }: Answer): Promise<void> {
  if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
  response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
  if (!cutsOff) return void response.end(body);
  response.write(body.slice(0, 20));
  await sleep(5);
  response.destroy();
}
