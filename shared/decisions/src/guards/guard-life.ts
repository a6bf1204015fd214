// The life of a guard's incident: opened after so many windows over its bound, closed after so many within it. Pure.
//
//   raise 2, clear 3      windows   . X . X X X . . .
//                         alert             O       C       O opened, C closed
import { createHash } from 'node:crypto';
import type { Alert, Contribution, GuardIncident, GuardKind, GuardLife, GuardMemory, PacePlan } from '@tocsin/schemas';
import { countOpening, isBack, mayClose, oneMore } from '../alert-pace.ts';
import { comings } from '../alert-message.ts';
import { verdictMessage, type DeviceFacts } from '../close-by-verdict.ts';
import type { Breach } from './check-guards.ts';
import { guardFeature, guardMessage } from './guard-message.ts';

/** A look at a device: the breach or null, and the stretch of event time it is about. */
export type GuardLook = { guard: GuardKind; breach: Breach | null; startMs: number; endMs: number };
export type GuardPace = PacePlan & { raiseCount: number; clearCount: number };
export type GuardFacts = DeviceFacts & { channels: readonly string[] };

const asleep: GuardLife = { over: 0, calm: 0, isDismissed: false, open: null };
const countMax = 255;
const critical: readonly GuardKind[] = ['silent', 'range'];

/**
 * One look taken into account. A dismissed incident stays quiet until it would have been closed. One that comes back within `cooldownMs` is
 * opened again, with the same id; after `openingsPerHour` openings in an hour of the clock it stays open until the next, and counts.
 */
export function stepGuard(
  memory: GuardMemory,
  look: GuardLook,
  pace: GuardPace,
  facts: GuardFacts,
): { memory: GuardMemory; alert: Alert | null } {
  const { guard, breach } = look;
  const life = memory.lives[guard] ?? asleep;
  // Nearly every window: nothing was wrong and nothing is.
  if (breach === null && life.over === 0 && life.open === null && !life.isDismissed) return { memory, alert: null };
  const over = breach === null ? 0 : Math.min(countMax, life.over + 1);
  const calm = breach === null ? Math.min(countMax, life.calm + 1) : 0;
  const isDismissed = life.isDismissed && calm < pace.clearCount;
  const { life: next, said } = moved({ ...life, over, calm, isDismissed }, look, pace);
  const alert = said === null ? null : guardAlert(said.state, guard, said, facts, breach ?? {});
  return { memory: { ...memory, lives: { ...memory.lives, [guard]: next } }, alert };
}

type Said = GuardIncident & { state: Alert['state'] };

/** The incident of a life whose counts have been brought up to date, and what is to be said of it. */
function moved(life: GuardLife, look: GuardLook, plan: GuardPace): { life: GuardLife; said: Said | null } {
  const { open, closed: last, isHeld = false, ...others } = life;
  const { breach, guard, startMs, endMs } = look;
  if (open === null) {
    if (breach === null || life.over < plan.raiseCount || life.isDismissed) return { life, said: null };
    const isSame = last !== undefined && isBack(last.endMs, startMs, plan);
    const opened = isSame ? reopenedBy(last, look, breach, life.over) : openedBy(look, breach, life.over);
    return { life: { ...others, open: opened, pace: countOpening(life.pace, endMs) }, said: { ...opened, state: 'opened' } };
  }
  if (breach !== null) {
    const grown = { ...open, endMs, windows: open.windows + 1 };
    if (!isHeld || life.over < plan.raiseCount) return { life: { ...life, open: grown }, said: null };
    const isNews = Number.isInteger(Math.log2(open.swings ?? 1));
    const back = isNews ? { ...grown, revision: open.revision + 1 } : grown;
    return { life: { ...others, open: back }, said: isNews ? { ...back, state: 'updated' } : null };
  }
  if (life.calm < plan.clearCount) return { life, said: null };
  if (!mayClose(life.pace, endMs, plan)) {
    const held = { ...open, swings: oneMore(open.swings ?? 0) };
    return { life: isHeld ? life : { ...life, open: held, isHeld: true }, said: null };
  }
  // Silence ends where something comes.
  const ended = { ...open, revision: open.revision + 1, ...(guard === 'silent' ? { endMs: Math.max(open.endMs, startMs) } : {}) };
  const remembered = plan.cooldownMs === undefined ? {} : { closed: ended };
  return { life: { ...others, open: null, ...remembered }, said: { ...ended, state: 'closed' } };
}

function openedBy({ startMs, endMs }: GuardLook, { value, bound, channel }: Breach, windows: number): GuardIncident {
  return { value, bound, channel, revision: 1, startMs, endMs, windows };
}

/** The same incident, one revision on; what is told is what it is now. */
function reopenedBy(last: GuardIncident, look: GuardLook, breach: Breach, windows: number): GuardIncident {
  const { value, bound, channel, endMs } = openedBy(look, breach, windows);
  const openings = oneMore(last.openings ?? 1);
  return { ...last, value, bound, channel, endMs, revision: last.revision + 1, windows: last.windows + windows, openings };
}

/** Ends an incident because an operator said so; it stays quiet until it is over by itself. */
export function dismissGuard(
  memory: GuardMemory,
  guard: GuardKind,
  { verdict, who }: { verdict: Parameters<typeof verdictMessage>[1]; who: string },
  facts: GuardFacts,
): { memory: GuardMemory; alert: Alert | null } {
  const life = memory.lives[guard];
  if (life === undefined || life.open === null) return { memory, alert: null };
  const alert = guardClosingOf(guard, life.open, facts, verdictMessage(facts.deviceId, verdict, who));
  const lives = { ...memory.lives, [guard]: { over: life.over, calm: life.calm, isDismissed: true, open: null } };
  return { memory: { ...memory, lives }, alert };
}

/** The last word on an open incident that does not close by itself. */
export function guardClosingOf(guard: GuardKind, open: GuardIncident, facts: GuardFacts, message: string): Alert {
  return { ...guardAlert('closed', guard, { ...open, revision: open.revision + 1 }, facts), message };
}

/** What is about to be seen is expected: it is no news, and stays quiet until it is over by itself. */
export function expectBreach(memory: GuardMemory, guard: GuardKind): GuardMemory {
  const life = memory.lives[guard] ?? asleep;
  return { ...memory, lives: { ...memory.lives, [guard]: { ...life, isDismissed: true } } };
}

/** Nothing is being looked at for a while: what led to an alert is forgotten, what is open stays so. */
export function restGuards(memory: GuardMemory): GuardMemory {
  const counting = Object.values(memory.lives).some(({ over, calm }) => over > 0 || calm > 0);
  if (!counting) return memory;
  const lives = Object.fromEntries(Object.entries(memory.lives).map(([guard, life]) => [guard, { ...life, over: 0, calm: 0 }]));
  return { ...memory, lives };
}

/** What was dismissed or expected is over; what is open is not. */
export function calmGuard(memory: GuardMemory, guard: GuardKind): GuardMemory {
  const life = memory.lives[guard];
  if (life?.isDismissed !== true) return memory;
  return { ...memory, lives: { ...memory.lives, [guard]: { ...life, over: 0, calm: 0, isDismissed: false } } };
}

/** Same for the same guard, device and start, whoever computes it. */
export function guardAlertId(guard: GuardKind, deviceId: string, startMs: number): string {
  return createHash('sha256').update(`guard ${guard}\n${deviceId}\n${startMs}`).digest('hex').slice(0, 32);
}

function guardAlert(
  state: Alert['state'],
  guard: GuardKind,
  { revision, startMs, endMs, windows, value, bound, channel: number, openings, swings }: GuardIncident,
  { channels, ...facts }: GuardFacts,
  { told, sinceMs = startMs }: Pick<Breach, 'told' | 'sinceMs'> = {},
): Alert {
  const channel = channels[number] ?? '';
  const contribution: Contribution = {
    feature: guardFeature(guard, channel),
    channel: guard === 'silent' || guard === 'skew' ? '' : channel,
    share: 1,
    actual: value,
    expected: bound,
    deviation: 0,
  };
  const comesAndGoes = { ...(openings === undefined ? {} : { openings }), ...(swings === undefined ? {} : { swings }) };
  const shown = { deviceId: facts.deviceId, channel, feature: told?.[0].feature, value, bound, sinceMs };
  return {
    guard,
    alertId: guardAlertId(guard, facts.deviceId, startMs),
    revision,
    state,
    ...facts,
    severity: critical.includes(guard) ? 'critical' : 'warning',
    startMs,
    endMs,
    score: value,
    threshold: bound,
    pValue: 0,
    windows,
    ...comesAndGoes,
    contributions: state === 'closed' ? [] : (told ?? [contribution]),
    message: guardMessage(state, guard, shown, comings(comesAndGoes)),
  };
}
