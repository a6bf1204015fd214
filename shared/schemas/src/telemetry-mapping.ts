// How a user's own record becomes a reading: which field holds what. Paths are dotted; a leading `=` makes a constant.
import type { Reading } from './reading.ts';
import type { Rejection, RejectionReason } from './rejection.ts';

export const timeUnits = ['s', 'ms', 'us', 'ns'] as const;
export type TimeUnit = (typeof timeUnits)[number];

/**
 * Where to find the parts of a reading, e.g. `{ deviceId: 'meta.machine', deviceClass: '=pump', startMs: 'ts', rateHz: '=1',
 * values: { pressure: 'p', current: 'i' } }`. `samples` names an array (flat row-major, or one array per sample) and
 * `channels` its names; or `values` names one number per channel and the record is a single sample.
 */
export type TelemetryMapping = {
  deviceId: string;
  deviceClass: string;
  startMs: string;
  timeUnit: TimeUnit;
  rateHz: string;
  channels: string;
  samples: string;
  values: Readonly<Record<string, string>> | null;
};

/** Field names as in Tocsin's own schema. */
export const canonicalMapping: TelemetryMapping = {
  deviceId: 'deviceId',
  deviceClass: 'deviceClass',
  startMs: 'startMs',
  timeUnit: 'ms',
  rateHz: 'rateHz',
  channels: 'channels',
  samples: 'samples',
  values: null,
};

const perMs: Record<TimeUnit, number> = { s: 1e-3, ms: 1, us: 1e3, ns: 1e6 };

export type Decoded = { reading: Reading } | { rejection: Rejection };

/** Builds a rejection as a value. */
export function rejected(reason: RejectionReason, message: string): { rejection: Rejection } {
  return { rejection: { reason, message } };
}

/** Applies a mapping to a decoded record of any shape. Whether the reading fits its class is checked later. */
export function mapTelemetry(record: unknown, mapping: TelemetryMapping): Decoded {
  const deviceId = find(record, mapping.deviceId);
  if (typeof deviceId !== 'string' && typeof deviceId !== 'number')
    return wrong('missing_device', mapping.deviceId, deviceId, 'a text or a number');
  const deviceClass = find(record, mapping.deviceClass);
  if (typeof deviceClass !== 'string') return wrong('unknown_class', mapping.deviceClass, deviceClass, 'a text');
  const time = Number(find(record, mapping.startMs));
  if (!Number.isFinite(time))
    return wrong('invalid_timestamp', mapping.startMs, find(record, mapping.startMs), `a time in ${mapping.timeUnit}`);
  const rateHz = Number(find(record, mapping.rateHz));
  const channels = mapping.values === null ? channelNames(find(record, mapping.channels)) : Object.keys(mapping.values);
  if (channels === null) return wrong('wrong_channels', mapping.channels, find(record, mapping.channels), 'a list of names');
  const source =
    mapping.values === null ? find(record, mapping.samples) : Object.values(mapping.values).map((path) => find(record, path));
  const samples = sampleVector(source);
  if (samples === null)
    return wrong(
      'wrong_channels',
      mapping.samples,
      typeof source,
      'float32 bytes, a list of numbers or one such list per sample',
    );
  return {
    reading: { deviceId: String(deviceId), deviceClass, startMs: time / perMs[mapping.timeUnit], rateHz, channels, samples },
  };
}

function wrong(reason: RejectionReason, path: string, value: unknown, expected: string): { rejection: Rejection } {
  return rejected(reason, `field '${path}' is ${show(value)}; expected ${expected}; check the producer or the field mapping`);
}

function show(value: unknown): string {
  return value === undefined ? 'missing' : (JSON.stringify(value)?.slice(0, 60) ?? typeof value);
}

function find(record: unknown, path: string): unknown {
  if (path.startsWith('=')) return path.slice(1);
  let value = record;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === name)?.[1];
  }
  return value;
}

function channelNames(value: unknown): string[] | null {
  if (typeof value === 'string') return value.split(',').map((name) => name.trim());
  return Array.isArray(value) && value.every((name): name is string => typeof name === 'string') ? value : null;
}

function sampleVector(value: unknown): Float32Array | null {
  if (value instanceof Uint8Array) {
    if (value.byteLength % 4 !== 0) return null;
    const samples = new Float32Array(value.byteLength / 4);
    new Uint8Array(samples.buffer).set(value);
    return samples;
  }
  if (!Array.isArray(value)) return null;
  const flat: unknown[] = value.flat();
  return flat.every((item): item is number => typeof item === 'number') ? Float32Array.from(flat) : null;
}
