// The text of a suite's csv file -> its columns. Knows no suite.
import { SuiteError } from './suite-file.ts';

export type Columns = { timesMs: Float64Array; columns: ReadonlyMap<string, Float64Array> };

/**
 * Parses a file whose first column is a time in UTC (`2014-02-14 14:30:00`, fractions allowed) and whose others are numbers; an empty
 * cell or one that says nan is NaN. Throws a `SuiteError` that names file and line on another separator, a missing column, a line of
 * another length, a time or a cell that cannot be read, and where there are no rows.
 */
export function parseRows(
  file: string,
  text: string,
  separator: ',' | ';',
  timeColumn: string,
  wanted: readonly string[],
): Columns {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  while (lines.at(-1)?.trim() === '') lines.pop();
  const header = (lines[0] ?? '').split(separator).map((title) => title.trim());
  if (header.length === 1)
    throw new SuiteError(
      'invalid',
      `${file}: line 1 is '${lines[0]?.slice(0, 60) ?? ''}'; expected columns separated by '${separator}'`,
    );
  const lacking = [timeColumn, ...wanted].find((name) => !header.includes(name));
  if (lacking !== undefined || header[0] !== timeColumn)
    throw new SuiteError(
      'invalid',
      `${file}: line 1: columns ${header.join(', ')}; expected ${[timeColumn, ...wanted].join(', ')}`,
    );
  const rows = lines.length - 1;
  if (rows === 0) throw new SuiteError('invalid', `${file}: no rows; expected at least one after the header`);
  const timesMs = new Float64Array(rows);
  const columns = new Map(header.slice(1).map((name) => [name, new Float64Array(rows)]));
  for (let row = 0; row < rows; row++) {
    const cells = lines[row + 1].split(separator);
    const place = `${file}: line ${row + 2}`;
    if (cells.length !== header.length)
      throw new SuiteError(
        'invalid',
        `${place} has ${cells.length} cells; expected ${header.length}, separated by '${separator}'`,
      );
    timesMs[row] = timeOf(place, cells[0]);
    header.slice(1).forEach((name, c) => {
      const column = columns.get(name);
      if (column !== undefined) column[row] = numberOf(place, name, cells[c + 1]);
    });
  }
  return { timesMs, columns };
}

/** Epoch milliseconds of a time in UTC. */
export function timeOf(place: string, text: string): number {
  const parts = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}:\d{2}:\d{2})(\.\d+)?$/.exec(text.trim());
  const timeMs = parts === null ? Number.NaN : Date.parse(`${parts[1]}T${parts[2]}Z`) + Number(parts[3] ?? 0) * 1000;
  if (Number.isFinite(timeMs)) return timeMs;
  throw new SuiteError('invalid', `${place}: time '${text.slice(0, 40)}'; expected one like 2014-02-14 14:30:00`);
}

/** The way the suites write times. */
export function timeText(timeMs: number): string {
  return new Date(Math.round(timeMs / 1000) * 1000).toISOString().slice(0, 19).replace('T', ' ');
}

function numberOf(place: string, column: string, cell: string): number {
  const text = cell.trim();
  if (text === '' || /^nan$/i.test(text)) return Number.NaN;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new SuiteError('invalid', `${place}: ${column} is '${text.slice(0, 40)}'; expected a number`);
}
