// The part of a stored device state that says what waits to be learnt, what can be gone back to, and where the device came from.
//
//   u8 confirmed, over | u8 block? [moments] | u8 before? [moments, f64 learned] | u8 reference? [f64 sinceMs, f32 mean[d], bf16 deviation[d]]
//   moments: f64 count | f32 mean[d], scatter[d]
import type { Moments, Reference, TeachingMemory } from '@tocsin/schemas';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import { CodecError } from './codec-error.ts';

const fixedBytes = 5;
const momentsBytes = (d: number): number => 8 + 8 * d;
const referenceBytes = (d: number): number => 8 + 6 * d;

export function teachingMemoryBytes({ block, before, reference }: TeachingMemory): number {
  const ofBlock = block === null ? 0 : momentsBytes(block.mean.length);
  const ofBefore = before === null ? 0 : momentsBytes(before.mean.length) + 8;
  return fixedBytes + ofBlock + ofBefore + (reference === null ? 0 : referenceBytes(reference.mean.length));
}

/** Most bytes of a memory of `d` features. */
export function teachingMemoryBytesMax(d: number): number {
  return fixedBytes + 2 * momentsBytes(d) + 8 + referenceBytes(d);
}

export function writeTeachingMemory(writer: ByteWriter, { confirmed, over, block, before, reference }: TeachingMemory): void {
  writer.u8(confirmed);
  writer.u8(over);
  writer.u8(block === null ? 0 : 1);
  if (block !== null) writeMoments(writer, block, 'teaching.block');
  writer.u8(before === null ? 0 : 1);
  if (before !== null) {
    writeMoments(writer, before, 'teaching.before');
    writer.f64(before.learned, 'teaching.before.learned');
  }
  writer.u8(reference === null ? 0 : 1);
  if (reference === null) return;
  writer.f64(reference.sinceMs, 'teaching.reference.sinceMs');
  writer.f32s(reference.mean, 'teaching.reference.mean');
  writer.bf16s(reference.deviation, 'teaching.reference.deviation');
}

/** Throws CodecError. */
export function readTeachingMemory(reader: ByteReader, d: number): TeachingMemory {
  const confirmed = reader.u8('teaching.confirmed');
  const over = reader.u8('teaching.over');
  const block = reader.u8('teaching.block') === 0 ? null : readMoments(reader, d, 'teaching.block');
  const before = reader.u8('teaching.before') === 0 ? null : readBefore(reader, d);
  const reference = reader.u8('teaching.reference') === 0 ? null : readReference(reader, d);
  return { block, confirmed, over, before, reference };
}

function writeMoments(writer: ByteWriter, { count, mean, scatter }: Moments, name: string): void {
  writer.f64(count, `${name}.count`);
  writer.f32s(mean, `${name}.mean`);
  writer.f32s(scatter, `${name}.scatter`);
}

function readMoments(reader: ByteReader, d: number, name: string): Moments {
  const count = reader.atLeastZero(`${name}.count`);
  const mean = reader.f32s(d, `${name}.mean`);
  const scatter = reader.f32s(d, `${name}.scatter`);
  if (scatter.some((value) => value < 0)) throw new CodecError('malformed', `${name}.scatter: expected no value < 0`);
  return { count, mean, scatter };
}

function readBefore(reader: ByteReader, d: number): NonNullable<TeachingMemory['before']> {
  return { ...readMoments(reader, d, 'teaching.before'), learned: reader.atLeastZero('teaching.before.learned') };
}

function readReference(reader: ByteReader, d: number): Reference {
  const sinceMs = reader.f64('teaching.reference.sinceMs');
  const mean = reader.f32s(d, 'teaching.reference.mean');
  const deviation = reader.bf16s(d, 'teaching.reference.deviation');
  if (deviation.some((value) => value < 0))
    throw new CodecError('malformed', 'teaching.reference.deviation: expected no value < 0');
  return { sinceMs, mean, deviation };
}
