// The windows of a recorded device, from the cache or cut and left there.
import type { EvaluationClass } from '../sets/evaluation-sets.ts';
import type { ReadRows, SourceDevice } from '../source.ts';
import { cutDevice } from './cut-device.ts';
import type { DeviceTable } from './device-table.ts';
import { readTable, tableKey, writeTable } from './window-cache.ts';

/** Throws what `readRows` throws on broken rows. */
export async function cutOnce(
  device: SourceDevice,
  of: Omit<EvaluationClass, 'devices'>,
  cacheDirectory: string,
  readRows: ReadRows,
): Promise<DeviceTable> {
  const key = tableKey(device, of);
  const known = readTable(cacheDirectory, key);
  if (known !== null) return known;
  const table = await cutDevice(device, of, readRows);
  writeTable(cacheDirectory, key, table);
  return table;
}
