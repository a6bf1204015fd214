// Is planned work going on at a device? Decided by event time alone, so whoever computes a window again comes to the same.
import type { MaintenanceSpan } from '@tocsin/schemas';
import { zoneOffset } from './zone-offset.ts';

/** Does the stretch of event time [fromMs, toMs) overlap planned work? */
export type Calendar = (fromMs: number, toMs: number) => boolean;

type Weekly = MaintenanceSpan & { kind: 'weekly' };

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** The calendar of a device; null where nothing is ever planned for it, which costs nothing. */
export function calendarOf(spans: readonly MaintenanceSpan[], deviceId: string): Calendar | null {
  const own = spans.filter(({ devices }) => matches(devices, deviceId)).map(calendarOfSpan);
  return own.length === 0 ? null : (fromMs, toMs) => own.some((isPlanned) => isPlanned(fromMs, toMs));
}

/** Every character stands for itself but `*`, which stands for any number of any. */
function matches(pattern: string, deviceId: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(deviceId);
}

function calendarOfSpan(span: MaintenanceSpan): Calendar {
  if (span.kind === 'once') return (fromMs, toMs) => fromMs < span.toMs && toMs > span.fromMs;
  const offset = zoneOffset(span.zone);
  return (fromMs, toMs) => {
    // Clocks may be changed meanwhile: what the wall says at either end counts.
    const [from, to] = [fromMs + offset(fromMs), toMs + offset(toMs)];
    const lengthMs = toMs - fromMs;
    return overlaps(from, from + lengthMs, span) || overlaps(to - lengthMs, to, span);
  };
}

/** The stretch is in milliseconds by the wall clock. */
function overlaps(from: number, to: number, { days, fromMinute, toMinute }: Weekly): boolean {
  if (to - from >= 8 * dayMs) return true;
  // What began the day before may last into this one.
  for (let day = Math.floor(from / dayMs) - 1; day * dayMs < to; day++) {
    const midnight = day * dayMs;
    if (days.includes(weekday(day)) && midnight + fromMinute * minuteMs < to && midnight + toMinute * minuteMs > from)
      return true;
  }
  return false;
}

/** Of a number of days since 1970, which began on a Thursday. */
function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}
