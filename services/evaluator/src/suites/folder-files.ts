// The files of a suite's folder.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SuiteError } from './suite-file.ts';

/** Names `category/file.csv` below a folder, in order. Throws a `SuiteError` where there are none. */
export function csvNames(folder: string, categories?: readonly string[]): string[] {
  if (!existsSync(folder)) throw new SuiteError('missing', `${folder}: no such folder; expected the suite's data`);
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && (categories?.includes(entry.name) ?? true))
    .flatMap(({ name }) =>
      readdirSync(join(folder, name))
        .filter((file) => file.endsWith('.csv'))
        .map((file) => `${name}/${file}`),
    );
  if (names.length > 0) return names.toSorted();
  throw new SuiteError('missing', `${folder}: no csv file in ${categories?.join(', ') ?? 'any sub folder'}`);
}

export function textOf(file: string): string {
  if (!existsSync(file)) throw new SuiteError('missing', `${file}: no such file`);
  return readFileSync(file, 'utf8');
}
