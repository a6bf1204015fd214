// Avro's single-object encoding (C3 01, schema fingerprint, body): every record on our own topics says what it is.
// Source: Apache Avro 1.12 specification, "Single-object encoding" and "Schema Fingerprints" (CRC-64-AVRO).
import avro from 'avsc';
import { createBoundsCheck } from './bounds-check.ts';

const magic = Buffer.from([0xc3, 0x01]);
const headerBytes = 10;
const empty = 0xc15d213aa4d7a795n;

const table = Array.from({ length: 256 }, (_, byte) => {
  let fingerprint = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) fingerprint = (fingerprint >> 1n) ^ (empty & -(fingerprint & 1n));
  return BigInt.asUintN(64, fingerprint);
});

/** CRC-64-AVRO of a schema's parsing canonical form, eight bytes little endian. */
export function schemaFingerprint(type: avro.Type): Buffer {
  let fingerprint = empty;
  for (const byte of Buffer.from(JSON.stringify(type.schema()))) {
    fingerprint = (fingerprint >> 8n) ^ table[Number((fingerprint ^ BigInt(byte)) & 0xffn)];
  }
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(fingerprint);
  return bytes;
}

/** True where the bytes carry the single-object magic. */
export function isSingleObject(bytes: Uint8Array): boolean {
  return bytes.byteLength >= headerBytes && bytes[0] === magic[0] && bytes[1] === magic[1];
}

/** Fields of a record schema. */
export type Fields = readonly { name: string; type: avro.Schema; default?: unknown; doc?: string }[];

export type RecordCodec<T> = {
  /** The schema, for people and registries. */
  schema: avro.Schema;
  encode(value: T): Uint8Array;
  /** True where the bytes say that they are one of this schema as it is now. */
  recognises(bytes: Uint8Array): boolean;
  /** Throws an Error naming the record when the bytes are not one of this schema. */
  decode(bytes: Uint8Array): T;
};

/**
 * A codec for one record schema; `toAvro` and `fromAvro` map between our type and what avsc holds. Records of `older` schemas are
 * read, too: fields that they lack need a default.
 */
export function recordCodec<T, A>(
  schema: avro.Schema,
  toAvro: (value: T) => A,
  fromAvro: (record: A) => T,
  older: readonly avro.Schema[] = [],
): RecordCodec<T> {
  const type = avro.Type.forSchema(schema);
  const header = Buffer.concat([magic, schemaFingerprint(type)]);
  const resolvers = older.map((one) => {
    const written = avro.Type.forSchema(one);
    return {
      header: Buffer.concat([magic, schemaFingerprint(written)]),
      resolver: type.createResolver(written),
      check: createBoundsCheck(written),
    };
  });
  const check = createBoundsCheck(type);
  return {
    schema,
    encode: (value) => Buffer.concat([header, type.toBuffer(toAvro(value))]),
    recognises: (bytes) => header.equals(bytes.subarray(0, headerBytes)),
    decode(bytes) {
      const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (!buffer.subarray(0, headerBytes).equals(header)) {
        const known = resolvers.find((one) => buffer.subarray(0, headerBytes).equals(one.header));
        if (known !== undefined) {
          known.check(buffer.subarray(headerBytes));
          return fromAvro(type.fromBuffer(buffer.subarray(headerBytes), known.resolver) as A);
        }
        const seen = buffer.subarray(0, headerBytes).toString('hex') || 'nothing';
        throw new Error(
          `not a ${type.name} record: it starts with ${seen}, expected ${header.toString('hex')}; was it written by another version?`,
        );
      }
      check(buffer.subarray(headerBytes));
      return fromAvro(type.fromBuffer(buffer.subarray(headerBytes)) as A);
    },
  };
}
