// The part of a stored device state that says which partition the device belongs to.
//
//   text place | f64 fromOffset, seenMs | u32 moves
import { claimMovesMax, type Claim } from '@tocsin/schemas';
import { textBytes, type ByteReader, type ByteWriter } from './byte-cursor.ts';
import { CodecError } from './codec-error.ts';

/** Bytes of a claim whose place has no name. */
export const claimFixedBytes = textBytes('') + 2 * 8 + 4;

export function claimBytes({ place }: Claim): number {
  return claimFixedBytes - textBytes('') + textBytes(place);
}

export function writeClaim(writer: ByteWriter, { place, fromOffset, seenMs, moves }: Claim): void {
  writer.text(place, 'claim.place');
  writer.f64(fromOffset, 'claim.fromOffset');
  writer.f64(seenMs, 'claim.seenMs', -Infinity);
  writer.u32(moves);
}

/** Throws CodecError. */
export function readClaim(reader: ByteReader): Claim {
  const place = reader.text('claim.place');
  const fromOffset = reader.atLeastZero('claim.fromOffset');
  const seenMs = reader.f64('claim.seenMs', -Infinity);
  const moves = reader.u32('claim.moves');
  if (moves > claimMovesMax) throw new CodecError('malformed', `claim.moves: ${moves}, expected at most ${claimMovesMax}`);
  return { place, fromOffset, seenMs, moves };
}
