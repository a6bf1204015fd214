// A recorded device's rows -> windows -> feature vectors, by the code of the live path, with the label of every window.
import { createExtractor } from '@tocsin/features';
import type { DeviceClass, Reading } from '@tocsin/schemas';
import { addReading, closeAll, createDeviceWindows, gridIndex, type OnWindow } from '@tocsin/windows';
import type { EvaluationClass } from '../sets/evaluation-sets.ts';
import type { ReadRows, RowBlock, SourceDevice } from '../source.ts';
import type { DeviceTable } from './device-table.ts';
import { eventsOf, windowLabel } from './window-label.ts';

/**
 * Cuts a device as the scorer would: rows become readings that break where times have a gap, readings become windows, full enough
 * windows become vectors. Windows with a feature that is not finite are left out.
 */
export async function cutDevice(
  device: SourceDevice,
  { deviceClass, spec, areRecords }: Omit<EvaluationClass, 'devices'>,
  readRows: ReadRows,
): Promise<DeviceTable> {
  const extract = createExtractor(spec);
  const d = spec.elements.length;
  const events = eventsOf(device);
  const rowsAt = createRowIndex(device.rows, deviceClass.rateHz);
  const vectors: Float32Array[] = [];
  const labels: number[] = [];
  const startRows: number[] = [];
  const endRows: number[] = [];
  const windows = createDeviceWindows(device.id, deviceClass);
  const onWindow: OnWindow = ({ outcome, window }) => {
    if (outcome === 'gappy') return;
    const features = extract(window.samples);
    if (!features.every(Number.isFinite)) return;
    const startRow = rowsAt.firstFrom(gridIndex(window.startMs, deviceClass.rateHz));
    const endRow = rowsAt.firstFrom(gridIndex(window.endMs, deviceClass.rateHz));
    vectors.push(features);
    labels.push(windowLabel(device, events, { startRow, endRow }, areRecords));
    startRows.push(startRow);
    endRows.push(endRow);
  };
  for await (const block of readRows(device)) {
    rowsAt.add(block);
    for (const reading of readingsOf(device, deviceClass, block)) addReading(windows, reading, 0, onWindow);
  }
  closeAll(windows, onWindow);
  const table = new Float32Array(vectors.length * d);
  vectors.forEach((vector, at) => table.set(vector, at * d));
  return {
    deviceId: device.id,
    group: device.group,
    split: device.split,
    trainRows: device.trainRows,
    n: vectors.length,
    d,
    windows: table,
    labels: Int8Array.from(labels),
    startRow: Int32Array.from(startRows),
    endRow: Int32Array.from(endRows),
    events,
  };
}

/** Evenly spaced stretches of a block; a row half a period off where it should be begins another. */
function* readingsOf(device: SourceDevice, deviceClass: DeviceClass, { timesMs, samples }: RowBlock): Generator<Reading> {
  const { channels, rateHz, name } = deviceClass;
  const stepMs = 1000 / rateHz;
  const width = channels.length;
  for (let from = 0; from < timesMs.length;) {
    let to = from + 1;
    while (to < timesMs.length && Math.abs(timesMs[to] - timesMs[from] - (to - from) * stepMs) < stepMs / 2) to++;
    const part = samples.subarray(from * width, to * width);
    yield { deviceId: device.id, deviceClass: name, startMs: timesMs[from], rateHz, channels, samples: part };
    from = to;
  }
}

/** Rows by place on the sample grid. A row whose time does not rise takes the place of the one before it. */
function createRowIndex(rows: number, rateHz: number): { add(block: RowBlock): void; firstFrom(grid: number): number } {
  const grids = new Float64Array(rows);
  let known = 0;
  return {
    add({ fromRow, timesMs }) {
      for (let i = 0; i < timesMs.length; i++) {
        const grid = gridIndex(timesMs[i], rateHz);
        grids[fromRow + i] = known === 0 ? grid : Math.max(grid, grids[known - 1]);
        known = fromRow + i + 1;
      }
    },
    firstFrom(grid) {
      let low = 0;
      let high = known;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (grids[middle] < grid) low = middle + 1;
        else high = middle;
      }
      return low;
    },
  };
}
