// The part of a stored bundle that holds its regimes: a few numbers in the header, and f64 sections unit [c] centres [R][c] location
// scale [R + 1][d] usual [d]. Bundles without regimes have none of it.
import type { Regimes } from '@tocsin/schemas';
import type { ByteReader } from './byte-cursor.ts';
import { CodecError } from './codec-error.ts';
import type { JsonObject } from './json-object.ts';
import { withFrame } from './regime-frame.ts';

export type RegimesHeader = Pick<Regimes, 'context' | 'bound'> & { count: number };

export function regimesHeader({ context, bound, centres }: Regimes): RegimesHeader {
  return { context, bound, count: centres.length / context.length };
}

/** Throws CodecError `malformed`. */
export function regimesHeaderFrom(header: JsonObject, d: number): RegimesHeader {
  const context = header.numbers('context');
  const bound = header.number('bound');
  checkContext(context, d, 'regimes.context');
  if (context.length === 0) throw new CodecError('malformed', 'regimes.context: empty, expected at least one feature');
  if (!(bound > 0)) throw new CodecError('malformed', `regimes.bound: ${bound}, expected more than 0`);
  return { context, bound, count: header.count('count', 2) };
}

/** Places of context features: whole numbers from 0 to d - 1, rising. Throws CodecError `malformed`. */
export function checkContext(context: readonly number[], d: number, name: string): void {
  if (context.some((j, i) => !Number.isSafeInteger(j) || j <= (context[i - 1] ?? -1) || j >= d))
    throw new CodecError('malformed', `${name}: ${context.join(' ')}, expected rising places below ${d}`);
}

export function regimesSections({ unit, centres, location, scale, usual }: Regimes): [string, Float64Array][] {
  return [
    ['regimes.unit', unit],
    ['regimes.centres', centres],
    ['regimes.location', location],
    ['regimes.scale', scale],
    ['regimes.usual', usual],
  ];
}

/** Throws CodecError where a section is too short or a value out of its range. */
export function readRegimes(reader: ByteReader, { context, bound, count }: RegimesHeader, d: number): Regimes {
  const unit = reader.f64s(context.length, 'regimes.unit');
  const centres = reader.f64s(count * context.length, 'regimes.centres');
  const location = reader.f64s((count + 1) * d, 'regimes.location');
  const scale = reader.f64s((count + 1) * d, 'regimes.scale');
  const usual = reader.f64s(d, 'regimes.usual');
  for (const [name, values] of Object.entries({ unit, scale }))
    if (values.some((value) => value <= 0)) throw new CodecError('malformed', `regimes.${name}: expected all values > 0`);
  if (usual.some((value) => value < 0)) throw new CodecError('malformed', 'regimes.usual: expected no value < 0');
  return withFrame({ context, unit, centres, bound, location, scale, usual });
}
