// Figures of the notifier that are looked up at every scrape.
import type { Metrics } from '@tocsin/observability';
import type { RunningGrouping } from './grouping/run-grouping.ts';
import type { RunningSink } from './sinks/run-sink.ts';

/** `running` is looked at anew each time: its parts begin one after the other. */
export function exportStatus(
  metrics: Metrics,
  running: { grouping: RunningGrouping | null; sinks: readonly RunningSink[] },
): void {
  const { lagRecords, rebalances, resets } = metrics.reader();
  const figures = metrics.notifier();
  const counted = { rebalances: 0, resets: 0 };
  metrics.beforeScrape(() => {
    running.grouping?.exportFigures();
    lagRecords.reset();
    const grouping = running.grouping?.status();
    for (const { topic, partition, next, endOffset } of grouping?.assigned ?? [])
      if (next !== null && endOffset !== null) lagRecords.set({ topic, partition }, Math.max(0, endOffset - next));
    const statuses = running.sinks.map((sink) => ({ sink, status: sink.status() }));
    for (const { sink, status } of statuses) {
      const lag = status.assigned.reduce(
        (sum, { next, endOffset }) => sum + Math.max(0, (endOffset ?? 0) - (next ?? endOffset ?? 0)),
        0,
      );
      figures.sinkLag.set({ sink: sink.name }, lag);
      figures.sinkWaiting.set({ sink: sink.name }, sink.waitingMs() / 1000);
      figures.refreshed.set({ sink: sink.name }, sink.open());
    }
    const all = [...(grouping === undefined ? [] : [grouping]), ...statuses.map(({ status }) => status)];
    const sums = { rebalances: sumOf(all, 'rebalances'), resets: sumOf(all, 'resets') };
    rebalances.inc(Math.max(0, sums.rebalances - counted.rebalances));
    resets.inc(Math.max(0, sums.resets - counted.resets));
    Object.assign(counted, sums);
  });
}

function sumOf(statuses: readonly { rebalances: number; resets: number }[], figure: 'rebalances' | 'resets'): number {
  return statuses.reduce((sum, status) => sum + status[figure], 0);
}
