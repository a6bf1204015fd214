import { describe, expect, test } from 'vitest';
import { parseDocumentText } from './parse-document-text.ts';

const nines = (name: string) => Array.from({ length: 9 }, () => `*${name}`).join(',');
const bomb = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'].map((name, i) => `${name}: &${name} [${nines('abcdefgh'.charAt(i))}]`);

describe('YAML that is no plain data is one mistake, with its place', () => {
  test.each([
    ['aliases by the million', ['a: &a [x, x]', ...bomb].join('\n'), '(file)'],
    ['an alias of nothing', 'log: *nothing', '(file)'],
    ['a list in itself', 'classes: &a [*a]', 'classes[0]'],
    ['a mapping in itself', 'log: &a { level: *a }', 'log.level'],
    ['a set', 'log: !!set { a, b }', 'log'],
    ['bytes', 'scorer: !!binary aGVsbG8=', 'scorer'],
    ['a name that JavaScript takes for itself', 'classes: { __proto__: { rateHz: 1 } }', 'classes'],
  ])('%s', (_, text, path) => {
    expect(parseDocumentText(text)).toMatchObject({ mistakes: [{ path }] });
  });
});

test('the same part in two places is no circle', () => {
  expect(parseDocumentText('a: &a [1]\nb: [*a, *a]')).toEqual({ value: { a: [1], b: [[1], [1]] } });
});
