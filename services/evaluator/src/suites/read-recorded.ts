// A suite in the format of recorded fleets (manifest and devices): every device is one of its files.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ReadRows, SourceDevice, SourceSet } from '../source.ts';
import { eventsOf } from '../windows/window-label.ts';
import { SuiteError, type SuiteFile } from './suite-file.ts';

/** Files named `group/rest of the device's id.csv`. */
export async function readRecorded(set: SourceSet, readRows: ReadRows): Promise<SuiteFile[]> {
  const files: SuiteFile[] = [];
  for (const device of set.devices) {
    const timesMs = new Float64Array(device.rows);
    const samples = new Float64Array(device.rows * device.channels.length);
    for await (const block of readRows(device)) {
      timesMs.set(block.timesMs, block.fromRow);
      // Seven digits are what single precision holds: .132 is to be written as it was read.
      samples.set(
        Float64Array.from(block.samples, (value) => Number(value.toPrecision(7))),
        block.fromRow * device.channels.length,
      );
    }
    files.push({
      name: fileNameOf(device),
      timesMs,
      channels: device.channels,
      samples,
      events: eventsOf(device),
      changepoints: changepointsOf(device),
      isJudged: !device.id.includes('anomaly-free'),
      split: device.split,
    });
  }
  return files;
}

/** `skab-valve1-0` of group valve1 -> `valve1/0.csv`; `realTweets-Twitter_volume_FB` -> `realTweets/Twitter_volume_FB.csv`. */
export function fileNameOf({ id, dataSet, group }: Pick<SourceDevice, 'id' | 'dataSet' | 'group'>): string {
  const own = id.startsWith(`${dataSet}-`) ? id.slice(dataSet.length + 1) : id;
  const inGroup = own.startsWith(`${group}-`);
  return `${group}/${inGroup ? own.slice(group.length + 1) : own}.csv`;
}

/** Rows that `labels.json` lists beside the intervals; the fleet's reader has no use for them. */
function changepointsOf({ id, file }: SourceDevice): number[] {
  const labelsFile = join(dirname(dirname(file)), 'labels.json');
  if (!existsSync(labelsFile)) return [];
  const labels: Readonly<Record<string, { changepoints?: unknown }>> = JSON.parse(readFileSync(labelsFile, 'utf8'));
  const rows = labels[id]?.changepoints ?? [];
  if (Array.isArray(rows) && rows.every((row) => Number.isInteger(row))) return rows;
  throw new SuiteError('invalid', `${labelsFile}: ${id}.changepoints is not a list of rows`);
}
