// One data set: its manifest, its labels, and what only its rows can tell (rates and times that the manifest leaves open).
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FleetError } from './fleet-error.ts';
import type { DataSet, RecordedDevice, Split, TruthInterval } from './fleet.ts';
import { splits } from './fleet.ts';
import {
  countField,
  type Fields,
  intervalsField,
  numberOrNullField,
  numbersField,
  objectField,
  objectsField,
  oneOfField,
  readFields,
  textField,
  textsField,
  wrong,
} from './json-fields.ts';
import { peekCsv, readCsvTimes } from './peek-csv.ts';

/** Sources without real time stamps start here. */
const epochMs = Date.UTC(2020, 0, 1);

/** A device before it is known which class it belongs to. */
type Unclassed = Omit<RecordedDevice, 'deviceClass'>;

/** Hears of a device whose file is missing or not what the manifest says, and that is left out. */
export type OnBrokenDevice = (dataSet: string, deviceId: string, error: FleetError) => void;

/**
 * Reads `manifest.json` and `labels.json` of a folder. Throws a `FleetError` that names file and field; with `onBroken`, files of
 * devices that cannot be read throw only where there is no other device.
 */
export function openDataSet(folder: string, onBroken?: OnBrokenDevice): DataSet {
  const manifest = readFields(join(folder, 'manifest.json'));
  const labels = readFields(join(folder, 'labels.json'));
  const name = textField(manifest, 'name');
  const entries = objectsField(manifest, 'devices');
  if (entries.length === 0) wrong(manifest, 'devices', 'at least one device');
  const facts = entries.map((entry) => ({ ...readEntry(folder, name, entry, labels), entry }));
  const ids = new Set(facts.map(({ id }) => id));
  if (ids.size < facts.length) throw new FleetError('invalid', `${manifest.file}: devices[].id: two devices share an id`);
  const unknown = Object.keys(labels.values).find((id) => !ids.has(id));
  if (unknown !== undefined) wrong(labels, unknown, 'labels of devices of the manifest only');
  const broken: { id: string; error: FleetError }[] = [];
  const devices = facts.flatMap(({ entry, ...known }): Unclassed[] => {
    try {
      return [openDevice(folder, manifest, entry, labels, known)];
    } catch (error) {
      if (onBroken === undefined || !(error instanceof FleetError)) throw error;
      broken.push({ id: known.id, error });
      return [];
    }
  });
  if (devices.length === 0) throw broken[0].error;
  for (const { id, error } of broken) onBroken?.(name, id, error);
  return {
    name,
    title: textField(manifest, 'title'),
    licence: textField(manifest, 'licence'),
    citation: textField(manifest, 'citation'),
    devices: withClasses(name, devices),
  };
}

type Entry = Pick<Unclassed, 'id' | 'dataSet' | 'group' | 'split' | 'rows' | 'trainRows' | 'file'>;

/** What the manifest alone says of a device. */
function readEntry(folder: string, dataSet: string, entry: Fields, labels: Fields): Entry {
  const id = textField(entry, 'id');
  const rows = countField(entry, 'rows', 1);
  if (labels.values[id] === undefined) wrong(labels, id, 'an entry for every device of the manifest');
  return {
    id,
    dataSet,
    group: textField(entry, 'group'),
    split: oneOfField<Split>(entry, 'split', splits),
    rows,
    trainRows: countField(entry, 'trainRows', 0, rows),
    file: join(folder, textField(entry, 'file')),
  };
}

function openDevice(folder: string, manifest: Fields, entry: Fields, labels: Fields, known: Entry): Unclassed {
  const { id, file, rows } = known;
  if (!existsSync(file)) wrong(entry, 'file', `a file in ${folder}`);
  const format = oneOfField(manifest, 'format', ['csv.gz', 'int16-bin.gz']);
  const opened = format === 'csv.gz' ? openCsv(manifest, entry, file, rows) : openInt16(manifest, entry, rows);
  const { timeOfRow, ...rest } = opened;
  const kind = manifest.values['anomaly'] === undefined ? 'labelled' : textField(manifest, 'anomaly');
  const truth = readTruth(objectField(labels, id), rows, kind, timeOfRow, 1000 / rest.rateHz);
  return { ...known, ...rest, startMs: timeOfRow(0), endMs: timeOfRow(rows - 1) + 1000 / rest.rateHz, truth };
}

type Opened = Pick<Unclassed, 'rateHz' | 'channels' | 'format' | 'scale'> & { timeOfRow(row: number): number };

function openInt16(manifest: Fields, entry: Fields, rows: number): Opened {
  const channels = textsField(manifest, 'channels');
  const rateHz = numberOrNullField(manifest, 'samplingRateHz');
  if (rateHz === null || rateHz <= 0)
    return wrong(manifest, 'samplingRateHz', `a positive number, because format is int16-bin.gz`);
  const meta = objectField(entry, 'meta');
  const scale = numbersField(meta, 'scale');
  if (scale.length !== channels.length) wrong(meta, 'scale', `one number for each of ${channels.length} channels`);
  const startMs = numberOrNullField(entry, 'tStart') ?? epochMs;
  countField(entry, 'rows', rows);
  return { rateHz, channels, format: 'int16', scale, timeOfRow: (row) => startMs + (row * 1000) / rateHz };
}

/** Times are in the rows: closed form where they are evenly spaced from `tStart` to `tEnd`, else read. */
function openCsv(manifest: Fields, entry: Fields, file: string, rows: number): Opened {
  const { channelCount, stepMs: peekedStepMs } = peekCsv(file);
  const named = textsField(manifest, 'channels');
  if (named.length > 0 && named.length !== channelCount)
    wrong(manifest, 'channels', `${channelCount} names, as in the header of ${file}`);
  const channels = named.length > 0 ? named : Array.from({ length: channelCount }, (_, c) => `s${c}`);
  const rateHz = numberOrNullField(manifest, 'samplingRateHz') ?? 1000 / peekedStepMs;
  if (rateHz <= 0) wrong(manifest, 'samplingRateHz', 'a positive number or null');
  const startMs = numberOrNullField(entry, 'tStart');
  const endMs = numberOrNullField(entry, 'tEnd');
  const scale = channels.map(() => 1);
  const stepMs = 1000 / rateHz;
  const isEven = startMs !== null && endMs !== null && Math.abs(endMs - startMs - (rows - 1) * stepMs) < 1e-6 * stepMs;
  if (isEven) return { rateHz, channels, format: 'csv', scale, timeOfRow: (row) => startMs + row * stepMs };
  const times = readCsvTimes(file);
  if (times.length !== rows) wrong(entry, 'rows', `${times.length}, the rows of ${file}`);
  return { rateHz, channels, format: 'csv', scale, timeOfRow: (row) => times[row] };
}

/** `kind` is what the labelled rows show, in the manifest's words. */
function readTruth(
  labels: Fields,
  rows: number,
  kind: string,
  timeOfRow: (row: number) => number,
  stepMs: number,
): TruthInterval[] {
  const read = (field: string, what: string, ignore: boolean): TruthInterval[] =>
    intervalsField(labels, field, rows).map(([startRow, endRow]) => {
      return { kind: what, ignore, startRow, endRow, startMs: timeOfRow(startRow), endMs: timeOfRow(endRow - 1) + stepMs };
    });
  return [...read('anomalies', kind, false), ...read('ignore', 'unlabelled', true)].toSorted((a, b) => a.startRow - b.startRow);
}

/** Devices that differ in rate or channels cannot share an initialisation; each kind gets a class named after what differs. */
function withClasses(dataSet: string, devices: readonly Unclassed[]): RecordedDevice[] {
  const rates = new Set(devices.map((device) => device.rateHz)).size > 1;
  const layouts = new Set(devices.map((device) => device.channels.join())).size > 1;
  return devices.map((device) => {
    const layout = layouts ? `-${device.channels.length}ch` : '';
    const rate = rates ? `-${Number((1 / device.rateHz).toPrecision(6))}s` : '';
    return { ...device, deviceClass: `${dataSet}${layout}${rate}` };
  });
}
