// What the simulator has done, as metrics that are current at every scrape.
import type { Metrics } from '@tocsin/observability';
import type { RunningSimulator } from './run-simulator.ts';

export function exportStatus(metrics: Metrics, { status }: Pick<RunningSimulator, 'status'>): void {
  const { records, behindSeconds, injected } = metrics.simulator();
  const counted: Record<string, number> = {};
  let sent = 0;
  metrics.beforeScrape(() => {
    const { progress, injected: counts } = status();
    records.inc(progress.records - sent);
    sent = progress.records;
    behindSeconds.set(progress.behindMs / 1000);
    for (const [what, count] of Object.entries(counts)) {
      injected.inc({ what }, count - (counted[what] ?? 0));
      counted[what] = count;
    }
  });
}
