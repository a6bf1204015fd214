// The alerts page without a mouse: along the list, answers, and the way back from them.
import { useEffect, useRef } from 'preact/hooks';
import type { AlertView } from '../../src/api/alerts-api.ts';
import { deviceHref } from '../live/route.ts';
import { settings } from '../live/settings.ts';
import { answer, answers, takeBack } from '../parts/verdict-bar.tsx';
import { takeAllBack, type FreshAnswer } from './group-answers.tsx';

export type KeyParts = {
  alerts: readonly AlertView[];
  current: AlertView | undefined;
  fresh: FreshAnswer | null;
  setAt(alertId: string): void;
  user: string | null;
  onSaid(text: string | null): void;
  onFailed(text: string): void;
};

/** Keys act unless somebody is typing, or does not want them to. */
export function useAlertKeys(parts: KeyParts): void {
  const newest = useRef(parts);
  newest.current = parts;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement | null;
      const isTyping = target?.closest('input, textarea, select, dialog') !== null;
      if (isTyping || !settings().hasKeys || event.ctrlKey || event.metaKey || event.altKey) return;
      if (act(event, newest.current)) event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

type Said = 'answer' | 'way back';

/** Until the list has taken up what was said last. */
const answering: { what: Said; untilMs: number } = { what: 'answer', untilMs: 0 };
const settleMs = 600;

/** True where the key meant something. */
function act(event: KeyboardEvent, parts: KeyParts): boolean {
  const { alerts, current, setAt, user } = parts;
  const { key, target } = event;
  if (key === 'z' || key === 'Z') return back(event, parts);
  if (current === undefined) return false;
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
  if (step !== undefined) {
    const next = alerts[Math.max(0, Math.min(alerts.length - 1, alerts.indexOf(current) + step))];
    setAt(next.alertId);
    document.getElementById(`alert-${next.alertId}`)?.focus();
    return true;
  }
  if (key === 'Enter') {
    // A button or a link that has the focus means itself.
    if ((target as HTMLElement | null)?.closest('button, a, summary') !== null) return false;
    location.hash = deviceHref(current.deviceId);
    return true;
  }
  const chosen = answers.find((each) => each.key === key);
  if (chosen === undefined) return false;
  const subject = { deviceId: current.deviceId, subjectId: current.alertId };
  once(event, parts, 'answer', async () => {
    const label = await answer(subject, chosen.verdict, '', user);
    return label === null ? null : `${current.deviceId}: ${chosen.text}`;
  });
  return true;
}

/**
 * `z` takes back what stands on the alert that is lit; where nothing does, the answer for a group that has just been given. `Z` takes
 * back all of an answer that the alert is only a part of.
 */
function back(event: KeyboardEvent, parts: KeyParts): boolean {
  const { current, fresh, user } = parts;
  const standing = current?.standing ?? null;
  const isWhole = event.key === 'Z';
  const batchId = isWhole ? (standing?.batch?.batchId ?? fresh?.batchId) : standing === null ? fresh?.batchId : undefined;
  if (batchId !== undefined) once(event, parts, 'way back', () => takeAllBack(batchId, user));
  else if (standing === null || isWhole) return false;
  else
    once(event, parts, 'way back', async () => {
      const label = await takeBack(standing, user);
      return label === null ? null : `${standing.deviceId}: taken back`;
    });
  return true;
}

/** A key that is held down, or pressed twice, says something once and not of the next alerts, too. The way back from an answer is open at once. */
function once(event: KeyboardEvent, { onSaid, onFailed }: KeyParts, what: Said, say: () => Promise<string | null>): void {
  const isBeingSaid = answering.untilMs === Infinity;
  const isWayBack = what === 'way back' && answering.what === 'answer';
  const isTooSoon = performance.now() <= answering.untilMs && !isWayBack;
  if (event.repeat || isBeingSaid || isTooSoon) return;
  Object.assign(answering, { what, untilMs: Infinity });
  say()
    .then(onSaid, (error: unknown) => onFailed(error instanceof Error ? error.message : String(error)))
    .finally(() => (answering.untilMs = performance.now() + settleMs));
}
