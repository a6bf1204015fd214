// Avro form of `tocsin.dead-letter`.
import type avro from 'avsc';
import type { DeadLetter } from '../dead-letter.ts';
import { recordCodec, type Fields } from './single-object.ts';

type Stored = Omit<DeadLetter, 'key' | 'value' | 'headers' | 'cutFromBytes'> & {
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, Buffer>;
  cutFromBytes: number | null;
};

const bufferOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const letterFields: Fields = [
  { name: 'id', type: 'string' },
  { name: 'stage', type: 'string' },
  { name: 'reason', type: 'string' },
  { name: 'error', type: 'string' },
  { name: 'topic', type: 'string' },
  { name: 'partition', type: 'int' },
  { name: 'offset', type: 'long' },
  { name: 'timestampMs', type: 'double' },
  { name: 'key', type: ['null', 'bytes'], default: null },
  { name: 'value', type: ['null', 'bytes'], default: null },
  { name: 'headers', type: { type: 'map', values: 'bytes' } },
];

const letterSchema = (fields: Fields): avro.Schema => ({
  type: 'record',
  name: 'DeadLetter',
  namespace: 'tocsin',
  fields: [...fields],
});

/** Codec of dead letters; key, value and headers are the refused record's own bytes. */
export const deadLetterCodec = recordCodec<DeadLetter, Stored>(
  letterSchema([...letterFields, { name: 'cutFromBytes', type: ['null', 'long'], default: null }]),
  (letter) => ({
    ...letter,
    key: letter.key && bufferOf(letter.key),
    value: letter.value && bufferOf(letter.value),
    headers: Object.fromEntries(Object.entries(letter.headers).map(([name, value]) => [name, bufferOf(value)])),
    cutFromBytes: letter.cutFromBytes ?? null,
  }),
  ({ cutFromBytes, ...stored }) => ({
    ...stored,
    headers: { ...stored.headers },
    ...(cutFromBytes === null ? {} : { cutFromBytes }),
  }),
  // Before letters were cut.
  [letterSchema(letterFields)],
);

export const encodeDeadLetter = deadLetterCodec.encode;
export const decodeDeadLetter = deadLetterCodec.decode;
