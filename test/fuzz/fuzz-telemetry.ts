// Hostile telemetry among that of a few good devices, whose windows must all come out right; whatever is refused must be counted
// by its reason and lie among the dead letters with its bytes.
import { join } from 'node:path';
import { encodeTelemetry } from '@tocsin/schemas';
import { createDecode } from '@tocsin/scorer';
import { createRandom, type Random } from '@tocsin/signals';
import { partitionOf, type LogRecord, type OutgoingRecord } from '@tocsin/transport';
import { openLogStore } from '../../shared/transport/src/embedded/log-store.ts';
import { expectedWindows, judge } from '../pipeline/window-oracle.ts';
import { createSignal, guarded, rateHz, startMs } from '../simulation/tiny-class.ts';
import { classes, openFuzzRoom, topics, type FuzzRoom } from './fuzz-room.ts';
import { hostileRecord, randomBytes, type HostileRecord } from './hostile-records.ts';
import { count, emptyOutcome, type FuzzOutcome, type FuzzPart } from './outcome.ts';
import { shrink } from './shrink.ts';

const [topic] = topics.telemetry;
const decode = createDecode(new Map(classes.map((one) => [one.name, one])), null);
const goodDevices = 4;
const ticks = 60;
const tickMs = 400;
const giantBytes = 10_000_000;
const shrinkMs = 120_000;

type Planned = { good: OutgoingRecord[]; hostile: HostileRecord[] };

/** From a megabyte on two records of ten megabytes are among them, as no writer of ours would send it. */
export const fuzzTelemetry: FuzzPart = async (seed, bytes) => {
  const plan = planOf(seed, bytes);
  const outcome = await runPlan(seed, plan, bytes >= 1e6);
  if (outcome.problems.length === 0) return outcome;
  const all = plan.flatMap(({ hostile }) => hostile);
  const fails = async (left: readonly HostileRecord[]) => (await runPlan(seed, only(plan, left), false)).problems.length > 0;
  const least = await shrink(all, fails, performance.now() + shrinkMs);
  outcome.problems.push(...least.slice(0, 5).map(shown));
  return outcome;
};

function planOf(seed: number, bytes: number): Planned[] {
  const random = createRandom(seed);
  const good = goodTelemetry(random);
  let made = 0;
  return good.map((records, tick) => {
    const hostile: HostileRecord[] = [];
    while (made < (bytes * (tick + 1)) / ticks) {
      const one = hostileRecord(random, classes, startMs + (tick + 1) * tickMs, topic);
      // What the log itself does not take is no telemetry.
      if ((one.record.value?.byteLength ?? 0) > 800_000) continue;
      hostile.push({ ...one, record: inPlace(one.record) });
      made += bytesOf(one.record);
    }
    return { good: records, hostile };
  });
}

/** A device whose records lie in two partitions is in conflict with itself, as `tocsin doctor` says: not what is shown here. */
function inPlace(record: OutgoingRecord): OutgoingRecord {
  const { value, timestampMs = 0 } = record;
  const decoded = decode({ topic, partition: 0, offset: 0, timestampMs, key: null, value, headers: {} });
  if (!('reading' in decoded)) return record;
  return { ...record, partition: partitionOf(Buffer.from(decoded.reading.deviceId), 2) };
}

function goodTelemetry(random: Random): OutgoingRecord[][] {
  const perTick = (tickMs * rateHz) / 1000;
  const first = Math.round((startMs * rateHz) / 1000);
  const signals = Array.from({ length: goodDevices }, () => createSignal(createRandom(2 ** 32 * random())));
  return Array.from({ length: ticks }, (_, tick) =>
    signals.map((signal, i) => {
      const samples = Float32Array.from({ length: perTick }, (_, k) => signal(tick * perTick + k));
      const atMs = ((first + tick * perTick) * 1000) / rateHz;
      const reading = { deviceId: `good-${i}`, deviceClass: guarded.name, startMs: atMs, rateHz, channels: ['x'], samples };
      return { topic, key: reading.deviceId, value: encodeTelemetry(reading), timestampMs: startMs + (tick + 1) * tickMs };
    }),
  );
}

function only(plan: readonly Planned[], left: readonly HostileRecord[]): Planned[] {
  const kept = new Set(left);
  return plan.map(({ good, hostile }) => ({ good, hostile: hostile.filter((one) => kept.has(one)) }));
}

async function runPlan(seed: number, plan: readonly Planned[], withGiant: boolean): Promise<FuzzOutcome> {
  const room = await openFuzzRoom();
  const outcome = emptyOutcome();
  try {
    const scorer = room.scorer();
    await scorer.start();
    const writer = room.transport.writer();
    for (const [tick, { good, hostile }] of plan.entries()) {
      const [before, after] = [hostile.slice(0, hostile.length / 2), hostile.slice(hostile.length / 2)];
      await writer.send([...before, ...good.map((record) => ({ record })), ...after].map(({ record }) => record));
      if (withGiant && tick === ticks / 2) await sendGiants(seed, room);
      outcome.inputs += hostile.length;
      outcome.bytes += hostile.reduce((sum, { record }) => sum + bytesOf(record), 0);
    }
    if (await room.drained(scorer))
      await judgeRoom(
        room,
        plan.flatMap(({ good }) => good),
        outcome,
      );
    outcome.problems.push(...room.troubles().slice(0, 3));
  } finally {
    await room.close();
  }
  return outcome;
}

async function judgeRoom(room: FuzzRoom, good: readonly OutgoingRecord[], { fates, problems }: FuzzOutcome): Promise<void> {
  const isGood = (deviceId: string) => /^good-\d$/.test(deviceId);
  const verdict = judge(
    expectedWindows(good, guarded),
    (await room.windows()).filter(({ deviceId }) => isGood(deviceId)),
  );
  if (Object.values(verdict).some((n) => n > 0)) problems.push(`windows of good devices: ${JSON.stringify(verdict)}`);

  const records = await room.records(topic);
  const letters = await room.deadLetters();
  const byId = new Map(letters.map((letter) => [letter.id, letter]));
  if (byId.size !== letters.length) problems.push(`${letters.length - byId.size} records are dead letters twice`);
  for (const record of records) {
    const letter = byId.get(`${record.topic}:${record.partition}:${record.offset}`);
    byId.delete(letter?.id ?? '');
    const decoded = decode(record);
    if ('rejection' in decoded && letter?.reason !== decoded.rejection.reason)
      problems.push(`refused as ${decoded.rejection.reason}, and its letter says ${letter?.reason}: ${shownValue(record.value)}`);
    if ('reading' in decoded && letter !== undefined && (letter.stage === 'decode' || isGood(decoded.reading.deviceId)))
      problems.push(`a good record became a letter: ${letter.error}`);
    if (
      letter !== undefined &&
      letter.cutFromBytes === undefined &&
      Buffer.compare(letter.value ?? Buffer.of(), record.value ?? Buffer.of()) !== 0
    )
      problems.push(`letter ${letter.id} holds other bytes than its record`);
    count(fates, letter?.reason ?? 'taken');
  }
  if (byId.size > 0) problems.push(`${byId.size} letters of no record`);
  fates.set('taken', (fates.get('taken') ?? 0) - good.length);
  const counted = await room.metric('tocsin_records_rejected_total');
  for (const [reason, n] of counted)
    if (n !== (fates.get(reason) ?? 0)) problems.push(`${reason}: ${fates.get(reason) ?? 0} letters, ${n} counted`);
}

/** Straight into the store of the log, what a topic with a larger bound would bring: random bytes, and half a million windows. */
async function sendGiants(seed: number, room: FuzzRoom): Promise<void> {
  const random = createRandom(seed);
  const piece = randomBytes(random, 65_536);
  const noise = Buffer.concat(Array.from({ length: Math.ceil(giantBytes / piece.length) }, () => piece));
  const samples = Float32Array.from({ length: giantBytes / 4 }, (_, i) => Math.sin(i / 9));
  const long = { deviceId: 'bad-giant', deviceClass: guarded.name, startMs: startMs - (1000 * samples.length) / rateHz, rateHz };
  const store = openLogStore(join(room.directory, 'log'), 1_000_000);
  for (const value of [noise, encodeTelemetry({ ...long, channels: ['x'], samples })]) {
    const record = { timestampMs: 0, key: Buffer.from('bad-giant'), value, headers: {} };
    await store.append([{ topic, partition: 0, records: [record] }]);
  }
}

function bytesOf({ key, value }: OutgoingRecord): number {
  return (value?.byteLength ?? 0) + (key === null ? 0 : Buffer.byteLength(key));
}

function shown({ kind, record }: HostileRecord): string {
  return `shrunk to: ${kind}, key ${JSON.stringify(record.key)}, at ${record.timestampMs}: ${shownValue(record.value)}`;
}

function shownValue(value: LogRecord['value']): string {
  return value === null ? 'null' : `${value.byteLength} bytes ${Buffer.from(value.subarray(0, 200)).toString('hex')}`;
}
