// How bad an incident is, from how rare its worst window is and how long it lasts.
import type { RaisePlan, Severity } from '@tocsin/schemas';

/**
 * An incident is critical from so many times `raiseCount` anomalous windows on, where its worst window is so many times rarer than the
 * tolerated false alarms: one wild window is no reason to run, and what is mild and does not end is one after all.
 */
const criticalFrom = [
  { rarity: 100, persistence: 2 },
  { rarity: 10, persistence: 16 },
  { rarity: 1, persistence: 256 },
] as const;

/** `critical` as the table above says, else `warning`. Never falls while windows and rarity grow. */
export function severityOf(worstPValue: number, windows: number, plan: RaisePlan & { falseAlarmRate: number }): Severity {
  const isCritical = criticalFrom.some(
    ({ rarity, persistence }) => worstPValue <= plan.falseAlarmRate / rarity && windows >= persistence * plan.raiseCount,
  );
  return isCritical ? 'critical' : 'warning';
}
