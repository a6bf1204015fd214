// The life of an alert: opened by k of n windows, updated when something material changed, closed after a calm spell.
// Pure: what is remembered between windows comes in and goes out as an `Incident`, so a replay tells the same story.
//
//   raise 2 of 3, clear 3      windows   . X . X X X X . . .
//                              alert           O   u       C       O opened, u updated, C closed
import { createHash } from 'node:crypto';
import type { Alert, AlertState, Contribution, DecisionPlan, FeatureSpec, Incident, ScoredWindow } from '@tocsin/schemas';
import { alertMessage } from './alert-message.ts';
import { isJudged, type JudgedWindow } from './judged-window.ts';
import { bitCount, raiseAndClear } from './raise-and-clear.ts';
import { severityOf } from './severity.ts';

/** One scored window in time order. `explain` is asked for contributions only when an alert is opened or updated. */
export type Observation = { window: ScoredWindow; spec: FeatureSpec; explain: () => readonly Contribution[] };

/** A decision plan with the share of normal windows over the threshold that its budget comes to here and now. */
export type AlertPlan = Omit<DecisionPlan, 'falseAlarmsPerDay' | 'falseAlarmRate'> & { falseAlarmRate: number };

/** What to remember, and the alert record to emit, if any. */
export type Decision = { incident: Incident; alert: Alert | null };

type OpenIncident = NonNullable<Incident['open']>;

export const noIncident: Incident = { recent: 0, calm: 0, open: null };

/** A worst window that got so much worse (score over threshold, a factor of 2 in deviation squared) is news. */
const newsRise = Math.LN2;
const maxContributions = 8;

/**
 * Takes one window of a device into account. An alert opens when `raiseCount` of the last `raiseOf` windows, this one among
 * them, are over their threshold, and closes after `clearCount` windows in a row that are not. In between it is updated
 * only when its severity changes, when the excess of its worst window over the threshold passes another ln 2, and when its
 * count of anomalous windows reaches another doubling of `raiseCount`. Score, threshold and p-value are those of the window
 * with the largest excess; the span runs from the window that raised the alert to the last anomalous one. A closing alert
 * carries no contributions. Throws RangeError for a `raiseOf` over 31.
 */
export function decide(incident: Incident, observation: Observation, plan: AlertPlan): Decision {
  const { window } = observation;
  if (!isJudged(window, plan.alertFrom)) return { incident, alert: null };
  const { open } = incident;
  const isOver = window.score > window.threshold;
  const { recent, calm, isOpen } = raiseAndClear({ ...incident, isOpen: open !== null }, isOver, plan);
  if (open === null) {
    if (!isOpen) return { incident: { recent, calm, open }, alert: null };
    const opened = openedBy(window, bitCount(recent), plan);
    return { incident: { recent, calm, open: opened }, alert: alertOf('opened', opened, observation) };
  }
  if (isOver) {
    const grown = grownBy(open, window, plan);
    if (!isNews(open, grown, plan)) return { incident: { recent, calm, open: grown }, alert: null };
    const updated = { ...grown, revision: open.revision + 1 };
    return { incident: { recent, calm, open: updated }, alert: alertOf('updated', updated, observation) };
  }
  if (isOpen) return { incident: { recent, calm, open }, alert: null };
  const closed = { ...open, revision: open.revision + 1 };
  return { incident: { recent, calm, open: null }, alert: alertOf('closed', closed, observation) };
}

function openedBy(
  { windowId, startMs, endMs, score, threshold, pValue }: JudgedWindow,
  windows: number,
  plan: AlertPlan,
): OpenIncident {
  const alertId = createHash('sha256').update(`alert ${windowId}`).digest('hex').slice(0, 32);
  return { alertId, revision: 1, startMs, endMs, windows, score, threshold, pValue, severity: severityOf(pValue, windows, plan) };
}

function grownBy(open: OpenIncident, { endMs, score, threshold, pValue }: JudgedWindow, plan: AlertPlan): OpenIncident {
  const worst = score - threshold > excessOf(open) ? { score, threshold, pValue } : {};
  const grown = { ...open, endMs: Math.max(open.endMs, endMs), windows: open.windows + 1, ...worst };
  const severity = open.severity === 'critical' ? open.severity : severityOf(grown.pValue, grown.windows, plan);
  return { ...grown, severity };
}

function isNews(before: OpenIncident, now: OpenIncident, plan: AlertPlan): boolean {
  const level = (open: OpenIncident) => Math.floor(excessOf(open) / newsRise);
  const isDoubling = Number.isInteger(Math.log2(now.windows / plan.raiseCount));
  return now.severity !== before.severity || level(now) > level(before) || isDoubling;
}

function excessOf({ score, threshold }: OpenIncident): number {
  return score - threshold;
}

function alertOf(state: AlertState, open: OpenIncident, { window, spec, explain }: Observation): Alert {
  const { deviceId, deviceClass, modelVersion, supportWindows, confidence } = window;
  const contributions = state === 'closed' ? [] : explain().slice(0, maxContributions);
  const told = confidence === undefined ? {} : { confidence };
  const alert = { ...open, state, deviceId, deviceClass, contributions, modelVersion, supportWindows, ...told };
  return { ...alert, message: alertMessage(alert, spec) };
}
