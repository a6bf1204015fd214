// The lint rules we rely on are really on: each has a file that breaks it. Linters have been seen to skip rules silently.
import { execFileSync } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixtures = 'test/house/fixtures/lint';
let found: { file: string; code: string }[];

beforeAll(() => {
  found = lint(fixtures).map(({ code, filename }) => ({ code, file: basename(filename) }));
}, 60_000);

test.each([
  ['any.ts', 'typescript(no-explicit-any)'],
  ['cycle-a.ts', 'import(no-cycle)'],
  ['cycle-b.ts', 'import(no-cycle)'],
  ['default-export.ts', 'import(no-default-export)'],
  ['floating-promise.ts', 'typescript(no-floating-promises)'], // only with type information
  ['long-function.ts', 'eslint(max-lines-per-function)'],
  ['loose-equality.ts', 'eslint(eqeqeq)'],
  ['ts-ignore.ts', 'typescript(ban-ts-comment)'],
])('%s breaks %s', (file, code) => {
  expect(found.filter((one) => one.file === file).map((one) => one.code)).toEqual([code]);
});

/** What oxlint says of a folder under the house's own configuration; it exits with 1 where it finds something. */
function lint(folder: string): { code: string; filename: string }[] {
  const args = ['node_modules/oxlint/bin/oxlint', '-c', `${folder}/lint.json`, '-f', 'json', folder];
  try {
    execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8', stdio: 'pipe' });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout: string };
    return JSON.parse(stdout).diagnostics;
  }
}
