// The stored form of one device's state, version 6: a TCSD frame with a CRC-32. Version 1 ended after the reservoir, version 2 after
// the guards and version 3 after the frame of the sums, version 4 had neither a claim nor changes, version 5 no pace of alerts; all are
// still read. What incidents, labels, guards, teaching and changes remember, and the claim, have files of their own.
//
//   texts deviceId, deviceClass, specHash | f64 frontierMs, modelVersion, scored, scoreMedian | incident (incident-codec.ts)
//   u32 d, u32 reservoir values | f64 count, learned | f64 sum[d], sumSquares[d] | f32 reservoir
//   u32 revision | labels (label-memory-codec.ts) | guards (guard-memory-codec.ts) | f64 scoreExcess | u32 frame of the sums
//   teaching (teaching-memory-codec.ts) | u8 which of these [f64 amendments.at, sealedMs] [claim (claim-codec.ts)] [changes (change-memory-codec.ts)]
//   [u8 owed { u16 bytes | alert in its Avro form }]
import { crc32 } from 'node:zlib';
import {
  decodeAlert,
  encodeAlert,
  noGuards,
  noLabels,
  noTeaching,
  type Alert,
  type Amendments,
  type DeviceState,
  type Support,
} from '@tocsin/schemas';
import { byteReader, byteWriter, textBytes, type ByteReader } from './byte-cursor.ts';
import { emptyFrame, frameHeaderBytes, frameVersion, openFrame, sealFrame, type FrameFormat } from './byte-frame.ts';
import { changeMemoryBytes, changeMemoryBytesMax, readChangeMemory, writeChangeMemory } from './change-memory-codec.ts';
import { claimBytes, claimFixedBytes, readClaim, writeClaim } from './claim-codec.ts';
import { CodecError } from './codec-error.ts';
import { guardMemoryBytes, guardMemoryBytesMax, readGuardMemory, writeGuardMemory } from './guard-memory-codec.ts';
import { incidentBytes, incidentBytesMax, readIncident, writeIncident } from './incident-codec.ts';
import { labelMemoryBytes, labelMemoryBytesMax, readLabelMemory, writeLabelMemory } from './label-memory-codec.ts';
import { rawFrame } from './regimes.ts';
import { readTeachingMemory, teachingMemoryBytes, teachingMemoryBytesMax, writeTeachingMemory } from './teaching-memory-codec.ts';

const format: FrameFormat = {
  magic: 'TCSD',
  version: 6,
  // A thousand raw windows of 64 vibration channels take 14 MB.
  bytesMax: 16 * 2 ** 20,
  digestBytes: 4,
  digestOf(bytes) {
    const digest = new Uint8Array(4);
    new DataView(digest.buffer).setUint32(0, crc32(bytes), true);
    return digest;
  },
};

const fixedBytes = 4 * 8 + 2 * 4 + 2 * 8 + 4 + 8 + 4 + 1;
const amendmentsBytes = 16;
const [hasAmendments, hasClaim, hasChanges, hasOwed] = [1, 2, 4, 8];

/** Bytes of a device state. Throws CodecError `not_finite`; only `frontierMs` may be -Infinity. */
export function encodeDeviceState(state: DeviceState): Uint8Array {
  const { support, incident } = state;
  const texts = [state.deviceId, state.deviceClass, state.specHash];
  const owed = (state.owed ?? []).map(encodeAlert);
  const bodyBytes =
    (owed.length === 0 ? 0 : 1) +
    owed.reduce((sum, { length }) => sum + 2 + length, 0) +
    numberBytes(support.sum.length, support.reservoir.length) +
    incidentBytes(incident) +
    labelMemoryBytes(state.labels) +
    guardMemoryBytes(state.guards) +
    teachingMemoryBytes(state.teaching) +
    (state.amendments === undefined ? 0 : amendmentsBytes) +
    (state.claim === undefined ? 0 : claimBytes(state.claim)) +
    (state.changes === undefined ? 0 : changeMemoryBytes(state.changes)) +
    texts.reduce((bytes, text) => bytes + textBytes(text), 0);
  const bytes = emptyFrame(format, bodyBytes);
  const writer = byteWriter(bytes, frameHeaderBytes);
  writer.text(state.deviceId, 'deviceId');
  writer.text(state.deviceClass, 'deviceClass');
  writer.text(state.specHash, 'specHash');
  writer.f64(state.frontierMs, 'frontierMs', -Infinity);
  writer.f64(state.modelVersion, 'modelVersion');
  writer.f64(state.scored, 'scored');
  writer.f64(state.scoreMedian, 'scoreMedian');
  writeIncident(writer, incident);
  writer.u32(support.sum.length);
  writer.u32(support.reservoir.length);
  writer.f64(support.count, 'support.count');
  writer.f64(support.learned, 'support.learned');
  writer.f64s(support.sum, 'support.sum');
  writer.f64s(support.sumSquares, 'support.sumSquares');
  writer.f32s(support.reservoir, 'support.reservoir');
  writer.u32(state.revision);
  writeLabelMemory(writer, state.labels);
  writeGuardMemory(writer, state.guards);
  writer.f64(state.scoreExcess, 'scoreExcess');
  writer.u32(support.frame ?? rawFrame);
  writeTeachingMemory(writer, state.teaching);
  writer.u8(whichOf(state));
  if (state.amendments !== undefined) {
    writer.f64(state.amendments.at, 'amendments.at');
    writer.f64(state.amendments.sealedMs, 'amendments.sealedMs', -Infinity);
  }
  if (state.claim !== undefined) writeClaim(writer, state.claim);
  if (state.changes !== undefined) writeChangeMemory(writer, state.changes);
  if (owed.length > 0) writer.u8(owed.length);
  for (const alert of owed) writer.block(alert, 'owed');
  return sealFrame(format, bytes);
}

function whichOf({ amendments, claim, changes, owed = [] }: DeviceState): number {
  const held = [...[amendments, claim, changes].map((part) => part !== undefined), owed.length > 0];
  return [hasAmendments, hasClaim, hasChanges, hasOwed].reduce((bits, bit, i) => bits + (held[i] ? bit : 0), 0);
}

/** Inverse of `encodeDeviceState`. Throws CodecError. */
export function decodeDeviceState(bytes: Uint8Array): DeviceState {
  const reader = byteReader(openFrame(format, bytes));
  const version = frameVersion(bytes);
  const deviceId = reader.text('deviceId');
  const deviceClass = reader.text('deviceClass');
  const specHash = reader.text('specHash');
  const frontierMs = readMoment(reader, 'frontierMs');
  const modelVersion = reader.atLeastZero('modelVersion');
  const scored = reader.atLeastZero('scored');
  const scoreMedian = reader.f64('scoreMedian');
  const incident = readIncident(reader, version);
  const d = reader.u32('d');
  const reservoirLength = reader.u32('reservoir length');
  if (d === 0 ? reservoirLength > 0 : reservoirLength % d !== 0)
    throw new CodecError('malformed', `reservoir: ${reservoirLength} values, expected a multiple of ${d}`);
  const support: Support = {
    count: reader.atLeastZero('support.count'),
    learned: reader.atLeastZero('support.learned'),
    sum: reader.f64s(d, 'support.sum'),
    sumSquares: reader.f64s(d, 'support.sumSquares'),
    reservoir: reader.f32s(reservoirLength, 'support.reservoir'),
  };
  const revision = version === 1 ? 0 : reader.u32('revision');
  const labels = version === 1 ? noLabels : readLabelMemory(reader, d);
  const guards = version === 1 ? noGuards : readGuardMemory(reader, version);
  const scoreExcess = version < 3 ? null : reader.atLeastZero('scoreExcess');
  const frame = version < 3 ? rawFrame : reader.u32('frame');
  if (frame !== rawFrame) support.frame = frame;
  const teaching = version < 4 ? noTeaching : readTeachingMemory(reader, d);
  const which = version < 5 ? (reader.bytesLeft() > 0 ? hasAmendments : 0) : reader.u8('which');
  const amended = which & hasAmendments ? { amendments: readAmendments(reader) } : {};
  const claimed = which & hasClaim ? { claim: readClaim(reader) } : {};
  const changed = which & hasChanges ? { changes: readChangeMemory(reader) } : {};
  const owing = which & hasOwed ? { owed: readOwed(reader) } : {};
  if (reader.bytesLeft() > 0) throw new CodecError('malformed', `device state: ${reader.bytesLeft()} bytes too many`);
  // Without its excess a device is watched anew.
  const watched = scoreExcess === null ? { scored: 0, scoreMedian: 0, scoreExcess: 0 } : { scored, scoreMedian, scoreExcess };
  const scores = { modelVersion, ...watched };
  const position = { frontierMs, revision, ...amended, ...claimed };
  return {
    deviceId,
    deviceClass,
    specHash,
    ...position,
    support,
    ...scores,
    incident,
    labels,
    guards,
    teaching,
    ...changed,
    ...owing,
  };
}

/**
 * Most bytes of an encoded state of `d` features and `reservoirWindows` raw windows: alerts of the model and of every guard
 * open, all that can be remembered of labels and of teaching, but for alerts that are owed until the next store, and texts of `idBytes` bytes in all (device, class, spec hash, alert id, place).
 */
export function deviceStateBytes(d: number, reservoirWindows: number, idBytes = 128, channels = 1): number {
  const numbers = numberBytes(d, reservoirWindows * d) + incidentBytesMax + labelMemoryBytesMax(d, reservoirWindows);
  const texts = 3 * textBytes('') + idBytes;
  const memories =
    guardMemoryBytesMax(channels) + teachingMemoryBytesMax(d) + amendmentsBytes + claimFixedBytes + changeMemoryBytesMax;
  return frameHeaderBytes + numbers + memories + texts + format.digestBytes;
}

/** The latest moment that a JavaScript date can name. */
const latestMs = 8.64e15;

function readMoment(reader: ByteReader, name: string): number {
  const moment = reader.f64(name, -Infinity);
  // A frontier beyond all time would suppress every window that is to come.
  if (moment !== -Infinity && Math.abs(moment) > latestMs)
    throw new CodecError('malformed', `${name}: ${moment}, expected a moment within +-${latestMs}`);
  return moment;
}

function readOwed(reader: ByteReader): Alert[] {
  return Array.from({ length: reader.u8('owed') }, () => {
    const bytes = reader.block('owed');
    try {
      return decodeAlert(bytes);
    } catch (error) {
      throw new CodecError('malformed', `owed: ${error instanceof Error ? error.message : String(error)}`);
    }
  });
}

function readAmendments(reader: ByteReader): Amendments {
  return { at: reader.f64('amendments.at'), sealedMs: readMoment(reader, 'amendments.sealedMs') };
}

function numberBytes(d: number, reservoirLength: number): number {
  return fixedBytes + 16 * d + 4 * reservoirLength;
}
