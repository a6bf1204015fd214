// Sampled telemetry as tests need it: a good record unless said otherwise.
import { rejected, type RejectionReason } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import type { SampledRecord } from './judge-telemetry.ts';

type Facts = { device?: string; key?: string | null; partition?: number; timestampMs?: number; eventEndMs?: number };

/** A one-second frame of two channels at 4 Hz that ended as its record was appended. */
export function taken({
  device = 'p1',
  key = device,
  partition = 0,
  timestampMs = 0,
  eventEndMs = timestampMs,
}: Facts): SampledRecord {
  const reading = {
    deviceId: device,
    deviceClass: 'pump',
    startMs: eventEndMs - 1000,
    rateHz: 4,
    channels: ['a', 'b'],
    samples: new Float32Array(8),
  };
  return { record: recordOf(key, partition, timestampMs), decoded: { reading } };
}

export function refused(reason: RejectionReason, message: string): SampledRecord {
  return { record: recordOf('p1', 0, 0), decoded: rejected(reason, message) };
}

function recordOf(key: string | null, partition: number, timestampMs: number): LogRecord {
  return {
    topic: 'telemetry',
    partition,
    offset: 0,
    timestampMs,
    key: key === null ? null : Buffer.from(key),
    value: null,
    headers: {},
  };
}
