// How bad an incident is, from how rare its worst window is and how long it lasts.
import type { RaisePlan, Severity } from '@tocsin/schemas';

/** An incident is critical when its worst window is so many times rarer than the tolerated false alarms ... */
const criticalRarity = 100;
/** ... and it has lasted so many times longer than it takes to raise. */
const criticalPersistence = 2;

/**
 * `critical` when the worst p-value is at most falseAlarmRate / 100 and there were at least 2 raiseCount anomalous windows,
 * else `warning`: one wild window is no reason to run. Never falls while windows and rarity grow.
 */
export function severityOf(worstPValue: number, windows: number, plan: RaisePlan & { falseAlarmRate: number }): Severity {
  const isRare = worstPValue <= plan.falseAlarmRate / criticalRarity;
  return isRare && windows >= criticalPersistence * plan.raiseCount ? 'critical' : 'warning';
}
