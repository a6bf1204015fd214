// Planned work on machines as people write it, and as the line reads it: once, between two moments, or every week by the clocks of a zone.
import type { MaintenanceSpan } from '@tocsin/schemas';
import { z } from 'zod';

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const clock = /^([01]\d|2[0-3]):([0-5]\d)$|^(24):(00)$/;
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;
const expected = 'HH:MM beside days, else a moment such as 2026-12-24T18:00:00+01:00';

export const maintenance = z
  .strictObject({
    devices: z.string().min(1).default('*').meta({ expected: 'a device id, `*` standing for any characters' }),
    days: z.array(z.enum(weekdays)).min(1).optional(),
    from: z.string().meta({ expected }),
    to: z.string().meta({ expected }),
    zone: z.string().optional().meta({ expected: 'the IANA name of a time zone beside days, such as Europe/Berlin' }),
    note: z.string().default(''),
  })
  .superRefine(({ days, from, to, zone }, context) => {
    const wrong = (name: 'from' | 'to' | 'zone') => context.addIssue({ code: 'custom', path: [name], message: 'wrong' });
    if (zone !== undefined && (days === undefined || !isZone(zone))) wrong('zone');
    if (days === undefined) {
      if (Number.isNaN(momentOf(from))) wrong('from');
      if (!(momentOf(to) > momentOf(from))) wrong('to');
      return;
    }
    if (!(minuteOf(from) < 1440)) wrong('from');
    if (Number.isNaN(minuteOf(to))) wrong('to');
  });

/** The span that was meant; what ends no later than it begins ends on the next day. */
export function maintenanceSpan({ devices, days, from, to, zone = 'UTC', note }: z.output<typeof maintenance>): MaintenanceSpan {
  const about = { devices, note };
  if (days === undefined) return { ...about, kind: 'once', fromMs: momentOf(from), toMs: momentOf(to) };
  const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)];
  const endsAt = toMinute > fromMinute ? toMinute : toMinute + 1440;
  return { ...about, kind: 'weekly', days: days.map((day) => weekdays.indexOf(day)), fromMinute, toMinute: endsAt, zone };
}

/** Minutes after midnight; NaN for what is no time of day. */
function minuteOf(text: string): number {
  return clock.test(text) ? Number(text.slice(0, 2)) * 60 + Number(text.slice(3)) : Number.NaN;
}

function momentOf(text: string): number {
  return moment.test(text) ? Date.parse(text) : Number.NaN;
}

function isZone(timeZone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
