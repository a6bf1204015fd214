// The calibration's part of a stored bundle: figures in the JSON header, and float64 sections at the end.
//
//   quantiles [shots][tail] | rates of openings [shots][tail] | watched [tail]      the last two where the header says so
import type { Calibration, OpeningRates } from '@tocsin/schemas';
import type { ByteReader } from './byte-cursor.ts';
import { CodecError } from './codec-error.ts';
import type { JsonObject } from './json-object.ts';

export type CalibrationHeader = Omit<Calibration, 'quantiles' | 'openings' | 'watched'> & {
  openings: Omit<OpeningRates, 'rates'> | null;
  hasWatched: boolean;
};

export function calibrationHeader({ shots, tail, medians, devices, openings, watched }: Calibration): CalibrationHeader {
  const { raiseCount = 0, raiseOf = 0, clearCount = 0, clearFactor, counted = [] } = openings ?? {};
  const factor = clearFactor === undefined ? {} : { clearFactor };
  return {
    shots,
    tail,
    medians,
    devices,
    openings: openings === undefined ? null : { raiseCount, raiseOf, clearCount, ...factor, counted },
    hasWatched: watched !== undefined,
  };
}

export function calibrationSections({ quantiles, openings, watched }: Calibration): [string, Float64Array][] {
  return [
    ...quantiles.map((values): [string, Float64Array] => ['quantiles', values]),
    ...(openings?.rates ?? []).map((values): [string, Float64Array] => ['openings.rates', values]),
    ...(watched === undefined ? [] : [['watched', watched] as [string, Float64Array]]),
  ];
}

/** Reads the sections. Throws CodecError, also where a rate is out of its range. */
export function readCalibration(reader: ByteReader, header: CalibrationHeader): Calibration {
  const { shots, tail, medians, devices, openings, hasWatched } = header;
  const quantiles = shots.map((count) => reader.f64s(tail.length, `quantiles at ${count} shots`));
  const calibration: Calibration = { shots, tail, quantiles, medians, devices };
  if (openings !== null) {
    const rates = shots.map((count) => reader.f64s(tail.length, `openings.rates at ${count} shots`));
    if (rates.some((row) => row.some((rate, j) => rate <= 0 || rate >= (row[j - 1] ?? Infinity)))) {
      throw new CodecError('malformed', 'openings.rates: expected rates > 0 that fall with the share');
    }
    calibration.openings = { ...openings, rates };
  }
  if (hasWatched) calibration.watched = reader.f64s(tail.length, 'watched');
  return calibration;
}

/** Parses and checks its part of the bundle's header. Throws CodecError `malformed`. */
export function parseCalibrationHeader(calibration: JsonObject): CalibrationHeader {
  const shots = calibration.numbers('shots');
  const tail = calibration.numbers('tail');
  const medians = calibration.numbers('medians');
  if (shots.length === 0 || shots.length !== medians.length) {
    throw new CodecError(
      'malformed',
      `calibration: ${shots.length} shots and ${medians.length} medians, expected as many and at least one`,
    );
  }
  if (shots.some((count, i) => count <= (shots[i - 1] ?? -1)))
    throw new CodecError('malformed', `calibration.shots: ${shots.join(' ')}, expected rising`);
  if (tail.length < 2 || tail.some((share, i) => share <= 0 || share >= (tail[i - 1] ?? 1))) {
    throw new CodecError(
      'malformed',
      `calibration.tail: ${tail.join(' ')}, expected at least two shares falling between 1 and 0`,
    );
  }
  const read = { shots, tail, medians, devices: calibration.count('devices', 0) };
  // Bundles from before alerts were counted and devices were watched have neither field.
  const hasWatched = calibration.has('hasWatched') && calibration.boolean('hasWatched');
  if (!calibration.has('openings') || calibration.isNull('openings')) return { ...read, openings: null, hasWatched };
  return { ...read, openings: openingsFrom(calibration.object('openings'), shots.length), hasWatched };
}

function openingsFrom(openings: JsonObject, shots: number): NonNullable<CalibrationHeader['openings']> {
  const counted = openings.numbers('counted');
  if (counted.length !== shots) {
    throw new CodecError(
      'malformed',
      `calibration.openings.counted: ${counted.length} rates, expected one for each of ${shots} shots`,
    );
  }
  return {
    raiseCount: openings.count('raiseCount', 1),
    raiseOf: openings.count('raiseOf', 1),
    clearCount: openings.count('clearCount', 1),
    ...(openings.has('clearFactor') ? { clearFactor: openings.number('clearFactor') } : {}),
    counted,
  };
}
