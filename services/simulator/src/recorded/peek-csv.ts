// What a recorded csv tells before its rows are read for their values: its columns, its time step, its times.
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { FleetError, messageOf } from './fleet-error.ts';

const peekBytes = 16_384;

/** Number of channels (columns between `t` and `label`) and the median step of the first rows, in milliseconds. */
export function peekCsv(file: string): { channelCount: number; stepMs: number } {
  const lines = unpackBeginning(file).split('\n');
  const channelCount = channelCountOf(file, lines[0]);
  // The last line may be cut.
  const times = lines.slice(1, -1).map((line) => Number.parseFloat(line));
  const steps = times
    .slice(1)
    .map((time, i) => time - times[i])
    .toSorted((a, b) => a - b);
  const stepMs = steps[Math.floor(steps.length / 2)] ?? Number.NaN;
  if (!(stepMs > 0))
    throw new FleetError('invalid', `${file}: column t has a median step of ${stepMs} ms; expected rising times`);
  return { channelCount, stepMs };
}

/** Column `t` of every row. */
export function readCsvTimes(file: string): Float64Array {
  const lines = unpack(file, () => gunzipSync(readFileSync(file)))
    .trimEnd()
    .split('\n');
  return Float64Array.from(lines.slice(1), (line) => Number.parseFloat(line));
}

/** Checks the header `t,s0..sN,label` and counts its channels. */
export function channelCountOf(file: string, header: string): number {
  const columns = header.split(',');
  const count = columns.length - 2;
  const isRight =
    count > 0 && columns[0] === 't' && columns.at(-1) === 'label' && columns.slice(1, -1).every((name, c) => name === `s${c}`);
  if (isRight) return count;
  throw new FleetError('invalid', `${file}: line 1 is '${header.slice(0, 60)}'; expected t,s0,s1,...,label`);
}

function unpackBeginning(file: string): string {
  return unpack(file, () => {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = new Uint8Array(peekBytes);
      const length = readSync(descriptor, bytes, 0, peekBytes, 0);
      // A sync flush at the end lets a cut stream give what it has.
      return gunzipSync(bytes.subarray(0, length), { finishFlush: constants.Z_SYNC_FLUSH });
    } finally {
      closeSync(descriptor);
    }
  });
}

function unpack(file: string, read: () => Buffer): string {
  try {
    return read().toString('utf8');
  } catch (error) {
    throw new FleetError('unreadable', `${file}: ${messageOf(error)}; expected a whole gzip file: pack or copy it again`, error);
  }
}
