// The canonical telemetry record: Tocsin's own Avro schema, its codec, and nothing about registries or foreign schemas.
import avro from 'avsc';
import type { Reading } from '../reading.ts';
import { floatsOf, bytesOf } from './float-bytes.ts';

/** `startMs` is a double so that a frame may start between two milliseconds; writers with a `long` resolve to it. */
export const telemetrySchema = {
  type: 'record',
  name: 'Telemetry',
  namespace: 'tocsin',
  fields: [
    { name: 'deviceId', type: 'string' },
    { name: 'deviceClass', type: 'string' },
    { name: 'startMs', type: 'double', doc: 'event time of the first sample, epoch milliseconds' },
    { name: 'rateHz', type: 'double', doc: 'samples per second of every channel' },
    { name: 'channels', type: { type: 'array', items: 'string' } },
    { name: 'samples', type: 'bytes', doc: 'float32 little endian, row-major [sample][channel]' },
  ],
} as const satisfies avro.Schema;

/** avsc type of the canonical record. */
export const telemetryType = avro.Type.forSchema(telemetrySchema);

/** Encodes a reading in the canonical schema, without a registry header. */
export function encodeTelemetry(reading: Reading): Uint8Array {
  return telemetryType.toBuffer({ ...reading, channels: [...reading.channels], samples: bytesOf(reading.samples) });
}

/** Decodes canonical bytes; throws what avsc throws on broken ones. The samples are a copy. */
export function decodeTelemetry(bytes: Uint8Array): Reading {
  const record = telemetryType.fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  return { ...record, samples: floatsOf(record.samples) };
}
