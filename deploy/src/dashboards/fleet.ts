// Is the fleet well, and is Tocsin? The first thing to look at.
import { consoleMetrics as page, scorerMetrics as scorer, serviceMetrics as service } from '@tocsin/observability';
import { figures, increase, max, quantile, rate, sum } from '../promql.ts';
import { limits, recorded } from '../rules/recorded.ts';
import { bundleColours, noneIsWell, wellBelow, type DashboardPlan } from './plan.ts';

const ofClass = { class: '$class' };
const firing = (severity: 'critical' | 'warning') => `ALERTS{alertname=~"Tocsin.*", alertstate="firing", severity="${severity}"}`;
const opened = { ...ofClass, state: 'opened' } as const;

export const fleet: DashboardPlan = {
  uid: 'tocsin-fleet',
  title: 'Tocsin: fleet',
  about: 'Devices, alerts and services at a glance.',
  rows: [
    {
      title: 'Is it well?',
      panels: [
        {
          title: 'Critical alerts',
          about: 'About Tocsin itself, by rules of Prometheus, now. Their names and those of warnings are below.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('red'),
          lines: [{ query: `count(${firing('critical')}) or vector(0)`, name: 'firing' }],
        },
        {
          title: 'Services not ready',
          about: 'That do not answer Prometheus, or whose /readyz says what is missing.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('red'),
          lines: [{ query: `count(up{job="tocsin"} == 0 or ${service.ready.name} == 0) or vector(0)`, name: 'ill' }],
        },
        {
          title: 'Windows',
          about: 'Closed per second, whatever became of them. Red: nothing is scored.',
          unit: 'rate',
          kind: 'number',
          steps: [
            { from: 0, colour: 'red' },
            { from: 1e-9, colour: 'green' },
          ],
          lines: [{ query: `sum(${recorded.windows.name}{class=~"$class"}) or vector(0)`, name: 'windows' }],
        },
        {
          title: 'Window to score',
          about: 'End of the window in event time until its score is durable in the log: 99 of 100 took less.',
          unit: 's',
          kind: 'number',
          steps: wellBelow(limits.scoresLateS, 'red'),
          lines: [{ query: `max(${recorded.latency.name}{class=~"$class"})`, name: '99 of 100' }],
        },
        {
          title: 'Devices',
          about: 'Held in memory by scorers: those that send.',
          unit: 'count',
          kind: 'number',
          lines: [{ query: `${sum(scorer.devicesByBundle, { where: ofClass })} or vector(0)`, name: 'devices' }],
        },
        {
          title: 'Alerts unanswered',
          about: 'Open alerts about machines without a verdict: the console has them.',
          unit: 'count',
          kind: 'number',
          steps: noneIsWell('orange'),
          lines: [{ query: max(page.openAlerts, { where: { answered: 'no' } }), name: 'unanswered' }],
        },
        {
          title: 'Which alerts about Tocsin',
          about: 'Red: critical; orange: a warning. docs/runbook.md has a section for each.',
          unit: 'short',
          kind: 'list',
          steps: [
            { from: 0, colour: 'green' },
            { from: 1, colour: 'orange' },
            { from: 2, colour: 'red' },
          ],
          lines: [
            {
              query: `max by (alertname) (2 * ${firing('critical')} or ${firing('warning')}) or on () label_replace(vector(0), "alertname", "none", "", "")`,
              name: '{{alertname}}',
            },
          ],
        },
      ],
    },
    {
      title: 'Devices',
      panels: [
        {
          title: 'What devices are scored under',
          about: 'The current bundle, one that is tried, another one, or none yet.',
          unit: 'count',
          kind: 'stacked',
          colours: bundleColours,
          lines: [{ query: sum(scorer.devicesByBundle, { where: ofClass, by: ['bundle'] }), name: '{{bundle}}' }],
        },
        {
          title: 'Windows by outcome',
          about: 'Scored is as it should be; gappy has holes, suppressed was said before, cold has no initialisation yet.',
          unit: 'rate',
          kind: 'stacked',
          colours: { scored: 'green', cold: 'blue', gappy: 'orange', suppressed: 'purple', amended: 'yellow' },
          lines: [{ query: rate(scorer.windows, { where: ofClass, by: ['outcome'] }), name: '{{outcome}}' }],
        },
        {
          title: 'What stands behind scores',
          about: 'From the fleet alone (prior) to enough windows of the device itself (watching).',
          unit: 'rate',
          kind: 'stacked',
          colours: { watching: 'green', provisional: 'yellow', cold: 'blue', prior: 'purple' },
          lines: [{ query: rate(scorer.windowsByConfidence, { where: ofClass, by: ['confidence'] }), name: '{{confidence}}' }],
        },
      ],
    },
    {
      title: 'Alerts',
      panels: [
        {
          title: 'Alerts opened',
          about: 'By models, in an hour.',
          unit: 'count',
          colours: { warning: 'orange', critical: 'red' },
          lines: [{ query: increase(scorer.alerts, { where: opened, by: ['severity'], over: '1h' }), name: '{{severity}}' }],
        },
        {
          title: 'Guards',
          about: 'Alerts that need no model, opened in an hour: silence, flatline, range, clock skew, unit, slow drift.',
          unit: 'count',
          lines: [{ query: increase(scorer.guardAlerts, { where: opened, by: ['guard'], over: '1h' }), name: '{{guard}}' }],
        },
        {
          title: 'New alerts per device',
          about: 'By models and guards, within 15 minutes. More than 0.2 of a class at once is one cause, not many faults.',
          unit: 'short',
          lines: [{ query: `${recorded.opened.name}{class=~"$class"}`, name: '{{class}}' }],
        },
        {
          title: 'Open alerts',
          about: 'As the console sees them, with and without a verdict.',
          unit: 'count',
          kind: 'stacked',
          colours: { 'answered: no': 'orange', 'answered: yes': 'green' },
          lines: [{ query: max(page.openAlerts, { by: ['answered'] }), name: 'answered: {{answered}}' }],
        },
        {
          title: 'Verdicts',
          about: 'Given through consoles, in an hour.',
          unit: 'count',
          kind: 'stacked',
          colours: { real: 'red', 'false-alarm': 'blue', maintenance: 'purple', unsure: 'yellow', rollback: 'orange' },
          lines: [{ query: increase(page.labels, { by: ['verdict'], over: '1h' }), name: '{{verdict}}' }],
        },
        {
          title: 'From a verdict to its effect',
          about: 'Until the state of the device names it. Seconds.',
          unit: 's',
          mayBeEmpty: 'nobody has given a verdict',
          lines: [
            { query: figures(quantile(0.5, page.labelSeconds, { over: '1h' })), name: 'half' },
            { query: figures(quantile(0.95, page.labelSeconds, { over: '1h' })), name: '95 of 100' },
          ],
        },
      ],
    },
    {
      title: 'Services',
      panels: [
        {
          title: 'Ready',
          about: '0 while /readyz says what is missing, or nobody answers.',
          unit: 'count',
          lines: [{ query: `min by (instance) (${service.ready.name} or up{job="tocsin"} == 0)`, name: '{{instance}}' }],
        },
        {
          title: 'Memory',
          about: 'Resident.',
          unit: 'bytes',
          lines: [{ query: `process_resident_memory_bytes * on (instance, job) ${service.build.name}`, name: '{{instance}}' }],
        },
        {
          title: 'Event loop',
          about: '99 of 100 turns took less. Heartbeats wait as long.',
          unit: 's',
          lines: [{ query: `nodejs_eventloop_lag_p99_seconds * on (instance, job) ${service.build.name}`, name: '{{instance}}' }],
        },
      ],
    },
  ],
};
