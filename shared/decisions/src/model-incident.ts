// What is known of an alert of the model, and when that is news. Pure; when it opens and closes is decide.ts's business.
import { createHash } from 'node:crypto';
import type { AlertPace, ModelIncident, OpeningCount, PacePlan } from '@tocsin/schemas';
import { countOpening, oneMore } from './alert-pace.ts';
import type { AlertPlan } from './decide.ts';
import type { JudgedWindow } from './judged-window.ts';
import { severityOf } from './severity.ts';

/** A worst window that got so much worse (score over threshold, a factor of 2 in deviation squared) is news. */
const newsRise = Math.LN2;
const countMax = 255;

/** The incident that begins with a window, `windows` of the last ones being over their threshold. */
export function openedBy(
  { windowId, startMs, endMs, score, threshold, pValue }: JudgedWindow,
  windows: number,
  plan: AlertPlan,
): ModelIncident {
  const alertId = createHash('sha256').update(`alert ${windowId}`).digest('hex').slice(0, 32);
  return { alertId, revision: 1, startMs, endMs, windows, score, threshold, pValue, severity: severityOf(pValue, windows, plan) };
}

/** An incident that has come back with a window: the same alert, one revision on. */
export function reopenedBy(closed: ModelIncident, window: JudgedWindow, windows: number, plan: AlertPlan): ModelIncident {
  const back = grownBy(closed, window, plan, windows);
  return { ...back, revision: closed.revision + 1, openings: oneMore(closed.openings ?? 1) };
}

/** The incident with `windows` more anomalous windows, the last of them this one; its severity never falls. */
export function grownBy(
  open: ModelIncident,
  { endMs, score, threshold, pValue }: JudgedWindow,
  plan: AlertPlan,
  windows = 1,
): ModelIncident {
  const worst = score - threshold > excessOf(open) ? { score, threshold, pValue } : {};
  const grown = { ...open, endMs: Math.max(open.endMs, endMs), windows: open.windows + windows, ...worst };
  const severity = open.severity === 'critical' ? open.severity : severityOf(grown.pValue, grown.windows, plan);
  return { ...grown, severity };
}

/** The pace of an incident that is opened, or opened again, with a window that ends at `endMs`. */
export function paceOfOpened(count: OpeningCount | undefined, open: ModelIncident, endMs: number, plan: AlertPlan): AlertPace {
  return { ...countOpening(count, endMs), isHeld: false, ...saidOf(open, endMs, plan) };
}

/** The pace of an incident, all of which has been said, where a state does not have it. */
export function paceOfKnown(open: ModelIncident, plan: AlertPlan): AlertPace {
  return { hour: 0, openings: 0, isHeld: false, ...saidOf(open, open.endMs, plan) };
}

/** What is remembered of an incident that is being said, with a window that ends at `endMs`. */
export function saidOf(open: ModelIncident, endMs: number, plan: AlertPlan): Pick<AlertPace, SaidName> {
  return { saidMs: endMs, saidLevel: levelOf(open), saidDoublings: doublingsOf(open, plan) };
}

type SaidName = 'saidMs' | 'saidLevel' | 'saidDoublings';

/**
 * Is what is known at `endMs` of an open incident worth a record? Where it got more severe, at once. Else at most every
 * `updateEveryMs`, where its worst window passed another ln 2 over its threshold, its windows another doubling of `raiseCount`, or
 * it came back (`isBack`) and closings held back another power of two.
 */
export function isNews(
  before: ModelIncident,
  now: ModelIncident,
  { saidMs, saidLevel, saidDoublings }: AlertPace,
  { endMs, isBack }: { endMs: number; isBack: boolean },
  plan: AlertPlan & PacePlan,
): boolean {
  if (now.severity !== before.severity) return true;
  if (endMs - saidMs < (plan.updateEveryMs ?? 0)) return false;
  const isDoublyBack = isBack && Number.isInteger(Math.log2(now.swings ?? 1));
  return levelOf(now) > saidLevel || doublingsOf(now, plan) > saidDoublings || isDoublyBack;
}

function levelOf(open: ModelIncident): number {
  return Math.min(countMax, Math.max(0, Math.floor(excessOf(open) / newsRise)));
}

function doublingsOf({ windows }: ModelIncident, { raiseCount }: AlertPlan): number {
  return Math.min(countMax, Math.max(0, Math.floor(Math.log2(windows / raiseCount))));
}

function excessOf({ score, threshold }: ModelIncident): number {
  return score - threshold;
}
