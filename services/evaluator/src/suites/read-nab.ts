// NAB's own folder: data/<category>/<file>.csv with timestamp,value, and labels/combined_windows.json.
import { join } from 'node:path';
import type { RowSpan } from '../windows/window-label.ts';
import { csvNames, textOf } from './folder-files.ts';
import { parseRows, timeOf } from './parse-rows.ts';
import { SuiteError, type SuiteFile } from './suite-file.ts';

/** Reads every file that the labels know. Throws a `SuiteError` that names file and line or field. */
export function readNab(folder: string): SuiteFile[] {
  const labelsFile = join(folder, 'labels', 'combined_windows.json');
  const windows = readWindows(labelsFile);
  return csvNames(join(folder, 'data')).map((name) => {
    const file = join(folder, 'data', name);
    const limits = windows.get(name);
    if (limits === undefined)
      throw new SuiteError('invalid', `${labelsFile}: nothing about ${name}; expected its anomaly windows, or []`);
    const { timesMs, columns } = parseRows(file, textOf(file), ',', 'timestamp', ['value']);
    return {
      name,
      timesMs,
      channels: ['value'],
      samples: Float64Array.from(columns.get('value') ?? []),
      events: limits.map(({ startMs, endMs }) => rowsOf(labelsFile, name, timesMs, startMs, endMs)),
      changepoints: [],
      isJudged: true,
      split: null,
    };
  });
}

type Limits = { startMs: number; endMs: number };

function readWindows(file: string): Map<string, Limits[]> {
  const wrong = (what: string): SuiteError => new SuiteError('invalid', `${file}: ${what}`);
  let content: unknown;
  try {
    content = JSON.parse(textOf(file));
  } catch (error) {
    if (error instanceof SuiteError) throw error;
    throw wrong('not JSON');
  }
  if (typeof content !== 'object' || content === null) throw wrong('expected an object of file names');
  return new Map(
    Object.entries(content).map(([name, list]: [string, unknown]) => {
      if (!Array.isArray(list)) throw wrong(`${name} is not a list of [start, end]`);
      const limits = list.map((pair: unknown) => {
        const [start, end]: unknown[] = Array.isArray(pair) ? pair : [];
        if (typeof start !== 'string' || typeof end !== 'string') throw wrong(`${name}: expected pairs of times`);
        return { startMs: timeOf(`${file}: ${name}`, start), endMs: timeOf(`${file}: ${name}`, end) };
      });
      return [name, limits.toSorted((one, two) => one.startMs - two.startMs)];
    }),
  );
}

/** First row with the start's time to first row with the end's, both included, as NAB's sweeper enters and leaves a window. */
function rowsOf(file: string, name: string, timesMs: Float64Array, startMs: number, endMs: number): RowSpan {
  const startRow = timesMs.indexOf(startMs);
  const endRow = timesMs.indexOf(endMs, Math.max(0, startRow)) + 1;
  if (startRow >= 0 && endRow > startRow) return { startRow, endRow };
  throw new SuiteError('invalid', `${file}: ${name}: a window's ends are not times of its rows`);
}
