// The stored form of a kept window, version 1: a TCSW frame with a CRC-32. Samples are 16-bit codes between the least and the greatest of
// their channel: half the bytes, and nothing that could be seen in a picture.
//
//   texts deviceId, alertId, windowId | f64 startMs, endMs, rateHz | u32 channels, u32 samples per channel
//   per channel: text name, f64 least, f64 step | u16 codes [channel][sample]
import { crc32 } from 'node:zlib';
import type { KeptWindow } from '@tocsin/schemas';
import { byteReader, byteWriter, textBytes } from './byte-cursor.ts';
import { emptyFrame, frameHeaderBytes, openFrame, sealFrame, type FrameFormat } from './byte-frame.ts';
import { CodecError } from './codec-error.ts';

const format: FrameFormat = {
  magic: 'TCSW',
  version: 1,
  bytesMax: 4 * 2 ** 20,
  digestBytes: 4,
  digestOf(bytes) {
    const digest = new Uint8Array(4);
    new DataView(digest.buffer).setUint32(0, crc32(bytes), true);
    return digest;
  },
};

const steps = 0xffff;

/** Bytes of a window; null where it would be longer than anybody reads. Throws CodecError `not_finite`. */
export function encodeKeptWindow(window: KeptWindow): Uint8Array | null {
  const { deviceId, alertId, windowId, startMs, endMs, rateHz, channels, samples } = window;
  const texts = [deviceId, alertId, windowId, ...channels].reduce((sum, text) => sum + textBytes(text), 0);
  const bodyBytes = texts + 3 * 8 + 2 * 4 + channels.length * 16 + 2 * samples.length;
  if (frameHeaderBytes + bodyBytes + format.digestBytes > format.bytesMax) return null;
  const perChannel = channels.length === 0 ? 0 : samples.length / channels.length;
  const bytes = emptyFrame(format, bodyBytes);
  const writer = byteWriter(bytes, frameHeaderBytes);
  writer.text(deviceId, 'deviceId');
  writer.text(alertId, 'alertId');
  writer.text(windowId, 'windowId');
  writer.f64(startMs, 'startMs');
  writer.f64(endMs, 'endMs');
  writer.f64(rateHz, 'rateHz');
  writer.u32(channels.length);
  writer.u32(perChannel);
  const codes = new DataView(bytes.buffer, frameHeaderBytes + bodyBytes - 2 * samples.length, 2 * samples.length);
  channels.forEach((name, c) => {
    const own = samples.subarray(c * perChannel, (c + 1) * perChannel);
    const [least, greatest] = rangeOf(own);
    const step = (greatest - least) / steps;
    writer.text(name, 'channel');
    writer.f64(least, 'least sample');
    writer.f64(step, 'step');
    own.forEach((value, i) =>
      codes.setUint16(2 * (c * perChannel + i), step === 0 ? 0 : Math.round((value - least) / step), true),
    );
  });
  return sealFrame(format, bytes);
}

/** Inverse of `encodeKeptWindow`, to half a step. Throws CodecError. */
export function decodeKeptWindow(bytes: Uint8Array): KeptWindow {
  const body = openFrame(format, bytes);
  const reader = byteReader(body);
  const [deviceId, alertId, windowId] = ['deviceId', 'alertId', 'windowId'].map((name) => reader.text(name));
  const [startMs, endMs, rateHz] = ['startMs', 'endMs', 'rateHz'].map((name) => reader.f64(name));
  const count = reader.u32('channels');
  const perChannel = reader.u32('samples per channel');
  if (2 * count * perChannel > reader.bytesLeft())
    throw new CodecError('malformed', `samples: ${count} x ${perChannel} in ${reader.bytesLeft()} bytes`);
  const scales = Array.from({ length: count }, () => ({
    name: reader.text('channel'),
    least: reader.f64('least sample'),
    step: reader.f64('step'),
  }));
  if (reader.bytesLeft() !== 2 * count * perChannel)
    throw new CodecError('malformed', `samples: ${reader.bytesLeft()} bytes, expected ${2 * count * perChannel}`);
  const codes = new DataView(body.buffer, body.byteOffset + body.byteLength - 2 * count * perChannel);
  const samples = new Float32Array(count * perChannel);
  scales.forEach(({ least, step }, c) => {
    for (let i = c * perChannel; i < (c + 1) * perChannel; i++) samples[i] = least + step * codes.getUint16(2 * i, true);
  });
  return { deviceId, alertId, windowId, startMs, endMs, rateHz, channels: scales.map(({ name }) => name), samples };
}

function rangeOf(values: Float32Array): [number, number] {
  let [least, greatest] = [values.length === 0 ? 0 : Infinity, values.length === 0 ? 0 : -Infinity];
  for (const value of values) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return [least, greatest];
}
