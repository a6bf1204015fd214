// Stage one: the bytes of a record to a checked reading. Writers' schemas were fetched before; nothing here waits.
import {
  decodeCanonical,
  isSingleObject,
  rejected,
  schemaFingerprint,
  telemetryType,
  type Decoded,
  type DeviceClass,
  type TelemetryDecoder,
} from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { checkReading } from './check-reading.ts';
import { registryId, type WriterSchemas } from './writer-schemas.ts';

const canonicalFingerprint = schemaFingerprint(telemetryType);

export type Decode = (record: LogRecord) => Decoded;

/** `plain` decodes records without any header: Tocsin's own schema, or the one that the configuration names. */
export function createDecode(
  classes: ReadonlyMap<string, DeviceClass>,
  schemas: WriterSchemas | null,
  plain: TelemetryDecoder = decodeCanonical,
): Decode {
  return (record) => {
    const decoded = decodeValue(record.value, schemas, plain);
    return 'reading' in decoded ? checkReading(decoded.reading, classes, record.timestampMs) : decoded;
  };
}

function decodeValue(value: Uint8Array | null, schemas: WriterSchemas | null, plain: TelemetryDecoder): Decoded {
  if (value === null || value.byteLength === 0)
    return rejected('empty_record', 'the record has no value; expected an Avro telemetry record');
  const id = schemas === null ? null : registryId(value);
  if (schemas !== null && id !== null) {
    const decoder = schemas.decoderOf(id);
    if (decoder === null)
      return rejected(
        'unknown_schema',
        `schema id ${id} is not in the registry, or is not usable; register it or fix the producer`,
      );
    return decoder(value.subarray(5));
  }
  if (!isSingleObject(value)) return plain(value);
  const fingerprint = value.subarray(2, 10);
  if (canonicalFingerprint.equals(fingerprint)) return decodeCanonical(value.subarray(10));
  return rejected(
    'unknown_schema',
    `schema fingerprint ${Buffer.from(fingerprint).toString('hex')} is not Tocsin's telemetry; use the registry's wire format`,
  );
}
