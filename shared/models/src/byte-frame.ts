// The frame around every stored value: magic, version, length, body, trailer. Knows nothing of what the body means.
//
//   0      4        6         8          12                        length - trailer   length
//   | magic | u16 version | u16 0 | u32 length | body .............. | digest of all before |
import { CodecError } from './codec-error.ts';

export const frameHeaderBytes = 12;

/**
 * `version` is the newest this code can read and the one it writes; longer values than `bytesMax` are not even looked at; `digestOf`
 * gives the trailer.
 */
export type FrameFormat = {
  magic: string;
  version: number;
  bytesMax: number;
  digestBytes: number;
  digestOf: (bytes: Uint8Array) => Uint8Array;
};

/** Frame with room for a body of this size; fill the body, then `sealFrame`. */
export function emptyFrame(format: FrameFormat, bodyBytes: number): Uint8Array {
  const bytes = new Uint8Array(frameHeaderBytes + bodyBytes + format.digestBytes);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++) bytes[i] = format.magic.charCodeAt(i);
  view.setUint16(4, format.version, true);
  view.setUint32(8, bytes.length, true);
  return bytes;
}

/** Writes the digest into the trailer. */
export function sealFrame(format: FrameFormat, bytes: Uint8Array): Uint8Array {
  const end = bytes.length - format.digestBytes;
  bytes.set(format.digestOf(bytes.subarray(0, end)), end);
  return bytes;
}

/** Checks the frame and returns its body, a view. Throws CodecError. */
export function openFrame(format: FrameFormat, bytes: Uint8Array): Uint8Array {
  const name = `${format.magic} value`;
  const magic = String.fromCharCode(...bytes.subarray(0, 4));
  if (!format.magic.startsWith(magic)) throw new CodecError('foreign', `${name}: starts with ${JSON.stringify(magic)}`);
  if (bytes.length > format.bytesMax)
    throw new CodecError('oversized', `${name}: ${bytes.length} bytes, expected at most ${format.bytesMax}`);
  if (bytes.length < frameHeaderBytes)
    throw new CodecError('truncated', `${name}: ${bytes.length} bytes, shorter than its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint16(4, true);
  const length = view.getUint32(8, true);
  if (bytes.length < length) throw new CodecError('truncated', `${name}: ${bytes.length} of ${length} bytes`);
  const end = bytes.length - format.digestBytes;
  const isWhole = bytes.length === length && version > 0 && view.getUint16(6, true) === 0 && end >= frameHeaderBytes;
  // First of all: a version that damage has raised is not one of a later release.
  if (!isWhole || !areEqual(bytes.subarray(end), format.digestOf(bytes.subarray(0, end)))) {
    throw new CodecError('corrupt', `${name}: the checksum does not fit; read it again from where it was published`);
  }
  if (version > format.version) {
    throw new CodecError(
      'newer_version',
      `${name}: format version ${version}, this release reads up to ${format.version}; upgrade it`,
    );
  }
  return bytes.subarray(frameHeaderBytes, end);
}

/** Format version of a frame that `openFrame` has checked. */
export function frameVersion(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint16(4, true);
}

function areEqual(one: Uint8Array, two: Uint8Array): boolean {
  return one.length === two.length && one.every((byte, i) => byte === two[i]);
}
