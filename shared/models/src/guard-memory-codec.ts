// The part of a stored device state that guards need; a few bytes where a class has none.
//
//   u8 lives { u8 guard, over, calm, flags (1 dismissed, 2 open, 4 closed lately, 8 held back, 16 pace)
//     [u32 revision, windows | f64 startMs, endMs, value, bound | u8 channel, openings, swings] [u32 hour | u8 openings] }
//   f64 levelWindows | u32 levels | f32 levels
import { guardKinds, type GuardIncident, type GuardKind, type GuardLife, type GuardMemory } from '@tocsin/schemas';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import { CodecError } from './codec-error.ts';
import { readComings } from './incident-codec.ts';

const fixedBytes = 1 + 8 + 4;
const lifeBytes = 4;
const figures = ['startMs', 'endMs', 'value', 'bound'] as const;
const incidentBytes = 2 * 4 + 8 * figures.length + 3;
const paceBytes = 4 + 1;
const flags = { dismissed: 1, open: 2, closed: 4, held: 8, pace: 16 };

export function guardMemoryBytes({ lives, levels }: GuardMemory): number {
  return Object.values(lives).reduce(
    (bytes, { open, closed, pace }) =>
      bytes + lifeBytes + ((open ?? closed) === undefined ? 0 : incidentBytes) + (pace === undefined ? 0 : paceBytes),
    fixedBytes + 4 * levels.length,
  );
}

/** Most bytes of a memory for so many channels. */
export function guardMemoryBytesMax(channels: number): number {
  return fixedBytes + guardKinds.length * (lifeBytes + incidentBytes + paceBytes) + 4 * 2 * channels;
}

export function writeGuardMemory(writer: ByteWriter, { lives, levels, levelWindows }: GuardMemory): void {
  const known = guardKinds.flatMap((guard) => (lives[guard] === undefined ? [] : [{ guard, life: lives[guard] }]));
  writer.u8(known.length);
  for (const { guard, life } of known) {
    writer.u8(guardKinds.indexOf(guard));
    writeLife(writer, guard, life);
  }
  writer.f64(levelWindows, 'guards.levelWindows');
  writer.u32(levels.length);
  writer.f32s(levels, 'guards.levels');
}

function writeLife(
  writer: ByteWriter,
  guard: GuardKind,
  { over, calm, isDismissed, open, closed, pace, isHeld }: GuardLife,
): void {
  writer.u8(over);
  writer.u8(calm);
  const kept = open !== null ? flags.open : closed === undefined ? 0 : flags.closed;
  const others = (isDismissed ? flags.dismissed : 0) + (isHeld === true ? flags.held : 0) + (pace === undefined ? 0 : flags.pace);
  writer.u8(kept + others);
  const told = open ?? closed;
  if (told !== undefined) {
    writer.u32(told.revision);
    writer.u32(told.windows);
    for (const name of figures) writer.f64(told[name], `guards.${guard}.${name}`);
    writer.u8(told.channel);
    writer.u8(told.openings ?? 1);
    writer.u8(told.swings ?? 0);
  }
  if (pace === undefined) return;
  writer.u32(pace.hour);
  writer.u8(pace.openings);
}

/** Throws CodecError. `version` is that of the state. */
export function readGuardMemory(reader: ByteReader, version: number): GuardMemory {
  const lives: Partial<Record<GuardKind, GuardLife>> = {};
  for (let left = reader.u8('guards.lives'); left > 0; left--) {
    const guard = guardKinds[reader.u8('guards.kind')];
    if (guard === undefined) throw new CodecError('malformed', `guards.kind: expected 0 to ${guardKinds.length - 1}`);
    lives[guard] = version < 6 ? readOldLife(reader) : readLife(reader);
  }
  const levelWindows = reader.f64('guards.levelWindows');
  return { lives, levelWindows, levels: reader.f32s(reader.u32('guards.levels'), 'guards.levels') };
}

function readLife(reader: ByteReader): GuardLife {
  const [over, calm, bits] = [reader.u8('guards.over'), reader.u8('guards.calm'), reader.u8('guards.flags')];
  const told = bits & (flags.open | flags.closed) ? readGuardIncident(reader) : null;
  const open = bits & flags.open ? told : null;
  return {
    over,
    calm,
    isDismissed: (bits & flags.dismissed) > 0,
    open,
    ...(open === null && told !== null ? { closed: told } : {}),
    ...(bits & flags.held ? { isHeld: true } : {}),
    ...(bits & flags.pace ? { pace: { hour: reader.u32('guards.hour'), openings: reader.u8('guards.openings') } } : {}),
  };
}

function readGuardIncident(reader: ByteReader): GuardIncident {
  const [revision, windows] = [reader.u32('guards.revision'), reader.u32('guards.windows')];
  const [startMs, endMs, value, bound] = figures.map((name) => reader.f64(`guards.${name}`));
  const channel = reader.u8('guards.channel');
  return { revision, startMs, endMs, windows, value, bound, channel, ...readComings(reader, 'guards') };
}

/** Up to version 5: u8 dismissed, open? [f64 revision, startMs, endMs, windows, value, bound | u8 channel]. */
function readOldLife(reader: ByteReader): GuardLife {
  const over = reader.u8('guards.over');
  const calm = reader.u8('guards.calm');
  const isDismissed = reader.u8('guards.dismissed') === 1;
  if (reader.u8('guards.open') === 0) return { over, calm, isDismissed, open: null };
  const names = ['revision', 'startMs', 'endMs', 'windows', 'value', 'bound'];
  const [revision, startMs, endMs, windows, value, bound] = names.map((name) => reader.f64(`guards.${name}`));
  return {
    over,
    calm,
    isDismissed,
    open: { revision, startMs, endMs, windows, value, bound, channel: reader.u8('guards.channel') },
  };
}
