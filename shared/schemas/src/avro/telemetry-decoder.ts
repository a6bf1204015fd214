// From the bytes of one writer's schema to a reading. Which schema a record was written with is the caller's business.
import avro from 'avsc';
import { canonicalMapping, mapTelemetry, rejected, type Decoded, type TelemetryMapping } from '../telemetry-mapping.ts';
import { createBoundsCheck } from './bounds-check.ts';
import { floatsOf } from './float-bytes.ts';
import { telemetryType } from './telemetry.ts';

/** Decodes the body of one record (no header); broken bytes come back as a rejection. */
export type TelemetryDecoder = (body: Uint8Array) => Decoded;

const checkCanonical = createBoundsCheck(telemetryType);

/** Decoder of records written in Tocsin's own schema. */
export const decodeCanonical: TelemetryDecoder = (body) =>
  attempt(() => {
    checkCanonical(body);
    return fromCanonical(telemetryType.fromBuffer(asBuffer(body)));
  });

/**
 * Decoder for records of a writer's schema (JSON text or object). Schemas that resolve to Tocsin's own and ask for no
 * mapping take the fast path. Throws when the schema itself is not valid Avro.
 */
export function createTelemetryDecoder(writerSchema: unknown, mapping: TelemetryMapping = canonicalMapping): TelemetryDecoder {
  // Not avro.parse: it takes a text that happens to be a path for the file that lies there.
  const schema: unknown = typeof writerSchema === 'string' ? JSON.parse(writerSchema) : writerSchema;
  const writer = avro.Type.forSchema(schema as avro.Schema);
  const check = createBoundsCheck(writer);
  const resolver = mapping === canonicalMapping ? resolverTo(writer) : null;
  return (body) =>
    attempt(() => {
      check(body);
      if (resolver === null) return mapTelemetry(writer.fromBuffer(asBuffer(body)), mapping);
      return fromCanonical(telemetryType.fromBuffer(asBuffer(body), resolver));
    });
}

type CanonicalRecord = {
  deviceId: string;
  deviceClass: string;
  startMs: number;
  rateHz: number;
  channels: string[];
  samples: Buffer;
};

function fromCanonical(record: CanonicalRecord): Decoded {
  return { reading: { ...record, samples: floatsOf(record.samples) } };
}

function resolverTo(writer: avro.Type) {
  try {
    return telemetryType.createResolver(writer);
  } catch {
    return null;
  }
}

function attempt(decode: () => Decoded): Decoded {
  try {
    return decode();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return rejected(
      'broken_avro',
      `not a record of the expected schema (${why}); check the producer's schema and the registry settings`,
    );
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
