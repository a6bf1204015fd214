// The life of an alert: opened by k of n windows, updated when something material changed, closed after a calm spell, opened again
// where it comes back soon, and left open where it comes and goes too often. Pure: what is remembered between windows comes in and goes out
// as an `Incident`, so a replay tells the same story.
//
//   raise 2 of 3, clear 3      windows   . X . X X X X . . .
//                              alert           O   u       C       O opened, u updated, C closed
import type {
  Alert,
  AlertPace,
  AlertState,
  Contribution,
  DecisionPlan,
  FeatureSpec,
  Incident,
  ScoredWindow,
} from '@tocsin/schemas';
import { alertMessage } from './alert-message.ts';
import { isBack, mayClose, oneMore } from './alert-pace.ts';
import { isJudged, type JudgedWindow } from './judged-window.ts';
import { grownBy, isNews, openedBy, paceOfKnown, paceOfOpened, reopenedBy, saidOf } from './model-incident.ts';
import { bitCount, clearShareOf, raiseAndClear } from './raise-and-clear.ts';

/** One scored window in time order. `explain` is asked for contributions only when an alert is opened or updated. */
export type Observation = { window: ScoredWindow; spec: FeatureSpec; explain: () => readonly Contribution[] };

/** A decision plan with the share of normal windows over the threshold that its budget comes to here and now. */
export type AlertPlan = Omit<DecisionPlan, 'falseAlarmsPerDay' | 'falseAlarmRate'> & { falseAlarmRate: number };

/** What to remember, and the alert record to emit, if any. */
export type Decision = { incident: Incident; alert: Alert | null };

type OpenIncident = NonNullable<Incident['open']>;
type Counts = Pick<Incident, 'recent' | 'calm'>;
type JudgedObservation = Observation & { window: JudgedWindow };

export const noIncident: Incident = { recent: 0, calm: 0, open: null };

const maxContributions = 8;

/**
 * Takes one window of a device into account. An alert opens when `raiseCount` of the last `raiseOf` windows, this one among
 * them, are over their threshold, and closes after `clearCount` windows in a row that are calm. One that comes back within
 * `cooldownMs` of its last anomalous window is opened again, with the same id. After `openingsPerHour` openings in an hour of the clock it stays
 * open until the next hour, and counts how often it would have closed. While it is open it is updated where `isNews` says so.
 * Score, threshold and p-value are those of the window with the largest excess; the span runs from the window that raised the alert to the
 * last anomalous one. A closing alert carries no contributions. Under maintenance an open alert stays as it is, and whatever led to the next one
 * is forgotten. Throws RangeError for a `raiseOf` over 31.
 */
export function decide(incident: Incident, observation: Observation, plan: AlertPlan): Decision {
  const { window } = observation;
  if (!isJudged(window, plan.alertFrom))
    return { incident: window.flags.includes('maintenance') ? rested(incident) : incident, alert: null };
  const { open, pace } = incident;
  const isOver = window.score > window.threshold;
  const isRaised = open !== null && pace?.isHeld !== true;
  const { recent, calm, isOpen } = raiseAndClear({ ...incident, isOpen: isRaised }, isOver, plan, isCalm(window, plan));
  const judged = { ...observation, window };
  const counts = { recent, calm };
  if (open === null)
    return isOpen ? opened(incident, counts, judged, plan) : { incident: waiting(incident, counts, window, plan), alert: null };
  if (isOver) return grown({ ...incident, open }, counts, !isRaised && isOpen, judged, plan);
  if (isOpen || calm < plan.clearCount) return { incident: { ...incident, ...counts }, alert: null };
  if (mayClose(pace, window.endMs, plan)) return closed({ ...incident, open }, counts, judged, plan);
  return {
    incident: { ...incident, ...counts, ...(isRaised ? swung(open, pace ?? paceOfKnown(open, plan)) : {}) },
    alert: null,
  };
}

/** Nothing over the threshold, and under the level for closing where that is another one. */
function isCalm({ score, threshold, pValue }: JudgedWindow, plan: AlertPlan): boolean {
  if (score > threshold) return false;
  return (plan.clearFactor ?? 1) === 1 || pValue >= clearShareOf(plan, plan.falseAlarmRate);
}

function rested(incident: Incident): Incident {
  return incident.recent === 0 && incident.calm === 0 ? incident : { ...incident, recent: 0, calm: 0 };
}

/** No alert is open, and none opens; one that was closed too long ago does not come back any more. */
function waiting(
  { closed: last, pace }: Incident,
  { recent, calm }: Counts,
  { startMs }: JudgedWindow,
  plan: AlertPlan,
): Incident {
  if (pace === undefined) return { recent, calm, open: null };
  const isRemembered = last !== undefined && isBack(last.endMs, startMs, plan);
  return { recent, calm, open: null, pace, ...(isRemembered ? { closed: last } : {}) };
}

function opened({ closed: last, pace }: Incident, counts: Counts, observation: JudgedObservation, plan: AlertPlan): Decision {
  const { window } = observation;
  const windows = bitCount(counts.recent);
  const isSame = last !== undefined && isBack(last.endMs, window.startMs, plan);
  const open = isSame ? reopenedBy(last, window, windows, plan) : openedBy(window, windows, plan);
  const incident = { ...counts, open, pace: paceOfOpened(pace, open, window.endMs, plan) };
  return { incident, alert: alertOf('opened', open, observation) };
}

function grown(
  incident: Incident & { open: OpenIncident },
  counts: Counts,
  hasComeBack: boolean,
  observation: JudgedObservation,
  plan: AlertPlan,
): Decision {
  const { open, pace: before = paceOfKnown(open, plan) } = incident;
  const { window } = observation;
  const now = grownBy(open, window, plan);
  const pace = hasComeBack ? { ...before, isHeld: false } : before;
  if (!isNews(open, now, pace, { endMs: window.endMs, isBack: hasComeBack }, plan))
    return { incident: { ...counts, open: now, pace }, alert: null };
  const updated = { ...now, revision: open.revision + 1 };
  const said = { ...pace, ...saidOf(updated, window.endMs, plan) };
  return { incident: { ...counts, open: updated, pace: said }, alert: alertOf('updated', updated, observation) };
}

/** It would have closed, and comes and goes: still open, and quiet for now. */
function swung(open: OpenIncident, pace: AlertPace): Pick<Incident, 'open' | 'pace'> {
  return { open: { ...open, swings: oneMore(open.swings ?? 0) }, pace: { ...pace, isHeld: true } };
}

function closed(
  { open, pace }: Incident & { open: OpenIncident },
  counts: Counts,
  observation: JudgedObservation,
  plan: AlertPlan,
): Decision {
  const last = { ...open, revision: open.revision + 1 };
  const remembered = plan.cooldownMs === undefined ? {} : { closed: last };
  const paced = pace === undefined ? {} : { pace: { ...pace, isHeld: false } };
  return { incident: { ...counts, open: null, ...remembered, ...paced }, alert: alertOf('closed', last, observation) };
}

function alertOf(state: AlertState, open: OpenIncident, { window, spec, explain }: Observation): Alert {
  const { deviceId, deviceClass, modelVersion, supportWindows, confidence } = window;
  const contributions = state === 'closed' ? [] : explain().slice(0, maxContributions);
  const told = confidence === undefined ? {} : { confidence };
  const alert = { ...open, state, deviceId, deviceClass, contributions, modelVersion, supportWindows, ...told };
  return { ...alert, message: alertMessage(alert, spec) };
}
