// Figures of the console that are looked up at every scrape.
import type { Metrics } from '@tocsin/observability';
import type { EventStream } from './http/event-stream.ts';
import type { Following } from './reading/follow-topics.ts';
import type { WorldView } from './view/world-view.ts';

export function exportFigures(
  metrics: Metrics,
  { fleet, alerts, verdicts }: WorldView,
  stream: EventStream,
  following: () => Following | null,
): void {
  const figures = metrics.console();
  const { lagRecords, rebalances, resets } = metrics.reader();
  const counted = { forgotten: 0, dropped: 0, unreadable: 0, rebalances: 0, resets: 0 };
  metrics.beforeScrape(() => {
    const open = { yes: 0, no: 0 };
    for (const { alert } of alerts.all())
      if (alert.state !== 'closed') open[verdicts.standing(alert.deviceId, alert.alertId) === null ? 'no' : 'yes'] += 1;
    for (const answered of ['yes', 'no'] as const) figures.openAlerts.set({ answered }, open[answered]);
    figures.devices.set(fleet.devices.size);
    figures.clients.set(stream.clients());
    figures.devicesForgotten.inc(fleet.forgotten() - counted.forgotten);
    figures.clientsDropped.inc(stream.dropped() - counted.dropped);
    Object.assign(counted, { forgotten: fleet.forgotten(), dropped: stream.dropped() });
    const follower = following();
    if (follower === null) return;
    const reader = follower.status();
    lagRecords.reset();
    for (const { topic, partition, next, endOffset } of reader.assigned)
      if (next !== null && endOffset !== null) lagRecords.set({ topic, partition }, Math.max(0, endOffset - next));
    rebalances.inc(reader.rebalances - counted.rebalances);
    resets.inc(reader.resets - counted.resets);
    figures.unreadable.inc(follower.unreadable() - counted.unreadable);
    Object.assign(counted, { rebalances: reader.rebalances, resets: reader.resets, unreadable: follower.unreadable() });
  });
}
