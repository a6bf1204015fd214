// What lies in the store, and what comes over the topics of labels and models, damaged in every way: states are rebuilt, bundles
// refused, labels and announcements passed over, all of it counted, and the windows of all devices still come out right.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { CodecError, decodeBundle, decodeDeviceState, encodeDeviceState } from '@tocsin/models';
import {
  currentBundleKey,
  deviceStateKey,
  encodeLabel,
  encodeModelAnnouncement,
  encodeTelemetry,
  type Label,
} from '@tocsin/schemas';
import { createRandom, type Random } from '@tocsin/signals';
import type { OutgoingRecord } from '@tocsin/transport';
import { open } from 'lmdb';
import { expectedWindows, judge } from '../pipeline/window-oracle.ts';
import { createSignal, fittedBundle, guarded, rateHz, startMs } from '../simulation/tiny-class.ts';
import { openFuzzRoom, topics, type FuzzRoom } from './fuzz-room.ts';
import { flipBits, oddTexts, pick, randomBytes, whole } from './hostile-records.ts';
import { count, emptyOutcome, type FuzzOutcome, type FuzzPart } from './outcome.ts';

const [topic] = topics.telemetry;
const devices = 24;
const frames = 40;
const names = Array.from({ length: devices }, (_, i) => `d${i}`);
/** Share of the bytes that only meet the codecs, with a checksum that fits. */
const sealedShare = 0.5;

export const fuzzState: FuzzPart = async (seed, bytes) => {
  const random = createRandom(seed);
  const outcome = emptyOutcome();
  const room = await openFuzzRoom();
  try {
    const telemetry = telemetryOf(random);
    const writer = room.transport.writer();
    const first = room.scorer();
    await first.start();
    await writer.send(telemetry.slice(0, telemetry.length / 2));
    if (!(await room.drained(first))) throw new Error('the scorer does not run');
    await first.stop();
    const [state] = await room.state.getMany([deviceStateKey('d0')]);
    if (state == null) throw new Error('no state to damage');
    fuzzSealed(random, bytes * sealedShare, state, outcome);
    await damageStore(random, room, outcome);
    const second = room.scorer();
    await second.start();
    await sayNonsense(random, room, bytes * (1 - sealedShare), outcome);
    await writer.send(telemetry.slice(telemetry.length / 2));
    if (await room.drained(second)) await judgeRoom(room, telemetry, outcome);
    outcome.problems.push(...room.troubles().slice(0, 3));
  } finally {
    await room.close();
  }
  return outcome;
};

async function judgeRoom(room: FuzzRoom, telemetry: readonly OutgoingRecord[], { fates, problems }: FuzzOutcome): Promise<void> {
  const { repeated: _, ...verdict } = judge(expectedWindows(telemetry, guarded), await room.windows());
  if (Object.values(verdict).some((n) => n > 0)) problems.push(`windows: ${JSON.stringify(verdict)}`);
  for (const name of ['device_states', 'labels', 'initialisations', 'state_conflicts'])
    for (const [label, n] of await room.metric(`tocsin_${name}_total`))
      if (n > 0) count(fates, `${name.replace('_', ' ')} ${label}`.trim(), n);
}

/** Every device but the first few: bits turned, cut, swapped, replaced, in the order in front of the value or behind it. */
async function damageStore(random: Random, room: FuzzRoom, outcome: FuzzOutcome): Promise<void> {
  const raw = open<Uint8Array, string>({ path: join(room.directory, 'state'), encoding: 'binary', noSubdir: false });
  const keys = [
    ...names.slice(4).map(deviceStateKey),
    ...(random() < 0.3 ? [currentBundleKey(guarded.name)] : []),
    ...(random() < 0.3 ? [fittedBundle().announcement.location] : []),
  ];
  for (const key of keys) {
    const there = raw.get(key) ?? Buffer.alloc(0);
    const order = Buffer.alloc(8);
    order.writeDoubleBE(pick(random, [NaN, Infinity, -Infinity, 1e300, -1e300, 0, 4e12]));
    const damaged = pick(random, [
      () => flipBits(random, there),
      () => Buffer.concat([flipBits(random, there.subarray(0, 8)), there.subarray(8)]),
      () => Buffer.concat([order, there.subarray(8)]),
      () => Buffer.concat([order, randomBytes(random, whole(random, 300))]),
      () => there.subarray(0, whole(random, there.length)),
      () => Buffer.concat([there, randomBytes(random, 1 + whole(random, 9))]),
      () => raw.get(deviceStateKey(pick(random, names))) ?? Buffer.alloc(0),
      () => Buffer.alloc(0),
      () => randomBytes(random, whole(random, 2000)),
    ])();
    raw.putSync(key, damaged);
    outcome.inputs += 1;
    outcome.bytes += damaged.length;
  }
  await raw.close();
}

/** Labels and announcements: any bytes, and well-formed ones that make no sense. */
async function sayNonsense(random: Random, room: FuzzRoom, bytes: number, outcome: FuzzOutcome): Promise<void> {
  const writer = room.transport.writer();
  for (let made = 0; made < bytes;) {
    const records = Array.from({ length: 100 }, (): OutgoingRecord =>
      random() < 0.5 ? labelRecord(random) : announcementRecord(random),
    );
    await writer.send(records);
    const sent = records.reduce((sum, { value }) => sum + (value?.byteLength ?? 0), 0);
    made += sent;
    outcome.inputs += records.length;
    outcome.bytes += sent;
  }
}

function labelRecord(random: Random): OutgoingRecord {
  const text = () => (random() < 0.5 ? pick(random, names) : pick(random, oddTexts));
  const label: Label = {
    labelId: text(),
    deviceId: text(),
    subjectId: text(),
    verdict: pick(random, ['real', 'false-alarm', 'unsure']),
    who: text(),
    atMs: pick(random, [0, -1, NaN, Infinity, 1e300, startMs, 2 ** 53]),
    note: text(),
  };
  const value = encodeLabel(label);
  return { topic: topics.labels, key: 'x', value: maybeDamaged(random, value) };
}

function announcementRecord(random: Random): OutgoingRecord {
  const { announcement } = fitted;
  const odd = {
    ...announcement,
    deviceClass: random() < 0.7 ? announcement.deviceClass : pick(random, oddTexts),
    version: pick(random, [0, -1, 1, 2, 2 ** 31 - 1]),
    location: pick(random, [announcement.location, deviceStateKey('d0'), 'x'.repeat(3000), ...oddTexts]),
    checksum: random() < 0.8 ? announcement.checksum : pick(random, oddTexts),
    createdAtMs: pick(random, [NaN, -1, Infinity, startMs]),
  };
  return { topic: topics.models, key: 'x', value: maybeDamaged(random, encodeModelAnnouncement(odd)) };
}

const fitted = fittedBundle();

function maybeDamaged(random: Random, value: Uint8Array): Uint8Array | null {
  return pick(random, [
    () => value,
    () => value,
    () => flipBits(random, value),
    () => value.subarray(0, whole(random, value.length)),
    () => randomBytes(random, whole(random, 200)),
    () => null,
  ])();
}

/** Values whose checksum fits and whose content does not: a reader must say so, and never take it for ours. */
function fuzzSealed(random: Random, bytes: number, state: Uint8Array, outcome: FuzzOutcome): void {
  for (let made = 0; made < bytes;) {
    const isBundle = random() < 0.3;
    const value = damagedInside(random, isBundle ? fitted.bytes : state, isBundle ? 32 : 4);
    made += value.length;
    outcome.inputs += 1;
    outcome.bytes += value.length;
    try {
      if (isBundle) decodeBundle(value);
      else encodeDeviceState(decodeDeviceState(value));
      count(outcome.fates, 'sealed: taken');
    } catch (error) {
      if (error instanceof CodecError) count(outcome.fates, `sealed: ${error.code}`);
      else
        outcome.problems.push(
          `${isBundle ? 'bundle' : 'state'} ${Buffer.from(value).toString('hex').slice(0, 4000)}: ${error instanceof Error ? error.stack : String(error)}`,
        );
    }
  }
}

function damagedInside(random: Random, whole_: Uint8Array, digestBytes: number): Uint8Array {
  const body = Buffer.from(whole_.subarray(0, whole_.length - digestBytes));
  const at = 12 + whole(random, body.length - 12);
  const damaged = pick(random, [
    () => Buffer.from(flipBits(random, body)),
    () => body.subarray(0, at),
    () =>
      Buffer.concat([body.subarray(0, at), randomBytes(random, 4), body.subarray(Math.min(body.length, at + whole(random, 8)))]),
    () => (body.fill(pick(random, [0, 0x7f, 0xff]), at, Math.min(body.length, at + 8)), body),
    () => Buffer.concat([body, randomBytes(random, 5)]),
  ])();
  if (damaged.length >= 12) damaged.writeUInt32LE(damaged.length + digestBytes, 8);
  const digest = Buffer.alloc(digestBytes);
  if (digestBytes === 4) digest.writeUInt32LE(crc32(damaged));
  else createHash('sha256').update(damaged).digest().copy(digest);
  return Buffer.concat([damaged, digest]);
}

function telemetryOf(random: Random): OutgoingRecord[] {
  const signals = names.map(() => createSignal(createRandom(2 ** 32 * random())));
  return Array.from({ length: frames }, (_, k) =>
    signals.map((signal, i) => {
      const samples = Float32Array.from({ length: 4 }, (__, n) => signal(4 * k + n));
      const reading = {
        deviceId: names[i],
        deviceClass: guarded.name,
        startMs: startMs + 400 * k,
        rateHz,
        channels: ['x'],
        samples,
      };
      return { topic, key: names[i], value: encodeTelemetry(reading), timestampMs: startMs + 400 * (k + 1) };
    }),
  ).flat();
}
