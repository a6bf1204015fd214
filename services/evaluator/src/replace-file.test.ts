import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceFile } from './replace-file.ts';

let directory: string;
beforeEach(() => void (directory = mkdtempSync(join(tmpdir(), 'tocsin-replace-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('what another process has begun to write beside it is left alone', () => {
  const file = join(directory, 'a.bin');
  writeFileSync(`${file}.part`, 'half of an');
  replaceFile(file, 'one');
  replaceFile(file, 'another');
  expect(readFileSync(file, 'utf8')).toBe('another');
  expect(readdirSync(directory).toSorted()).toEqual(['a.bin', 'a.bin.part']);
  expect(readFileSync(`${file}.part`, 'utf8')).toBe('half of an');
});

test('where it cannot be put in place nothing is left behind', () => {
  const file = join(directory, 'folder');
  mkdirSync(join(file, 'full'), { recursive: true });
  expect(() => replaceFile(file, 'one')).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(directory)).toEqual(['folder']);
});
