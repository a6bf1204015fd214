// Pages of alerts that many ask for at once: every open page asks after the same news, and grouping 20,000 alerts takes a while.
import type { AlertsPage, AlertsQuery } from '../api/alerts-api.ts';
import { queryAlerts, type AlertParts } from './show-alerts.ts';

/** Planned work begins and ends without news. */
const freshMs = 1000;
const keptMax = 8;

/** Answers as `queryAlerts` does; the same page once until `changes` is another number, or it is a second old. */
export function createAlertQueries(
  parts: AlertParts,
  changes: () => number,
  now: () => number,
): (query: AlertsQuery) => AlertsPage {
  const kept = new Map<string, { page: AlertsPage; atChange: number; atMs: number }>();
  return (query) => {
    const key = JSON.stringify(query);
    const known = kept.get(key);
    if (known?.atChange === changes() && now() - known.atMs < freshMs) return known.page;
    const page = queryAlerts(parts, query);
    kept.delete(key);
    kept.set(key, { page, atChange: changes(), atMs: now() });
    const [oldest] = kept.keys();
    if (kept.size > keptMax) kept.delete(oldest);
    return page;
  };
}
