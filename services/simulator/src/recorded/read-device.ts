// The rows of a recorded device, block by block, without ever holding the whole file.
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FleetError, isMissingFile, messageOf } from './fleet-error.ts';
import type { RecordedDevice } from './fleet.ts';
import { createCsvRows } from './csv-rows.ts';
import { createInt16Rows } from './int16-rows.ts';
import type { RowSink } from './row-parser.ts';

/** Rows `[fromRow, fromRow + timesMs.length)`: event times, values `[row][channel]`, labels (0, 1, -1: do not score). */
export type DeviceBlock = { fromRow: number; timesMs: Float64Array; samples: Float32Array; labels: Int8Array };

/**
 * Yields all rows in order, in blocks of `blockRows` (default 4,096) and a shorter last one. Throws a `FleetError` that names the
 * file (and the line) where a row is broken or the number of rows is not that of the manifest.
 */
export async function* readDevice(device: RecordedDevice, { blockRows = 4096 } = {}): AsyncGenerator<DeviceBlock> {
  const full: DeviceBlock[] = [];
  const builder = createBlockBuilder(device, blockRows, (block) => full.push(block));
  const parser = device.format === 'csv' ? createCsvRows(device, builder.add) : createInt16Rows(device, builder.add);
  for await (const bytes of unpackedChunks(device.file)) {
    parser.push(bytes);
    yield* full.splice(0);
  }
  parser.end();
  builder.flush();
  yield* full.splice(0);
  if (builder.rows() !== device.rows)
    throw new FleetError(
      'invalid',
      `${device.file}: ${builder.rows()} rows; expected ${device.rows}, as in devices[${device.id}].rows of the manifest`,
    );
}

async function* unpackedChunks(file: string): AsyncGenerator<Uint8Array> {
  try {
    // Errors of either stream come out of the loop.
    yield* pipeline(createReadStream(file), createGunzip(), () => undefined);
  } catch (error) {
    if (error instanceof FleetError) throw error;
    if (isMissingFile(error)) throw new FleetError('missing', `${file}: ${messageOf(error)}`, error);
    throw new FleetError('unreadable', `${file}: ${messageOf(error)}; expected a whole gzip file: pack or copy it again`, error);
  }
}

function createBlockBuilder(
  device: RecordedDevice,
  blockRows: number,
  emit: (block: DeviceBlock) => void,
): { add: RowSink; flush(): void; rows(): number } {
  const width = device.channels.length;
  const labels = labelsOf(device);
  let done = 0;
  let filled = 0;
  let timesMs = new Float64Array(blockRows);
  let samples = new Float32Array(blockRows * width);

  function flush(): void {
    if (filled === 0) return;
    emit({
      fromRow: done,
      timesMs: timesMs.subarray(0, filled),
      samples: samples.subarray(0, filled * width),
      labels: labels.slice(done, done + filled),
    });
    done += filled;
    filled = 0;
    timesMs = new Float64Array(blockRows);
    samples = new Float32Array(blockRows * width);
  }
  function add(timeMs: number, values: Float64Array): void {
    timesMs[filled] = timeMs;
    for (let c = 0; c < width; c++) samples[filled * width + c] = values[c];
    filled++;
    if (filled === blockRows) flush();
  }
  return { add, flush, rows: () => done };
}

function labelsOf(device: RecordedDevice): Int8Array {
  const labels = new Int8Array(device.rows);
  for (const { ignore, startRow, endRow } of device.truth) labels.fill(ignore ? -1 : 1, startRow, endRow);
  return labels;
}
