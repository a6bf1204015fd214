// The life of a guard's incident: opened after so many windows over its bound, closed after so many within it. Pure.
//
//   raise 2, clear 3      windows   . X . X X X . . .
//                         alert             O       C       O opened, C closed
import { createHash } from 'node:crypto';
import type { Alert, Contribution, GuardKind, GuardLife, GuardMemory } from '@tocsin/schemas';
import { verdictMessage, type DeviceFacts } from '../close-by-verdict.ts';
import type { Breach } from './check-guards.ts';
import { guardFeature, guardMessage } from './guard-message.ts';

/** A look at a device: the breach or null, and the stretch of event time it is about. */
export type GuardLook = { guard: GuardKind; breach: Breach | null; startMs: number; endMs: number };
export type GuardPace = { raiseCount: number; clearCount: number };
export type GuardFacts = DeviceFacts & { channels: readonly string[] };

const asleep: GuardLife = { over: 0, calm: 0, isDismissed: false, open: null };
const countMax = 255;
const critical: readonly GuardKind[] = ['silent', 'range'];

/** One look taken into account. A dismissed incident stays quiet until it would have been closed. */
export function stepGuard(
  memory: GuardMemory,
  { guard, breach, startMs, endMs }: GuardLook,
  { raiseCount, clearCount }: GuardPace,
  facts: GuardFacts,
): { memory: GuardMemory; alert: Alert | null } {
  const life = memory.lives[guard] ?? asleep;
  // Nearly every window: nothing was wrong and nothing is.
  if (breach === null && life.over === 0 && life.open === null && !life.isDismissed) return { memory, alert: null };
  const over = breach === null ? 0 : Math.min(countMax, life.over + 1);
  const calm = breach === null ? Math.min(countMax, life.calm + 1) : 0;
  const isOver = calm >= clearCount;
  const next: GuardLife = { over, calm, isDismissed: life.isDismissed && !isOver, open: life.open };
  const known = (open: GuardLife['open']) => ({ ...memory, lives: { ...memory.lives, [guard]: { ...next, open } } });
  const { open } = life;
  if (open === null) {
    if (breach === null || over < raiseCount || next.isDismissed) return { memory: known(null), alert: null };
    const { value, bound, channel } = breach;
    const opened = { value, bound, channel, revision: 1, startMs, endMs, windows: over };
    return { memory: known(opened), alert: guardAlert('opened', guard, opened, facts, breach) };
  }
  if (breach !== null) return { memory: known({ ...open, endMs, windows: open.windows + 1 }), alert: null };
  if (!isOver) return { memory: known(open), alert: null };
  return { memory: known(null), alert: guardAlert('closed', guard, { ...open, revision: open.revision + 1 }, facts) };
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
  const alert = guardAlert('closed', guard, { ...life.open, revision: life.open.revision + 1 }, facts);
  const lives = { ...memory.lives, [guard]: { ...life, isDismissed: true, open: null } };
  return { memory: { ...memory, lives }, alert: { ...alert, message: verdictMessage(facts.deviceId, verdict, who) } };
}

/** What is about to be seen is expected: it is no news, and stays quiet until it is over by itself. */
export function expectBreach(memory: GuardMemory, guard: GuardKind): GuardMemory {
  const life = memory.lives[guard] ?? asleep;
  return { ...memory, lives: { ...memory.lives, [guard]: { ...life, isDismissed: true } } };
}

/** What was dismissed or expected is over; what is open is not. */
export function calmGuard(memory: GuardMemory, guard: GuardKind): GuardMemory {
  const life = memory.lives[guard];
  if (life?.isDismissed !== true) return memory;
  return { ...memory, lives: { ...memory.lives, [guard]: { ...asleep, open: life.open } } };
}

/** Same for the same guard, device and start, whoever computes it. */
export function guardAlertId(guard: GuardKind, deviceId: string, startMs: number): string {
  return createHash('sha256').update(`guard ${guard}\n${deviceId}\n${startMs}`).digest('hex').slice(0, 32);
}

function guardAlert(
  state: 'opened' | 'closed',
  guard: GuardKind,
  { revision, startMs, endMs, windows, value, bound, channel: number }: NonNullable<GuardLife['open']>,
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
    contributions: state === 'closed' ? [] : (told ?? [contribution]),
    message: guardMessage(state, guard, { deviceId: facts.deviceId, channel, feature: told?.[0].feature, value, bound, sinceMs }),
  };
}
