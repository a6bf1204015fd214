// Records that know when they would have been sent.
import { encodeTelemetry, type Reading, readingEndMs } from '@tocsin/schemas';
import type { OutgoingRecord } from '@tocsin/transport';

/** `dueMs` is the event time at which a device would have sent the record. */
export type TimedRecord = { dueMs: number; record: OutgoingRecord };

/** A stream of records in the order of `dueMs`, all within `[firstMs, lastMs]`; `lastMs` is Infinity for one that never ends. */
export type ReplaySource = { firstMs: number; lastMs: number; records: AsyncIterable<TimedRecord> };

/** A reading as a device sends it: keyed by the device, in the canonical schema, due when its last sample is taken. */
export function telemetryRecord(reading: Reading, topic: string): TimedRecord {
  return { dueMs: readingEndMs(reading), record: { topic, key: reading.deviceId, value: encodeTelemetry(reading) } };
}

/** All readings of a stream as records. */
export async function* telemetryRecords(readings: AsyncIterable<Reading>, topic: string): AsyncGenerator<TimedRecord> {
  for await (const reading of readings) yield telemetryRecord(reading, topic);
}
