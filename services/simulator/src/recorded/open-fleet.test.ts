import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDeviceClass } from '@tocsin/config';
import { describe, expect, test } from 'vitest';
import { bundledDataDirectory } from './bundled-data.ts';
import { deviceClassesOf } from './device-class-of.ts';
import { FleetError } from './fleet-error.ts';
import type { RecordedDevice } from './fleet.ts';
import { openFleet } from './open-fleet.ts';
import { type DeviceBlock, readDevice } from './read-device.ts';
import { csvSet, int16Set, type TestSet, writeSets } from './test-fleet.ts';

async function readAll(device: RecordedDevice, blockRows?: number): Promise<DeviceBlock[]> {
  const blocks: DeviceBlock[] = [];
  for await (const block of readDevice(device, blockRows === undefined ? {} : { blockRows })) blocks.push(block);
  return blocks;
}

function only(directory: string): RecordedDevice {
  return openFleet(directory).dataSets[0].devices[0];
}

describe('a right folder', () => {
  //  row     0   1   2   3   4   5   6   7   8   9
  //  minute  0   1   2   3   4   5   6   7   8   9   10
  //          |--- train ---|           |anom. |ignore |
  test('csv: rate from the times, truth in rows and event time', () => {
    expect(only(writeSets(csvSet()))).toMatchObject({
      id: 'a',
      dataSet: 'engines',
      deviceClass: 'engines',
      split: 'meta-test',
      rows: 10,
      trainRows: 4,
      rateHz: 1 / 60,
      channels: ['x', 'y'],
      startMs: 0,
      endMs: 600_000,
      truth: [
        { kind: 'labelled', ignore: false, startRow: 6, endRow: 8, startMs: 360_000, endMs: 480_000 },
        { kind: 'unlabelled', ignore: true, startRow: 8, endRow: 10, startMs: 480_000, endMs: 600_000 },
      ],
    });
  });

  test('csv: times, values and labels of every row, whatever the block', async () => {
    const [whole] = await readAll(only(writeSets(csvSet())));
    expect([...whole.timesMs]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((minute) => 60_000 * minute));
    expect(whole.samples.slice(4, 8)).toEqual(Float32Array.of(2, 0.2, 3, 0.3));
    expect([...whole.labels]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, -1, -1]);
    const blocks = await readAll(only(writeSets(csvSet())), 4);
    expect(blocks.map(({ fromRow, timesMs }) => [fromRow, timesMs.length])).toEqual([
      [0, 4],
      [4, 4],
      [8, 2],
    ]);
    expect(blocks.flatMap(({ samples }) => [...samples])).toEqual([...whole.samples]);
    expect(blocks.flatMap(({ labels }) => [...labels])).toEqual([...whole.labels]);
  });

  test('csv: with gaps, the truth follows the times of the rows', () => {
    const set = csvSet();
    set.files['devices/a.csv.gz'] = String(set.files['devices/a.csv.gz']).replace('420000,7', '1000000,7');
    set.manifest.devices[0]['tEnd'] = 540_001;
    expect(only(writeSets(set)).truth[0]).toMatchObject({ startMs: 360_000, endMs: 1_060_000 });
  });

  test('int16: scaled values, times from 2020 on', async () => {
    const device = only(writeSets(int16Set()));
    expect(device.startMs).toBe(Date.UTC(2020, 0, 1));
    const blocks = await readAll(device, 1000);
    expect(blocks.map(({ timesMs }) => timesMs.length)).toEqual([1000, 1000, 500]);
    expect(blocks[2].samples.slice(0, 2)).toEqual(Float32Array.of(1000, -500));
    expect(blocks[2].timesMs[1]).toBe(Date.UTC(2020, 0, 1) + 2001);
    expect(blocks.flatMap(({ labels }) => [...labels]).filter((label) => label === 1).length).toBe(1250);
  });

  test('one set, several, or those that an index names', () => {
    const root = writeSets(csvSet(), int16Set());
    expect(openFleet(join(root, 'gears')).dataSets.map(({ name }) => name)).toEqual(['gears']);
    expect(openFleet(root).dataSets.map(({ name }) => name)).toEqual(['engines', 'gears']);
    writeFileSync(join(root, 'index.json'), JSON.stringify({ datasets: [{ dir: 'gears' }] }));
    expect(openFleet(root).dataSets.map(({ name }) => name)).toEqual(['gears']);
  });

  test('devices of different channels or rates are of different classes', () => {
    const set = csvSet();
    const other = String(set.files['devices/a.csv.gz']).replaceAll(/^(\d+)0000,/gm, '$100000,');
    set.files['devices/b.csv.gz'] = other;
    set.manifest.devices.push({ ...set.manifest.devices[0], id: 'b', file: 'devices/b.csv.gz', tEnd: 5_400_000 });
    const [dataSet] = openFleet(writeSets({ ...set, labels: { ...set.labels, b: {} } })).dataSets;
    expect(dataSet.devices.map(({ deviceClass }) => deviceClass)).toEqual(['engines-60s', 'engines-600s']);
    expect(Object.keys(deviceClassesOf(dataSet))).toEqual(['engines-60s', 'engines-600s']);
  });
});

describe('a broken folder is refused, with the file and the field', () => {
  const broken = (
    change: (set: ReturnType<typeof csvSet>) => void,
    base: () => ReturnType<typeof csvSet> = csvSet,
  ): (() => unknown) => {
    const set = base();
    change(set);
    return () => only(writeSets(set));
  };

  test.each<[string, (set: ReturnType<typeof csvSet>) => void]>([
    ['manifest.json: name is missing; expected a text', (set) => delete set.manifest['name']],
    ['manifest.json: devices[0].rows is -1; expected a whole number from 1 on', (set) => (set.manifest.devices[0]['rows'] = -1)],
    [
      'manifest.json: devices[0].trainRows is 11; expected a whole number from 0 to 10',
      (set) => (set.manifest.devices[0]['trainRows'] = 11),
    ],
    [
      'manifest.json: devices[0].split is "test"; expected one of meta-train',
      (set) => (set.manifest.devices[0]['split'] = 'test'),
    ],
    ['manifest.json: devices[0].file is "b.csv.gz"; expected a file in', (set) => (set.manifest.devices[0]['file'] = 'b.csv.gz')],
    ['manifest.json: format is "parquet"; expected one of csv.gz, int16-bin.gz', (set) => (set.manifest['format'] = 'parquet')],
    ['manifest.json: channels is ["x"]; expected 2 names', (set) => (set.manifest['channels'] = ['x'])],
    ['manifest.json: samplingRateHz is "fast"; expected a number or null', (set) => (set.manifest['samplingRateHz'] = 'fast')],
    ['manifest.json: devices is []; expected at least one device', (set) => set.manifest.devices.pop()],
    ['two devices share an id', (set) => set.manifest.devices.push(set.manifest.devices[0])],
    [
      'labels.json: a.anomalies[0] is [6,11]; expected rows [start, end) with 0 <= start < end <= 10',
      (set) => (set.labels['a'] = { anomalies: [[6, 11]] }),
    ],
    ['labels.json: a is missing', (set) => delete set.labels['a']],
    ['labels.json: z is {}; expected labels of devices of the manifest only', (set) => (set.labels['z'] = {})],
    [
      "a.csv.gz: line 1 is 'time,value'; expected t,s0,s1,...,label",
      (set) => (set.files['devices/a.csv.gz'] = 'time,value\n1,2\n3,4\n'),
    ],
    [
      'a.csv.gz: column t has a median step of 0 ms',
      (set) => (set.files['devices/a.csv.gz'] = 't,s0,s1,label\n1,1,1,0\n1,1,1,0\n1,1,1,0\n'),
    ],
  ])('%s', (message, change) => {
    expect(broken(change)).toThrow(message);
  });

  test('a scale for every channel', () => {
    const set = int16Set();
    set.manifest.devices[0]['meta'] = { scale: [1] };
    expect(() => only(writeSets(set))).toThrow(
      'manifest.json: devices[0].meta.scale is [1]; expected one number for each of 2 channels',
    );
  });

  test('what is not there, and what is no JSON or no gzip', () => {
    expect(() => openFleet('/nowhere')).toThrow(
      new FleetError('missing', '/nowhere: no such folder; expected one with recorded data'),
    );
    const root = writeSets(csvSet());
    writeFileSync(join(root, 'engines/devices/a.csv.gz'), 'plain');
    expect(() => openFleet(root)).toThrow(/a\.csv\.gz: .*expected a whole gzip file/);
    appendFileSync(join(root, 'engines/manifest.json'), '}');
    expect(() => openFleet(root)).toThrow(/manifest\.json: not JSON/);
    rmSync(join(root, 'engines/labels.json'));
    expect(() => openFleet(join(root, 'engines'))).toThrow(FleetError);
  });

  test('on request a set goes without devices whose files are broken, as long as one is left', () => {
    const set = csvSet();
    set.files['devices/b.csv.gz'] = 't,s0,label\n0,1,0\n60000,1,0\n';
    for (const id of ['b', 'c']) set.manifest.devices.push({ ...set.manifest.devices[0], id, file: `devices/${id}.csv.gz` });
    const root = writeSets({ ...set, labels: { ...set.labels, b: {}, c: {} } });
    const told: string[] = [];
    const open = (): unknown => openFleet(root, (_set, id, error) => told.push(`${id}: ${error.message}`));
    expect(open()).toMatchObject({ dataSets: [{ devices: [{ id: 'a' }] }] });
    expect(told).toEqual([
      expect.stringMatching(/^b: .*manifest\.json: channels is \["x","y"\]; expected 1 names/),
      expect.stringMatching(/^c: .*manifest\.json: devices\[2\]\.file is "devices\/c\.csv\.gz"; expected a file in/),
    ]);
    rmSync(join(root, 'engines/devices/a.csv.gz'));
    expect(open).toThrow(/devices\[0\]\.file is/);
  });

  test.each<[string, (set: TestSet) => void]>([
    [
      "line 4, y is 'NaN'; expected a number",
      (set) => (set.files['devices/a.csv.gz'] = String(set.files['devices/a.csv.gz']).replace('2,0.2', '2,NaN')),
    ],
    [
      'line 4 has 3 fields; expected 4',
      (set) => (set.files['devices/a.csv.gz'] = String(set.files['devices/a.csv.gz']).replace('2,0.2', '2')),
    ],
    [
      '9 rows; expected 10, as in devices[a].rows',
      (set) => (set.files['devices/a.csv.gz'] = String(set.files['devices/a.csv.gz']).replace('540000,9,0.9,0\n', '')),
    ],
  ])('rows: %s', async (message, change) => {
    const set = csvSet();
    change(set);
    await expect(readAll(only(writeSets(set)))).rejects.toThrow(message);
  });

  test('rows: a file that ends too early, in the format or in the middle of a row', async () => {
    const root = writeSets(int16Set());
    truncateSync(join(root, 'gears/devices/g.bin.gz'), 500);
    await expect(readAll(only(root))).rejects.toThrow(/g\.bin\.gz: unexpected end of file/);
    const set = int16Set();
    set.files['devices/g.bin.gz'] = new Uint8Array(10_001 - 4);
    await expect(readAll(only(writeSets(set)))).rejects.toThrow('g.bin.gz: ends within row 2499; expected 4 bytes a row');
  });
});

describe('the bundled fleets', () => {
  const { dataSets } = openFleet(bundledDataDirectory);

  test('eight gearboxes and thirty engines, some of them never seen in training', () => {
    const counts = dataSets.map(({ name, devices }) => [
      name,
      devices.length,
      devices.filter(({ split }) => split === 'meta-test').length,
    ]);
    expect(counts).toEqual([
      ['gearbox', 8, 2],
      ['cmapss', 30, 4],
    ]);
  });

  test('every row can be read, and carries the label of the truth', async () => {
    for (const device of dataSets.flatMap(({ devices }) => devices)) {
      const labels = (await readAll(device)).flatMap((block) => [...block.labels]);
      expect(labels.length).toBe(device.rows);
      expect(labels.slice(0, device.trainRows).every((label) => label !== 1)).toBe(true);
      expect(labels.filter((label) => label === 1).length).toBeGreaterThan(20);
    }
  });

  test('their classes are what the configuration takes', () => {
    const classes = dataSets.flatMap((dataSet) =>
      Object.entries(deviceClassesOf(dataSet)).map(([name, input]) => parseDeviceClass(name, input)),
    );
    expect(
      classes.map(({ name, features, window, supportWindows }) => [
        name,
        features.kind,
        window.samples,
        window.hop,
        supportWindows,
      ]),
    ).toEqual([
      ['gearbox', 'vibration', 1024, 512, 10],
      ['cmapss', 'slow', 16, 2, 5],
    ]);
  });
});
