// The reference of the metrics as Markdown, made from the declarations so that it cannot disagree with them.
import type { Declaration, Declarations, LabelValues } from './metric-declaration.ts';
import { consoleMetrics } from './console-metrics.ts';
import { notifierMetrics } from './notifier-metrics.ts';
import { readerMetrics } from './reader-metrics.ts';
import { scorerMetrics } from './scorer-metrics.ts';
import { serviceMetrics } from './service-metrics.ts';
import { simulatorMetrics } from './simulator-metrics.ts';
import { trainerMetrics } from './trainer-metrics.ts';

const introduction = `# Metrics

Every service answers \`/metrics\` on its HTTP port in the Prometheus text format. Names start with \`tocsin_\`, units are base
units, labels come from closed lists and never name a device. Label sets with known values start at 0 (or NaN where a figure does
not exist yet), so that a rate or an absence can be alerted on from the first scrape.

Beside these there are the figures of the process that prom-client collects: \`process_*\` and \`nodejs_*\`, among them
\`nodejs_eventloop_lag_p99_seconds\`, \`nodejs_gc_duration_seconds\` and \`nodejs_heap_size_used_bytes\`.

This page is generated from the declarations by \`npm run docs\`.
`;

/** Every metric there is. */
export const metricGroups: readonly { title: string; about: string; declarations: Declarations }[] = [
  { title: 'Every service', about: 'Whatever it does.', declarations: serviceMetrics },
  { title: 'Live path', about: 'The scorer.', declarations: scorerMetrics },
  { title: 'Reading the log', about: 'The scorer, the trainer, the console and the notifier.', declarations: readerMetrics },
  { title: 'Meta-training', about: 'The trainer.', declarations: trainerMetrics },
  { title: 'Console', about: 'The page for people who answer alerts.', declarations: consoleMetrics },
  { title: 'Notices', about: 'The notifier.', declarations: notifierMetrics },
  { title: 'Simulation', about: 'The simulator.', declarations: simulatorMetrics },
];

/** Text of docs/metrics.md. */
export function describeMetrics(): string {
  const sections = metricGroups.map(({ title, about, declarations }) => {
    const rows = Object.values(declarations).map(row);
    return `## ${title}\n\n${about}\n\n| metric | type | labels | meaning |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return [introduction, ...sections].join('\n');
}

function row({ name, kind, labels, help }: Declaration): string {
  const shown = Object.entries(labels).map(([label, values]) => `\`${label}\`: ${valuesOf(label, values)}`);
  return `| \`${name}\` | ${kind} | ${shown.join('<br>')} | ${help} |`;
}

function valuesOf(label: string, values: LabelValues): string {
  if (values === 'class') return 'every device class';
  if (values === 'sink') return 'every sink';
  if (values === 'said') return 'as the process says';
  return values === 'assigned' ? `every assigned ${label}` : values.join(', ');
}
