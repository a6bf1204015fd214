import { expect, test } from 'vitest';
import { fail, ok, warn } from './finding.ts';
import { findingLines, findingsJson } from './print-findings.ts';

const plain = (_: string, text: string) => text;
const findings = [
  ok('node', 'v20.19.0'),
  warn('telemetry', 'no records yet', 'let devices send'),
  fail('log', 'refused\n  by all', 'start it'),
];

test('one line each, whatever a message looks like, and how it came out', () => {
  expect(findingLines(findings, plain)).toEqual([
    'ok    node       v20.19.0',
    'warn  telemetry  no records yet → let devices send',
    'fail  log        refused by all → start it',
    '',
    '1 ok, 1 warn, 1 fail: something is missing',
  ]);
});

test('warnings are no failure', () => {
  expect(findingLines(findings.slice(0, 2), plain).at(-1)).toBe('1 ok, 1 warn, 0 fail: it will run; see the warnings');
  expect(findingLines(findings.slice(0, 1), plain).at(-1)).toBe('1 ok, 0 warn, 0 fail: all is well');
});

test('as JSON', () => {
  expect(JSON.parse(findingsJson(findings))).toEqual({ level: 'fail', findings });
  expect(JSON.parse(findingsJson([]))).toEqual({ level: 'ok', findings: [] });
});
