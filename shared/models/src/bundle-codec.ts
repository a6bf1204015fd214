// The stored form of a model bundle, version 1: a TCSB frame with a SHA-256, holding a JSON header and float64 sections.
//
//   u32 header bytes | header (UTF-8 JSON) | f64 location scale m0 within between [d] whitening [d][d] kappa nu [d]
//   omega [4d] | with a head: w1 [3d][hidden] b1 w2 [hidden], rates [3d + 3], prototypes [2][hidden] | calibration (calibration-codec.ts)
import { createHash } from 'node:crypto';
import type { HeadParameters, HeadPlan, Initialisation, ModelBundle } from '@tocsin/schemas';
import { parseBundleHeader, type BundleHeader } from './bundle-header.ts';
import { byteReader, byteWriter, decodeText, type ByteReader } from './byte-cursor.ts';
import { emptyFrame, frameHeaderBytes, openFrame, sealFrame, type FrameFormat } from './byte-frame.ts';
import { calibrationHeader, calibrationSections, readCalibration } from './calibration-codec.ts';
import { CodecError } from './codec-error.ts';
import { readRegimes, regimesHeader, regimesSections } from './regime-codec.ts';

const format: FrameFormat = {
  magic: 'TCSB',
  version: 1,
  // What Redis can hold.
  bytesMax: 512 * 2 ** 20,
  digestBytes: 32,
  digestOf: (bytes) => createHash('sha256').update(bytes).digest(),
};

/** SHA-256 of a bundle's bytes, hex: what an announcement carries. */
export function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Bytes of a bundle; equal bundles give equal bytes. Throws CodecError `not_finite` or `malformed`. */
export function encodeBundle(bundle: ModelBundle): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify(headerOf(bundle), rejectNotFinite));
  const sections = sectionsOf(bundle);
  const floats = sections.reduce((sum, [, values]) => sum + values.length, 0);
  const bytes = emptyFrame(format, 4 + header.length + 8 * floats);
  byteWriter(bytes, frameHeaderBytes).u32(header.length);
  bytes.set(header, frameHeaderBytes + 4);
  const writer = byteWriter(bytes, frameHeaderBytes + 4 + header.length);
  for (const [name, values] of sections) writer.f64s(values, name);
  sealFrame(format, bytes);
  // What could not be read back must not be published.
  decodeBundle(bytes);
  return bytes;
}

/** Inverse of `encodeBundle`. Throws CodecError, also where a value is out of its range. */
export function decodeBundle(bytes: Uint8Array): ModelBundle {
  const body = openFrame(format, bytes);
  const headerBytes = byteReader(body).u32('header length');
  const end = 4 + headerBytes;
  if (end > body.length) throw new CodecError('malformed', `header length: ${headerBytes}, expected at most ${body.length - 4}`);
  const header = parseBundleHeader(decodeText(body.subarray(4, end), 'header'));
  const reader = byteReader(body, end);
  const initialisation = readInitialisation(reader, header);
  const calibration = readCalibration(reader, header.calibration);
  if (reader.bytesLeft() > 0) throw new CodecError('malformed', `bundle: ${reader.bytesLeft()} bytes too many`);
  const { version, restores, deviceClass, createdAtMs, spec, metrics, learnedFrom } = header;
  const restored = restores === undefined ? {} : { restores };
  const taught = learnedFrom === undefined ? {} : { learnedFrom };
  return { version, ...restored, deviceClass, createdAtMs, spec, initialisation, calibration, metrics, ...taught };
}

function headerOf(bundle: ModelBundle): BundleHeader {
  const { version, restores, deviceClass, createdAtMs, spec, initialisation, calibration, metrics, learnedFrom } = bundle;
  const { d, head, own, regimes } = initialisation;
  return {
    version,
    ...(restores === undefined ? {} : { restores }),
    deviceClass,
    createdAtMs,
    d,
    head: head && {
      hidden: head.hidden,
      b2: head.b2,
      a: head.a,
      c: head.c,
      innerSteps: head.innerSteps,
      innerRate: head.innerRate,
      hasRates: head.rates !== undefined,
      prototypes: head.prototypes === undefined ? null : { gain: head.prototypes.gain, weight: head.prototypes.weight },
    },
    ...(own === undefined ? {} : { own }),
    ...(regimes === undefined ? {} : { regimes: regimesHeader(regimes) }),
    calibration: calibrationHeader(calibration),
    spec,
    metrics,
    ...(learnedFrom === undefined ? {} : { learnedFrom }),
  };
}

/** JSON would silently turn NaN into null. */
function rejectNotFinite(key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new CodecError('not_finite', `${key}: ${value}, expected a finite number`);
  }
  return value;
}

const vectors = ['location', 'scale', 'm0', 'within', 'between'] as const;

function sectionsOf({ initialisation, calibration }: ModelBundle): [string, Float64Array][] {
  const { head, whitening, kappa, nu, omega, regimes } = initialisation;
  return [
    ...vectors.map((name): [string, Float64Array] => [name, initialisation[name]]),
    ['whitening', whitening],
    ['kappa', kappa],
    ['nu', nu],
    ['omega', omega],
    ...(head === null ? [] : headSections(head)),
    ...(regimes === undefined ? [] : regimesSections(regimes)),
    ...calibrationSections(calibration),
  ];
}

function headSections({ w1, b1, w2, rates, prototypes }: HeadParameters & HeadPlan): [string, Float64Array][] {
  const sections: [string, Float64Array][] = [
    ['w1', w1],
    ['b1', b1],
    ['w2', w2],
  ];
  if (rates !== undefined) sections.push(['rates', rates]);
  if (prototypes !== undefined) sections.push(['prototypes', prototypes.normal], ['prototypes', prototypes.anomaly]);
  return sections;
}

function readInitialisation(reader: ByteReader, { d, head, own, regimes }: BundleHeader): Initialisation {
  const [location, scale, m0, within, between] = vectors.map((name) => reader.f64s(d, name));
  const whitening = reader.f64s(d * d, 'whitening');
  const kappa = reader.f64s(d, 'kappa');
  const nu = reader.f64s(d, 'nu');
  const omega = reader.f64s(4 * d, 'omega');
  for (const [name, values] of Object.entries({ within, between, kappa, nu, omega })) {
    if (values.some((value) => value <= 0)) throw new CodecError('malformed', `${name}: expected all values > 0`);
  }
  if (scale.some((value) => value < 0)) throw new CodecError('malformed', 'scale: expected no value < 0');
  const fleet = { d, location, scale, m0, within, between, whitening, kappa, nu, omega, head: readHead(reader, d, head) };
  return {
    ...fleet,
    ...(own === undefined ? {} : { own }),
    ...(regimes === undefined ? {} : { regimes: readRegimes(reader, regimes, d) }),
  };
}

function readHead(reader: ByteReader, d: number, head: BundleHeader['head']): (HeadParameters & HeadPlan) | null {
  if (head === null) return null;
  const w1 = reader.f64s(3 * d * head.hidden, 'w1');
  const b1 = reader.f64s(head.hidden, 'b1');
  const w2 = reader.f64s(head.hidden, 'w2');
  const { hasRates, prototypes, ...rest } = head;
  const read: HeadParameters & HeadPlan = { ...rest, w1, b1, w2 };
  if (hasRates) read.rates = reader.f64s(3 * d + 3, 'rates');
  if (prototypes !== null) {
    const [normal, anomaly] = ['normal', 'anomaly'].map((name) => reader.f64s(head.hidden, `prototypes.${name}`));
    read.prototypes = { normal, anomaly, ...prototypes };
  }
  return read;
}
