// Times for people, in their own zone or in UTC; always with digits of the same width, the day only where it matters.

export type Zone = 'local' | 'utc';

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: Zone, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${zone} ${JSON.stringify(options)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...options, ...(zone === 'utc' ? { timeZone: 'UTC' } : {}), hourCycle: 'h23' });
  formats.set(key, made);
  return made;
}

const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', second: '2-digit' };
const day: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: '2-digit' };

/** `14:02:10`, or with the day where that is not the day of `nowMs`. */
export function timeText(ms: number, zone: Zone, nowMs = Date.now()): string {
  const date = new Date(ms);
  const isSameDay = formatOf(zone, day).format(date) === formatOf(zone, day).format(new Date(nowMs));
  const time = formatOf(zone, clock).format(date);
  return isSameDay ? time : `${formatOf(zone, day).format(date)}, ${time}`;
}

export function dayText(ms: number, zone: Zone): string {
  return formatOf(zone, day).format(new Date(ms));
}

/** With the day, whatever day it is. */
export function momentText(ms: number, zone: Zone): string {
  return `${formatOf(zone, day).format(new Date(ms))}, ${formatOf(zone, clock).format(new Date(ms))}`;
}

/** `UTC`, or what the zone of this browser is called. */
export function zoneName(zone: Zone): string {
  return zone === 'utc' ? 'UTC' : Intl.DateTimeFormat().resolvedOptions().timeZone.replace('Etc/', '');
}

const steps: [number, string][] = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1000, 's'],
];

/** `3 min`, `2.5 h`, `250 ms`: two digits of what is small. */
export function spanText(ms: number): string {
  const [size, unit] = steps.find(([each]) => Math.abs(ms) >= each) ?? [1, 'ms'];
  const value = ms / size;
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${unit}`;
}

/** `4096 Hz`; what is slower than one a second, `every 60 s`. */
export function rateText(rateHz: number): string {
  return rateHz >= 1 ? `${Number(rateHz.toPrecision(4))} Hz` : `a sample every ${spanText(1000 / rateHz)}`;
}

export function agoText(ms: number, nowMs: number): string {
  const ago = nowMs - ms;
  return ago < 1500 ? 'now' : `${spanText(ago)} ago`;
}
