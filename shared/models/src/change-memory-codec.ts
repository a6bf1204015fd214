// The part of a stored device state that says how the device alarms as a rule, and what may have changed that.
//
//   f32 overShare | u8 judged | u32 refused | u8 kind [u8 windows, over | bundle: u32 from, f64 scored, scoreMedian, scoreExcess | label: key]
import type { ChangeMemory, WatchedChange } from '@tocsin/schemas';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import { CodecError } from './codec-error.ts';

const kinds: readonly WatchedChange['kind'][] = ['bundle', 'label'];
const fixedBytes = 4 + 1 + 4 + 1;
const bytesOf = { bundle: 2 + 4 + 3 * 8, label: 2 + 8 };

export const changeMemoryBytesMax = fixedBytes + bytesOf.bundle;

export function changeMemoryBytes({ watched }: ChangeMemory): number {
  return fixedBytes + (watched === null ? 0 : bytesOf[watched.kind]);
}

export function writeChangeMemory(writer: ByteWriter, { overShare, judged, refused, watched }: ChangeMemory): void {
  writer.f32s(Float32Array.of(overShare), 'changes.overShare');
  writer.u8(judged);
  writer.u32(refused);
  writer.u8(watched === null ? 0 : 1 + kinds.indexOf(watched.kind));
  if (watched === null) return;
  writer.u8(watched.windows);
  writer.u8(watched.over);
  if (watched.kind === 'label') return writer.key(watched.subjectKey, 'changes.subjectKey');
  writer.u32(watched.from);
  for (const name of scores) writer.f64(watched[name], `changes.${name}`);
}

/** Throws CodecError. */
export function readChangeMemory(reader: ByteReader): ChangeMemory {
  const [overShare] = reader.f32s(1, 'changes.overShare');
  if (overShare < 0 || overShare > 1)
    throw new CodecError('malformed', `changes.overShare: ${overShare}, expected a share, 0 to 1`);
  const judged = reader.u8('changes.judged');
  const refused = reader.u32('changes.refused');
  return { overShare, judged, refused, watched: readWatched(reader) };
}

const scores = ['scored', 'scoreMedian', 'scoreExcess'] as const;

function readWatched(reader: ByteReader): WatchedChange | null {
  const index = reader.u8('changes.kind');
  if (index === 0) return null;
  const kind = kinds[index - 1];
  if (kind === undefined) throw new CodecError('malformed', `changes.kind: ${index}, expected 0 to ${kinds.length}`);
  const counts = { windows: reader.u8('changes.windows'), over: reader.u8('changes.over') };
  if (kind === 'label') return { kind, ...counts, subjectKey: reader.key('changes.subjectKey') };
  const from = reader.u32('changes.from');
  const scored = reader.atLeastZero('changes.scored');
  const scoreMedian = reader.f64('changes.scoreMedian');
  return { kind, ...counts, from, scored, scoreMedian, scoreExcess: reader.atLeastZero('changes.scoreExcess') };
}
