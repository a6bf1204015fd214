// Opens a folder of recorded data: one data set, or a folder of several. Checks all that can be checked without reading the rows.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { FleetError } from './fleet-error.ts';
import type { DataSet, Fleet } from './fleet.ts';
import { objectsField, readFields, textField } from './json-fields.ts';
import { openDataSet, type OnBrokenDevice } from './open-data-set.ts';

/**
 * `directory` is the folder of one data set (it holds `manifest.json`) or of several (it holds `index.json`, which then says which,
 * or else every sub folder with a manifest counts). Format: `services/simulator/data/README.md`. Throws a `FleetError` that names
 * the file and the field; with `onBroken` a set goes without those of its devices whose files cannot be read.
 */
export function openFleet(directory: string, onBroken?: OnBrokenDevice): Fleet {
  const dataSets = dataSetFolders(directory).map((folder) => openDataSet(folder, onBroken));
  const seen = new Map<string, DataSet>();
  for (const dataSet of dataSets) {
    const other = seen.get(dataSet.name);
    if (other !== undefined)
      throw new FleetError('invalid', `${directory}: two data sets are called ${dataSet.name}; rename one`);
    seen.set(dataSet.name, dataSet);
  }
  return { dataSets };
}

function dataSetFolders(directory: string): string[] {
  if (existsSync(join(directory, 'manifest.json'))) return [directory];
  const index = join(directory, 'index.json');
  if (existsSync(index))
    return objectsField(readFields(index), 'datasets').map((entry) => join(directory, textField(entry, 'dir')));
  if (!existsSync(directory)) throw new FleetError('missing', `${directory}: no such folder; expected one with recorded data`);
  const folders = readdirSync(directory)
    .toSorted()
    .map((name) => join(directory, name))
    .filter((folder) => existsSync(join(folder, 'manifest.json')));
  if (folders.length > 0) return folders;
  throw new FleetError('missing', `${directory}: expected manifest.json, index.json or sub folders with a manifest.json`);
}
