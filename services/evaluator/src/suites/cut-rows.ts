// The rows of a suite's file, one after the other, through the windows of the live path; remembers after which row a window was there.
import { createExtractor } from '@tocsin/features';
import type { DeviceClass, FeatureSpec } from '@tocsin/schemas';
import { addReading, createDeviceWindows, type OnWindow } from '@tocsin/windows';
import type { DeviceTable } from '../windows/device-table.ts';
import { windowLabel } from '../windows/window-label.ts';
import type { SuiteFile } from './suite-file.ts';

/** Windows of a file, and for each the row that closed it: its score is known from that row on. */
export type CutFile = { file: SuiteFile; table: DeviceTable; closedBy: Int32Array };

/**
 * Every row is a reading of its own. Rows with a missing cell are not fed; rows whose time repeats or goes back are the windows' to
 * judge. Windows that no row has closed by the end are left out: they would need the future.
 */
export function cutRows(file: SuiteFile, deviceClass: DeviceClass, spec: FeatureSpec, supportRows: number): CutFile {
  const { channels, rateHz, name } = deviceClass;
  const width = channels.length;
  const extract = createExtractor(spec);
  const state = createDeviceWindows(file.name, deviceClass);
  const vectors: Float32Array[] = [];
  const spans: { startRow: number; endRow: number; closedBy: number }[] = [];
  let row = 0;
  const onWindow: OnWindow = ({ outcome, window }) => {
    if (outcome === 'gappy') return;
    const features = extract(window.samples);
    if (!features.every(Number.isFinite)) return;
    vectors.push(Float32Array.from(features));
    spans.push({ ...rowsWithin(file.timesMs, row, window.startMs, window.endMs), closedBy: row });
  };
  for (; row < file.timesMs.length; row++) {
    const values = file.samples.subarray(row * width, (row + 1) * width);
    if (!values.every(Number.isFinite)) continue;
    const reading = { deviceId: file.name, deviceClass: name, startMs: file.timesMs[row], rateHz, channels };
    addReading(state, { ...reading, samples: Float32Array.from(values) }, 0, onWindow);
  }
  const d = spec.elements.length;
  const windows = new Float32Array(vectors.length * d);
  vectors.forEach((vector, at) => windows.set(vector, at * d));
  const table: DeviceTable = {
    deviceId: file.name,
    group: file.name.split('/')[0],
    split: file.split ?? 'meta-train',
    trainRows: supportRows,
    n: vectors.length,
    d,
    windows,
    labels: Int8Array.from(spans, (span) => windowLabel({ truth: [], trainRows: supportRows }, file.events, span, false)),
    startRow: Int32Array.from(spans, ({ startRow }) => startRow),
    endRow: Int32Array.from(spans, ({ endRow }) => endRow),
    events: file.events,
  };
  return { file, table, closedBy: Int32Array.from(spans, ({ closedBy }) => closedBy) };
}

/** Rows up to `last` with times in `[startMs, endMs)`; in one piece where times rise. */
function rowsWithin(timesMs: Float64Array, last: number, startMs: number, endMs: number): { startRow: number; endRow: number } {
  let endRow = last + 1;
  while (endRow > 1 && timesMs[endRow - 1] >= endMs) endRow--;
  let startRow = endRow;
  while (startRow > 0 && timesMs[startRow - 1] >= startMs) startRow--;
  return { startRow, endRow };
}
