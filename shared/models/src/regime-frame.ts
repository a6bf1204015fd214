// The number by which two tables of regimes are told apart.
import { crc32 } from 'node:zlib';
import type { Regimes } from '@tocsin/schemas';

/** The table with its frame: a checksum of everything in it, and 1 where that would be the 0 of raw units. */
export function withFrame(table: Omit<Regimes, 'frame'>): Regimes {
  const { context, unit, centres, bound, location, scale, usual } = table;
  const parts = [Float64Array.from(context), unit, centres, Float64Array.of(bound), location, scale, usual];
  const sum = parts.reduce(
    (crc, { buffer, byteOffset, byteLength }) => crc32(new Uint8Array(buffer, byteOffset, byteLength), crc),
    0,
  );
  return { frame: sum === 0 ? 1 : sum, ...table };
}
