// The rules of Prometheus: right in themselves, tried by promtool, told in the runbook, and about metrics that there are.
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { metricGroups, type Declaration } from '@tocsin/observability';
import { dashboards } from '../../deploy/src/deploy-files.ts';
import { recorded } from '../../deploy/src/rules/recorded.ts';
import { alertRules } from '../../deploy/src/rules/write-rules.ts';
import { promtoolOf } from '../servers/prometheus.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = join(root, 'deploy/prometheus');
const prometheus = process.env['PROMETHEUS'];
const skipped = prometheus === undefined ? ' (skipped: PROMETHEUS is not set)' : '';

describe.skipIf(prometheus === undefined)(`promtool${skipped}`, () => {
  const promtool = (...args: string[]) => promisify(execFile)(promtoolOf(prometheus!), args, { cwd: folder });

  test('takes the configuration and the rules', async () => {
    expect((await promtool('check', 'config', 'prometheus.yml')).stdout).toContain('SUCCESS');
  });

  test('takes the Alertmanager that the configuration mentions', async () => {
    const text = readFileSync(join(folder, 'prometheus.yml'), 'utf8').replaceAll(/^# ((?: {2})?\w+:.*)$/gm, '$1');
    expect(parse(text)).toMatchObject({ alerting: { alertmanagers: [{}] } });
    const copy = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
    cpSync(join(folder, 'rules.yml'), join(copy, 'rules.yml'));
    writeFileSync(join(copy, 'prometheus.yml'), text);
    expect((await promtool('check', 'config', join(copy, 'prometheus.yml'))).stdout).toContain('SUCCESS');
    rmSync(copy, { recursive: true });
  });

  test('sees every alert fire where it should, and stay quiet where it should', async () => {
    const { stdout } = await promtool('test', 'rules', 'rules.test.yml', 'rules-days.test.yml');
    expect(stdout.match(/SUCCESS/g)).toHaveLength(2);
  }, 300_000);
});

test('every alert has an entry in the runbook, with what it means, where to look and what to do; and no other has', () => {
  const sections = readFileSync(join(root, 'docs/runbook.md'), 'utf8').split(/^### /m).slice(1);
  expect(sections.map((section) => section.split('\n')[0]).sort()).toEqual(alertRules.map(({ name }) => name).sort());
  for (const section of sections) expect(section).toMatch(/\*\*Means:\*\*[^]*\*\*Look at:\*\*[^]*\*\*Do:\*\*/);
});

const declared = metricGroups.flatMap(({ declarations }) => Object.values<Declaration>(declarations));
const known = new Set([
  ...declared.flatMap(({ name, kind }) => (kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`] : [name])),
  ...Object.values(recorded).map(({ name }) => name),
]);
const queries = [
  ...alertRules.map(({ name, expr }) => [name, expr] as const),
  ...Object.values(recorded).map(({ name, expr }) => [name, expr] as const),
  ...dashboards.flatMap(({ rows }) =>
    rows.flatMap(({ panels }) => panels.flatMap(({ title, lines }) => lines.map(({ query }) => [title, query] as const))),
  ),
];

test.each(queries)('%s asks for metrics that a service registers', (_, query) => {
  const named = query.replaceAll(/"[^"]*"/g, '').match(/[\w:]*tocsin_[\w:]+/g) ?? [];
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('rules look back on times of their own, not on those of a page', () => {
  const rules = [...alertRules, ...Object.values(recorded)];
  expect(rules.filter(({ expr }) => expr.includes('$')).map(({ name }) => name)).toEqual([]);
});

test('no panel twice in a dashboard, and every one says what it shows', () => {
  for (const { rows } of dashboards) {
    const panels = rows.flatMap((row) => row.panels);
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const { about } of panels) expect(about).toMatch(/\.$/);
  }
});
