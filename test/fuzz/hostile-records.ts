// Telemetry records that nobody should send, of every kind we could think of, drawn from a seed; each says which kind it is.
import { encodeTelemetry, telemetrySchema, type DeviceClass, type Reading } from '@tocsin/schemas';
import { between, type Random } from '@tocsin/signals';
import type { OutgoingRecord } from '@tocsin/transport';
import avro from 'avsc';

export type HostileRecord = { kind: string; record: OutgoingRecord };

const long = avro.Type.forSchema('long');
/** The canonical schema with samples that need not be a whole number of floats. */
const fingerprint = Buffer.from('c301', 'hex');

export const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)];
export const whole = (random: Random, most: number): number => Math.floor(random() * most);
export const randomBytes = (random: Random, length: number): Buffer =>
  Buffer.from(Uint8Array.from({ length }, () => whole(random, 256)));

const oddNumbers = [
  0,
  -0,
  -1,
  1,
  0.1,
  NaN,
  Infinity,
  -Infinity,
  1e-320,
  1e308,
  -1e308,
  2 ** 31,
  2 ** 53,
  1.7e9,
  1e17,
  8.64e15,
  4.3e12,
];
const oddSamples = [NaN, Infinity, -Infinity, 3.4028235e38, -3.4028235e38, 1e-45, -0, 1e30, 0];
export const oddTexts = [
  '',
  ' ',
  '<script>alert(1)</script>',
  '{{7*7}}${7*7}',
  '\u0000\u0007\u001b[31m',
  '👩‍🔧🏭',
  '\u202eevil\ufeff',
  '__proto__',
  'constructor',
  '../../etc/passwd',
  'tocsin:{x}:state',
  '}{',
  "'; DROP TABLE devices; --",
  'a'.repeat(500),
  'ü'.repeat(257),
  'x'.repeat(513),
];

/** `nowMs` is event time that a good device would have now; `classes` are those that the scorer knows. */
export function hostileRecord(random: Random, classes: readonly DeviceClass[], nowMs: number, topic: string): HostileRecord {
  const kind = pick(random, kinds);
  const value = values[kind](random, classes, nowMs);
  const key = random() < 0.9 ? `bad-${whole(random, 50)}` : random() < 0.5 ? null : randomBytes(random, whole(random, 40));
  const headers =
    random() < 0.1
      ? Object.fromEntries([
          [pick(random, oddTexts), randomBytes(random, 9)],
          ['trace', 'x'],
        ])
      : {};
  // Never ahead: log time is the log's own word, and whoever believes a later one is right to close windows.
  const timestampMs = random() < 0.95 ? nowMs : pick(random, [0, -1, 1, nowMs - 1e10]);
  return { kind, record: { topic, key, value, headers, timestampMs } };
}

/** A reading that a class would take, of a device of nobody. */
function plausible(random: Random, classes: readonly DeviceClass[], nowMs: number): Reading {
  const { name, channels, rateHz } = pick(random, classes);
  const samples = Float32Array.from({ length: channels.length * (1 + whole(random, 30)) }, () => between(random, -2, 2));
  const startMs = nowMs - (1000 * samples.length) / channels.length / rateHz;
  return { deviceId: `bad-${whole(random, 50)}`, deviceClass: name, startMs, rateHz, channels, samples };
}

type Make = (random: Random, classes: readonly DeviceClass[], nowMs: number) => Uint8Array | null;

const valid: Make = (...args) => encodeTelemetry(plausible(...args));

const values: Record<string, Make> = {
  nothing: (random) => (random() < 0.5 ? null : new Uint8Array(0)),
  random: (random) => randomBytes(random, whole(random, 600)),
  truncated(...args) {
    const bytes = valid(...args)!;
    return bytes.subarray(0, whole(args[0], bytes.length));
  },
  flipped: (...args) => flipBits(args[0], valid(...args)!),
  spliced(...args) {
    const [random] = args;
    const bytes = Buffer.from(valid(...args)!);
    const at = whole(random, bytes.length);
    const piece = random() < 0.5 ? Buffer.alloc(0) : random() < 0.5 ? bytes.subarray(at, at + 20) : randomBytes(random, 8);
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(Math.min(bytes.length, at + whole(random, 12)))]);
  },
  lengths(...args) {
    const [random] = args;
    const bytes = Buffer.from(valid(...args)!);
    const at = whole(random, Math.min(60, bytes.length));
    const length = pick(random, [2 ** 20, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 52, -1, -2, -(2 ** 31)]);
    return Buffer.concat([bytes.subarray(0, at), long.toBuffer(length), bytes.subarray(at + whole(random, 3))]);
  },
  'odd-number'(...args) {
    const field = pick(args[0], ['startMs', 'rateHz']);
    return encodeTelemetry({ ...plausible(...args), [field]: pick(args[0], oddNumbers) });
  },
  'other-rate'(...args) {
    const [random] = args;
    const reading = plausible(...args);
    const ratio = pick(random, [0.2, 0.25, 0.3, 0.999, 1.001, 2, 7.3, 64, 65, 1e6]);
    return encodeTelemetry({ ...reading, rateHz: reading.rateHz * ratio, startMs: reading.startMs - 300 * random() });
  },
  'odd-time'(...args) {
    const [random, , nowMs] = args;
    const away = pick(random, [1e3, 1e4, 1e6, 1e9, 1e11]) * (random() < 0.7 ? -1 : 1);
    return encodeTelemetry({ ...plausible(...args), startMs: nowMs + away * random() });
  },
  'odd-text'(...args) {
    const [random] = args;
    const field = pick(random, ['deviceId', 'deviceId', 'deviceClass']);
    const text = pick(random, oddTexts);
    return encodeTelemetry({ ...plausible(...args), [field]: random() < 0.01 ? text.repeat(9000).slice(0, 70_000) : text });
  },
  'odd-channels'(...args) {
    const [random] = args;
    const channels = pick(random, [[], ['x', 'x'], ['a', 'x'], [pick(random, oddTexts)], Array.from({ length: 60 }, () => 'x')]);
    return encodeTelemetry({ ...plausible(...args), channels });
  },
  'odd-samples'(...args) {
    const [random] = args;
    const reading = plausible(...args);
    for (let i = whole(random, 3); i < reading.samples.length; i += 1 + whole(random, 6))
      reading.samples[i] = pick(random, oddSamples);
    return encodeTelemetry(reading);
  },
  'extreme-but-finite'(...args) {
    const reading = plausible(...args);
    const scale = pick(args[0], [3.4e38, 1e38, 1e30, 1e19, 1e-40]);
    return encodeTelemetry({ ...reading, samples: reading.samples.map((x) => Math.max(-1, Math.min(1, x)) * scale) });
  },
  'odd-bytes'(...args) {
    const reading = plausible(...args);
    const samples = randomBytes(args[0], whole(args[0], 30));
    return avro.Type.forSchema({ ...telemetrySchema, name: 'Odd' }).toBuffer({
      ...reading,
      channels: [...reading.channels],
      samples,
    });
  },
  framed(...args) {
    const id = Buffer.alloc(5);
    id.writeInt32BE(pick(args[0], [1, 2, 7, -1, 2 ** 31 - 1, whole(args[0], 2 ** 31)]), 1);
    return Buffer.concat([id, args[0]() < 0.8 ? valid(...args)! : randomBytes(args[0], whole(args[0], 30))]).subarray(
      0,
      args[0]() < 0.9 ? undefined : whole(args[0], 6),
    );
  },
  'single-object'(...args) {
    return Buffer.concat([
      fingerprint,
      randomBytes(args[0], whole(args[0], 11)),
      args[0]() < 0.5 ? valid(...args)! : Buffer.alloc(0),
    ]);
  },
  json(...args) {
    const reading = plausible(...args);
    return Buffer.from(JSON.stringify({ ...reading, samples: [...reading.samples] }));
  },
  'long-frame'(...args) {
    const [random] = args;
    if (random() < 0.97) return valid(...args);
    const reading = plausible(...args);
    const samples = new Float32Array(reading.channels.length * (1 + whole(random, 20_000))).fill(1);
    return encodeTelemetry({ ...reading, startMs: reading.startMs - (1000 * samples.length) / reading.rateHz, samples });
  },
};

const kinds = Object.keys(values);

/** A copy with one to eight bits turned. */
export function flipBits(random: Random, bytes: Uint8Array): Uint8Array {
  const flipped = Uint8Array.from(bytes);
  for (let n = 1 + whole(random, 8); n > 0 && flipped.length > 0; n--)
    flipped[whole(random, flipped.length)] ^= 1 << whole(random, 8);
  return flipped;
}
