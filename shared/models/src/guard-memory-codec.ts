// The part of a stored device state that guards need; a few bytes where a class has none.
//
//   u8 lives { u8 guard, over, calm, dismissed, open? [f64 revision, startMs, endMs, windows, value, bound, u8 channel] }
//   f64 levelWindows | u32 levels | f32 levels
import { guardKinds, type GuardKind, type GuardLife, type GuardMemory } from '@tocsin/schemas';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import { CodecError } from './codec-error.ts';

const fixedBytes = 1 + 8 + 4;
const lifeBytes = 5;
const openNumbers = ['revision', 'startMs', 'endMs', 'windows', 'value', 'bound'] as const;
const openBytes = 8 * openNumbers.length + 1;

export function guardMemoryBytes({ lives, levels }: GuardMemory): number {
  return Object.values(lives).reduce(
    (bytes, life) => bytes + lifeBytes + (life.open === null ? 0 : openBytes),
    fixedBytes + 4 * levels.length,
  );
}

/** Most bytes of a memory for so many channels. */
export function guardMemoryBytesMax(channels: number): number {
  return fixedBytes + guardKinds.length * (lifeBytes + openBytes) + 4 * 2 * channels;
}

export function writeGuardMemory(writer: ByteWriter, { lives, levels, levelWindows }: GuardMemory): void {
  const known = guardKinds.flatMap((guard) => (lives[guard] === undefined ? [] : [{ guard, life: lives[guard] }]));
  writer.u8(known.length);
  for (const { guard, life } of known) {
    writer.u8(guardKinds.indexOf(guard));
    writer.u8(life.over);
    writer.u8(life.calm);
    writer.u8(life.isDismissed ? 1 : 0);
    writer.u8(life.open === null ? 0 : 1);
    if (life.open === null) continue;
    for (const name of openNumbers) writer.f64(life.open[name], `guards.${guard}.${name}`);
    writer.u8(life.open.channel);
  }
  writer.f64(levelWindows, 'guards.levelWindows');
  writer.u32(levels.length);
  writer.f32s(levels, 'guards.levels');
}

/** Throws CodecError. */
export function readGuardMemory(reader: ByteReader): GuardMemory {
  const lives: Partial<Record<GuardKind, GuardLife>> = {};
  for (let left = reader.u8('guards.lives'); left > 0; left--) {
    const guard = guardKinds[reader.u8('guards.kind')];
    if (guard === undefined) throw new CodecError('malformed', `guards.kind: expected 0 to ${guardKinds.length - 1}`);
    lives[guard] = readLife(reader);
  }
  const levelWindows = reader.f64('guards.levelWindows');
  return { lives, levelWindows, levels: reader.f32s(reader.u32('guards.levels'), 'guards.levels') };
}

function readLife(reader: ByteReader): GuardLife {
  const over = reader.u8('guards.over');
  const calm = reader.u8('guards.calm');
  const isDismissed = reader.u8('guards.dismissed') === 1;
  if (reader.u8('guards.open') === 0) return { over, calm, isDismissed, open: null };
  const [revision, startMs, endMs, windows, value, bound] = openNumbers.map((name) => reader.f64(`guards.${name}`));
  const channel = reader.u8('guards.channel');
  return { over, calm, isDismissed, open: { revision, startMs, endMs, windows, value, bound, channel } };
}
