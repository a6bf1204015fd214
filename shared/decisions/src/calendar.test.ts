import * as fc from 'fast-check';
import type { MaintenanceSpan } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { calendarOf } from './calendar.ts';
import { zoneOffset } from './zone-offset.ts';

const [hourMs, dayMs] = [3_600_000, 86_400_000];
const weekly = (days: number[], fromHour: number, toHour: number, zone = 'Europe/Berlin'): MaintenanceSpan => ({
  kind: 'weekly',
  devices: '*',
  note: '',
  days,
  fromMinute: 60 * fromHour,
  toMinute: 60 * toHour,
  zone,
});
/** Is work planned in the second that begins then? */
const planned = (span: MaintenanceSpan, iso: string, deviceId = 'p') => {
  const ms = Date.parse(iso);
  return calendarOf([span], deviceId)?.(ms, ms + 1000) ?? false;
};

test.each([
  ['line-3-*', 'line-3-pump', true],
  ['line-3-*', 'xline-3-pump', false],
  ['*.pump', 'a.pump', true],
  ['*.pump', 'a-pump', false],
  ['p[1]', 'p[1]', true],
  ['p*1*', 'pump-1', true],
  ['*', 'any\nthing', true],
])('%s is about %s: %s', (devices, deviceId, isAbout) => {
  expect(calendarOf([{ kind: 'once', devices, note: '', fromMs: 0, toMs: 1 }], deviceId) !== null).toBe(isAbout);
});

// windows [0,10) [10,20) ... and work from 20 to 40
test('a window that overlaps planned work is under it, one that touches it is not', () => {
  const isPlanned = calendarOf([{ kind: 'once', devices: '*', note: '', fromMs: 20, toMs: 40 }], 'p')!;
  expect([0, 10, 15, 20, 30, 35, 40].filter((at) => isPlanned(at, at + 10))).toEqual([15, 20, 30, 35]);
});

describe('every week by the clocks of Berlin', () => {
  const nights = weekly([6], 22, 30); // Saturday 22:00 to Sunday 06:00
  test.each([
    ['2026-01-10T20:59:59Z', false], // 21:59:59 in winter
    ['2026-01-10T21:00:00Z', true],
    ['2026-01-11T04:59:59Z', true],
    ['2026-01-11T05:00:00Z', false],
    ['2026-07-11T19:59:59Z', false], // 21:59:59 in summer
    ['2026-07-11T20:00:00Z', true],
    ['2026-07-12T04:00:00Z', false],
    ['2026-01-09T22:00:00Z', false], // a Friday
    ['1969-12-27T21:30:00Z', true],
    // the night in which 02:00 becomes 03:00 has seven hours of work, the one in which 03:00 becomes 02:00 has nine
    ['2026-03-28T21:00:00Z', true],
    ['2026-03-29T03:59:59Z', true],
    ['2026-03-29T04:00:00Z', false],
    ['2026-10-24T20:00:00Z', true],
    ['2026-10-25T04:59:59Z', true],
    ['2026-10-25T05:00:00Z', false],
  ])('%s: %s', (iso, isPlanned) => expect(planned(nights, iso)).toBe(isPlanned));

  test('an hour that is skipped has no work; one that comes twice has it twice', () => {
    const skipped = weekly([0], 2, 3);
    for (let ms = Date.UTC(2026, 2, 29); ms < Date.UTC(2026, 2, 30); ms += 600_000)
      expect(planned(skipped, new Date(ms).toISOString())).toBe(false);
    const twice = Array.from({ length: 24 }, (_, hour) => planned(skipped, new Date(Date.UTC(2026, 9, 25, hour)).toISOString()));
    expect(twice.flatMap((is, hour) => (is ? [hour] : []))).toEqual([0, 1]);
  });

  test('a window around it, and one of weeks, is under it', () => {
    const isPlanned = calendarOf([weekly([3], 12, 13, 'UTC')], 'p')!; // Wednesdays
    const tuesday = Date.UTC(2026, 0, 6);
    expect(isPlanned(tuesday, tuesday + 3 * dayMs)).toBe(true);
    expect(isPlanned(tuesday, tuesday + dayMs + 12 * hourMs)).toBe(false);
    expect(isPlanned(tuesday + 2 * dayMs, tuesday + 30 * dayMs)).toBe(true);
  });
});

test.each([
  ['Asia/Kathmandu', '2026-06-01T00:00:00Z', 5.75],
  ['America/St_Johns', '2026-01-01T00:00:00Z', -3.5],
  ['Australia/Lord_Howe', '2026-01-01T00:00:00Z', 11],
  ['UTC', '0001-01-01T00:00:00Z', 0],
])('%s at %s is %d hours ahead', (zone, iso, hours) => expect(zoneOffset(zone)(Date.parse(iso))).toBe(hours * hourMs));

test('asked in any order and however often, a calendar says the same', () => {
  const isPlanned = calendarOf([weekly([0, 2], 23, 26, 'America/New_York'), weekly([5], 1, 2, 'Asia/Tokyo')], 'p')!;
  const from = Date.UTC(2026, 0, 1);
  const said = new Map<number, boolean>();
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 365 * 24 * 12 }), (step) => {
      const ms = from + step * 300_000;
      const is = isPlanned(ms, ms + 1000);
      expect(said.get(ms) ?? is).toBe(is);
      said.set(ms, is);
      // what is under it stays so in a wider window
      if (is) expect(isPlanned(ms - hourMs, ms + 2 * hourMs)).toBe(true);
    }),
    { seed: 1, numRuns: 2000 },
  );
});
