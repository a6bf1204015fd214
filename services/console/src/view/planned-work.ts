// Planned work on a device, from the calendar of its class, by the device's own time. Decides nothing: scorers do.
import { calendarOf, type Calendar } from '@tocsin/decisions';
import type { DeviceClass, MaintenanceSpan } from '@tocsin/schemas';
import type { PlannedWork } from '../api/fleet-api.ts';
import type { DeviceView } from './device-view.ts';

type Known = { spans: readonly MaintenanceSpan[]; calendar: Calendar | null };

const calendars = new WeakMap<DeviceView, Known>();

/** Is work planned on the device at this moment? */
export function isPlanned(device: DeviceView, deviceClass: DeviceClass | undefined, logTimeMs: number): boolean {
  const spans = deviceClass?.maintenance ?? [];
  if (spans.length === 0) return false;
  let known = calendars.get(device);
  if (known?.spans !== spans) {
    known = { spans, calendar: calendarOf(spans, device.deviceId) };
    calendars.set(device, known);
  }
  const atMs = eventTimeOf(device, logTimeMs);
  return isIn(known.calendar, atMs);
}

/** What is planned for the device and not over, in the order of the configuration. */
export function plannedWorkOf(device: DeviceView, deviceClass: DeviceClass | undefined, logTimeMs: number): PlannedWork[] {
  const atMs = eventTimeOf(device, logTimeMs);
  return (deviceClass?.maintenance ?? []).flatMap((span) => {
    const calendar = calendarOf([span], device.deviceId);
    if (calendar === null || (span.kind === 'once' && span.toMs <= atMs)) return [];
    const once = span.kind === 'once' ? { fromMs: span.fromMs, toMs: span.toMs } : null;
    const weekly = span.kind === 'weekly' ? weeklyText(span) : null;
    return [{ once, weekly, note: span.note, isNow: isIn(calendar, atMs) }];
  });
}

/** Before anything has been read there is no time. */
function isIn(calendar: Calendar | null, atMs: number): boolean {
  return calendar !== null && Number.isFinite(atMs) && calendar(atMs, atMs + 1);
}

/** A device is as far behind the log as it was with its newest window: that is how scorers expect its silence, too. */
function eventTimeOf({ latest, seenMs }: DeviceView, logTimeMs: number): number {
  return latest === null ? logTimeMs : logTimeMs - Math.max(0, seenMs - latest.endMs);
}

const dayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** `Sat, Sun 22:00–06:00, Europe/Berlin`. */
function weeklyText({ days, fromMinute, toMinute, zone }: MaintenanceSpan & { kind: 'weekly' }): string {
  const when = new Set(days).size === 7 ? 'every day' : days.map((day) => dayNames[day]).join(', ');
  return `${when} ${clockText(fromMinute)}–${clockText(toMinute > 1440 ? toMinute - 1440 : toMinute)}, ${zone}`;
}

function clockText(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
