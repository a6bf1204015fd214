// Rules and their unit tests as the YAML that Prometheus and promtool read.
import { stringify } from 'yaml';
import { recorded } from './recorded.ts';
import type { AlertRule } from './rule.ts';
import { dataAlerts } from './data-alerts.ts';
import { modelAlerts } from './model-alerts.ts';
import { noticeAlerts } from './notice-alerts.ts';
import { serviceAlerts } from './service-alerts.ts';
import { stateAlerts } from './state-alerts.ts';
import { trainerAlerts } from './trainer-alerts.ts';

const groups = {
  service: serviceAlerts,
  data: dataAlerts,
  state: stateAlerts,
  models: modelAlerts,
  notices: noticeAlerts,
  trainer: trainerAlerts,
};

export const alertRules: readonly AlertRule[] = Object.values(groups).flat();

const written = '# Written by `npm run docs` from deploy/src/rules; change it there.\n';

/** Text of deploy/prometheus/rules.yml. */
export function rulesFile(): string {
  const kept = Object.values(recorded).map(({ name, expr }) => ({ record: name, expr }));
  const alerting = Object.entries(groups).map(([name, rules]) => ({ name: `tocsin-${name}`, rules: rules.map(ruleOf) }));
  return written + yaml({ groups: [{ name: 'tocsin-recorded', rules: kept }, ...alerting] });
}

/** Texts of the unit tests by file name: every alert in a world in which it fires, and in one in which it does not. */
export function ruleTestFiles(): Record<string, string> {
  const [days, hours] = [alertRules.filter(takesDays), alertRules.filter((rule) => !takesDays(rule))];
  return { 'rules.test.yml': testsFile(hours, '1m'), 'rules-days.test.yml': testsFile(days, '10m') };
}

/** Looked at every minute, a day is thousands of looks at every rule. */
function takesDays({ fires }: AlertRule): boolean {
  return fires.at.endsWith('h');
}

function testsFile(rules: readonly AlertRule[], interval: string): string {
  const tests = rules.flatMap((rule) => [
    testOf(`${rule.name} fires`, rule, rule.fires, [
      { exp_labels: labelsOf(rule), exp_annotations: annotationsOf(rule, rule.fires.labels) },
    ]),
    testOf(`${rule.name} is quiet`, rule, rule.quiet, []),
  ]);
  return written + yaml({ rule_files: ['rules.yml'], evaluation_interval: interval, tests });
}

function ruleOf(rule: AlertRule): object {
  const { name, expr, severity } = rule;
  return { alert: name, expr, for: rule.for, labels: { severity }, annotations: annotationsOf(rule) };
}

function testOf(name: string, rule: AlertRule, { at, series }: AlertRule['quiet'], expected: readonly object[]): object {
  return {
    name,
    interval: '1m',
    input_series: Object.entries(series).map(([each, values]) => ({ series: each, values })),
    alert_rule_test: [{ eval_time: at, alertname: rule.name, exp_alerts: expected }],
  };
}

function labelsOf({ severity, fires }: AlertRule): Record<string, string> {
  return { severity, ...fires.labels };
}

/** With labels, as they read where these are filled in. */
function annotationsOf({ name, summary }: AlertRule, labels?: Readonly<Record<string, string>>): Record<string, string> {
  const text =
    labels === undefined ? summary : summary.replaceAll(/\{\{ \$labels\.(\w+) \}\}/g, (_, label: string) => labels[label]);
  return { summary: text, runbook_url: `docs/runbook.md#${name.toLowerCase()}` };
}

function yaml(value: object): string {
  return stringify(value, { lineWidth: 0 });
}
