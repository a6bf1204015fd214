import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { evaluationSets } from '../sets/evaluation-sets.ts';
import { fleetPlans, readSlowRows, slowSet } from '../slow-fleet.fixture.ts';
import type { ReadRows } from '../source.ts';
import { cutDevice } from './cut-device.ts';
import { judgedFrom, supportCount } from './device-table.ts';
import { readTable, tableKey, trimCache, writeTable } from './window-cache.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-cut-'));
const source = slowSet('pumps', fleetPlans({ 'meta-train': 1, 'meta-validation': 0, 'meta-test': 0 }), directory);
const [{ classes }] = evaluationSets([source], ['pumps']);
const of = classes[0];
const device = of.devices[0];

describe('cutDevice', () => {
  test('windows of 8 rows every 4, with the rows they cover and what is true of them', async () => {
    const table = await cutDevice(device, of, readSlowRows);
    // 200 rows: windows start at 0, 4, .. 192. Wrong rows are 140..179.
    expect(table.n).toBe(49);
    expect([...table.startRow.slice(0, 3), ...table.endRow.slice(0, 3)]).toEqual([0, 4, 8, 8, 12, 16]);
    expect(supportCount(table)).toBe(19);
    expect(judgedFrom(table)).toBe(20);
    // Windows 34 (rows 136..143, half wrong) to 44 (176..183).
    const anomalous = Array.from(table.labels.keys()).filter((i) => table.labels[i] === 1);
    expect([anomalous[0], anomalous.at(-1), anomalous.length]).toEqual([34, 44, 11]);
    // Window 19 lies on both sides of row 80.
    expect(Array.from(table.labels.keys()).filter((i) => table.labels[i] === -1)).toEqual([19]);
    expect(table.windows.length).toBe(49 * of.spec.elements.length);
  });

  test('rows after a gap keep their numbers, and windows over the gap are left out', async () => {
    const gapped: ReadRows = async function* (wanted) {
      for await (const block of readSlowRows(wanted))
        yield { ...block, timesMs: block.timesMs.map((timeMs, i) => timeMs + (block.fromRow + i >= 100 ? 40_000 : 0)) };
    };
    const table = await cutDevice(device, of, gapped);
    const across = Array.from(table.startRow.keys()).filter((i) => table.startRow[i] < 100 && table.endRow[i] > 100);
    expect(across).toEqual([]);
    // Rows 100.. come 40 s later; their first full window starts at second 140, which is row 100.
    expect([...table.startRow]).toContain(100);
    expect(table.n).toBe(48);
  });
});

describe('the cache', () => {
  test('gives back what it was given', async () => {
    const table = await cutDevice(device, of, readSlowRows);
    const key = tableKey(device, of);
    writeTable(join(directory, 'cache'), key, table);
    expect(readTable(join(directory, 'cache'), key)).toEqual(table);
  });

  test('an entry that is cut short, or none, is no entry', async () => {
    writeFileSync(join(directory, 'short.bin'), 'short');
    expect(readTable(directory, 'short')).toBeNull();
    expect(readTable(directory, 'absent')).toBeNull();
  });

  test('other labels, other windows: another key', () => {
    const key = tableKey(device, of);
    expect(tableKey({ ...device, trainRows: 60 }, of)).not.toBe(key);
    const window = { ...of.deviceClass.window, hop: 2 };
    expect(tableKey(device, { ...of, deviceClass: { ...of.deviceClass, window } })).not.toBe(key);
  });

  test('is trimmed to its bound', () => {
    const full = mkdtempSync(join(tmpdir(), 'tocsin-trim-'));
    for (let i = 0; i < 5; i++) writeFileSync(join(full, `${i}.bin`), Buffer.alloc(100));
    trimCache(full, 250);
    expect(readdirSync(full)).toHaveLength(2);
  });
});
