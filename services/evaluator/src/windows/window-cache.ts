// Keeps cut devices on disk, so that a second evaluation starts at once. Bounded: the devices not used for longest go first.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../replace-file.ts';
import type { EvaluationClass } from '../sets/evaluation-sets.ts';
import type { SourceDevice } from '../source.ts';
import type { DeviceTable } from './device-table.ts';

/** Raise it whenever the same rows give other windows or labels. */
const revision = 1;

/** Name of a device's entry: everything its windows depend on. */
export function tableKey(device: SourceDevice, { deviceClass, spec, areRecords }: Omit<EvaluationClass, 'devices'>): string {
  const { size, mtimeMs } = statSync(device.file);
  const facts = [revision, device, size, Math.round(mtimeMs), deviceClass.window, deviceClass.rateHz, spec.hash, areRecords];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 24);
}

/** The entry of a key; null where there is none or it is not whole. */
export function readTable(directory: string, key: string): DeviceTable | null {
  const file = join(directory, `${key}.bin`);
  try {
    const table = decodeTable(readFileSync(file));
    const now = new Date();
    utimesSync(file, now, now);
    return table;
  } catch {
    // Whatever is wrong with an entry, cutting the device again is the answer.
    return null;
  }
}

export function writeTable(directory: string, key: string, table: DeviceTable): void {
  mkdirSync(directory, { recursive: true });
  replaceFile(join(directory, `${key}.bin`), encodeTable(table));
}

/** Removes the entries used least recently until at most `bytesMax` are left. */
export function trimCache(directory: string, bytesMax: number): void {
  mkdirSync(directory, { recursive: true });
  const entries = readdirSync(directory)
    .map((name) => join(directory, name))
    .flatMap((file) => {
      // Another process may have removed it, or renamed what it was writing.
      const found = statSync(file, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ file, size: found.size, usedMs: found.mtimeMs }];
    })
    .toSorted((one, two) => two.usedMs - one.usedMs);
  let bytes = 0;
  for (const { file, size } of entries) {
    bytes += size;
    if (bytes > bytesMax) rmSync(file, { force: true });
  }
}

/** A line of JSON with its length before it, then the arrays; padded so that every array is aligned. */
export function encodeTable({ windows, labels, startRow, endRow, ...rest }: DeviceTable): Buffer {
  const head = Buffer.from(JSON.stringify(rest));
  const padded = Buffer.alloc(4 + Math.ceil(head.length / 4) * 4, ' ');
  padded.writeUInt32LE(padded.length - 4);
  head.copy(padded, 4);
  return Buffer.concat([padded, bytesOf(startRow), bytesOf(endRow), bytesOf(windows), bytesOf(labels)]);
}

/** Throws RangeError on bytes that are not one whole entry. */
export function decodeTable(bytes: Buffer): DeviceTable {
  const headBytes = bytes.readUInt32LE(0);
  const rest = JSON.parse(bytes.toString('utf8', 4, 4 + headBytes)) as Omit<
    DeviceTable,
    'windows' | 'labels' | 'startRow' | 'endRow'
  >;
  const { n, d } = rest;
  const from = 4 + headBytes;
  if (bytes.length !== from + n * (4 * d + 9)) throw new RangeError(`table of ${rest.deviceId}: ${bytes.length} bytes`);
  const whole = new Uint8Array(bytes).buffer;
  return {
    ...rest,
    startRow: new Int32Array(whole, from, n),
    endRow: new Int32Array(whole, from + 4 * n, n),
    windows: new Float32Array(whole, from + 8 * n, n * d),
    labels: new Int8Array(whole, from + 8 * n + 4 * n * d, n),
  };
}

function bytesOf(values: Float32Array | Int32Array | Int8Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
