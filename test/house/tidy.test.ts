// What a reader of this repository may rely on, checked on the repository itself.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { filesOf, readRepository } from './read-repository.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = filesOf(root);
const { sources } = readRepository(root);
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** `path:line` of every line of code or comment that matches. */
function linesWith(pattern: RegExp, paths = sources): string[] {
  return paths.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, i) => (pattern.test(line) ? [`${path}:${i + 1}`] : [])),
  );
}

test('no source is longer than 300 lines', () => {
  const long = sources.map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 })).filter(({ lines }) => lines > 300);
  expect(long).toEqual([]);
});

test('what is left to do is an issue, not a remark', () => {
  expect(linesWith(/\b(TODO|FIXME|XXX|HACK)\b(?!.*(#\d+|https:\/\/))/).filter((at) => !at.startsWith('test/house/'))).toEqual([]);
});

test('no assertion that turns everything into anything, and no silenced compiler', () => {
  const pattern = /\bas unknown as\b|@ts-(ignore|nocheck)|\bas any\b/;
  expect(linesWith(pattern).filter((at) => !at.startsWith('test/house/'))).toEqual([]);
});

test('files are named in kebab-case after what they hold', () => {
  const names = files.filter((path) => /^(shared|services|test|scripts)\/.*\.(tsx?|mjs)$/.test(path));
  expect(names.filter((path) => !/^([a-z0-9-]+\/)+[a-z0-9]+([.-][a-z0-9]+)*\.(tsx?|mjs)$/.test(path))).toEqual([]);
  // Alertmanager is a program that is called so.
  expect(names.filter((path) => /(utils?|helpers?|(?<!alert)manager|common|misc)\b/.test(path))).toEqual([]);
});

test('every source says at its top what it does', () => {
  const silent = sources.filter(
    ({ path, text, isTest }) => !isTest && !/(index|\.config)\.ts$/.test(path) && !/^(#!.*\n)?(\/\/|\/\*)/.test(text),
  );
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('dependencies are pinned to one version each', () => {
  const manifests = files.filter((path) => /(^|\/)package\.json$/.test(path));
  const loose = manifests.flatMap((path) => {
    const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = JSON.parse(read(path));
    const all: Record<string, string> = { ...dependencies, ...devDependencies, ...optionalDependencies };
    return Object.entries(all).flatMap(([name, version]) =>
      /^\d+\.\d+\.\d+[-+.\w]*$/.test(version) ? [] : [`${path}: ${name} ${version}`],
    );
  });
  expect(loose).toEqual([]);
});

test('the lock file carries no download addresses', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "http/);
});

const isCheckout = existsSync(join(root, '.git'));
test.skipIf(!isCheckout)(`nothing built or installed is committed${isCheckout ? '' : ' (skipped: no git checkout)'}`, () => {
  const committed = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  expect(committed.filter((path) => /(^|\/)(dist|node_modules|coverage|\.tocsin)\/|\.tsbuildinfo$/.test(path))).toEqual([]);
});
