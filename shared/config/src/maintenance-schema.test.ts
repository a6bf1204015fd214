import { describe, expect, test } from 'vitest';
import { ConfigError } from './config-error.ts';
import { parseDeviceClass } from './parse-device-class.ts';

const parse = (maintenance: unknown[]) => parseDeviceClass('pump', { channels: ['x'], rateHz: 1, maintenance }).maintenance;

test('once, with the offset that was given; every week, also over midnight and until it', () => {
  expect(parse([{ from: '2026-12-24T18:00+01:00', to: '2026-12-27T05:00:00Z', devices: 'line-3-*', note: 'shutdown' }])).toEqual([
    {
      kind: 'once',
      devices: 'line-3-*',
      note: 'shutdown',
      fromMs: Date.UTC(2026, 11, 24, 17),
      toMs: Date.UTC(2026, 11, 27, 5),
    },
  ]);
  const weekly = { kind: 'weekly', devices: '*', note: '', days: [6, 0] };
  expect(parse([{ days: ['sat', 'sun'], from: '22:30', to: '06:00', zone: 'Europe/Berlin' }])).toEqual([
    { ...weekly, fromMinute: 22 * 60 + 30, toMinute: 30 * 60, zone: 'Europe/Berlin' },
  ]);
  expect(parse([{ days: ['sat', 'sun'], from: '00:00', to: '24:00' }])).toEqual([
    { ...weekly, fromMinute: 0, toMinute: 1440, zone: 'UTC' },
  ]);
  expect(parse([])).toBeUndefined();
});

describe('is refused, where it is wrong', () => {
  const days = ['mon'];
  test.each([
    ['an hour that is none', { days, from: '25:00', to: '06:00' }, 'from'],
    ['a beginning at the end of the day', { days, from: '24:00', to: '06:00' }, 'from'],
    ['a moment beside days', { days, from: '22:00', to: '2026-12-27T05:00:00Z' }, 'to'],
    ['a zone that is none', { days, from: '22:00', to: '06:00', zone: 'Europe/Atlantis' }, 'zone'],
    ['a zone without days', { from: '2026-12-24T18:00Z', to: '2026-12-27T05:00Z', zone: 'Europe/Berlin' }, 'zone'],
    ['an hour without days', { from: '22:00', to: '2026-12-27T05:00Z' }, 'from'],
    ['a moment without an offset', { from: '2026-12-24T18:00', to: '2026-12-27T05:00Z' }, 'from'],
    ['a day that is none', { from: '2026-13-24T18:00Z', to: '2026-12-27T05:00Z' }, 'from'],
    ['an end before its beginning', { from: '2026-12-24T18:00Z', to: '2026-12-24T17:00Z' }, 'to'],
    ['no day at all', { days: [], from: '22:00', to: '06:00' }, 'days'],
    ['another name', { day: 'mon', from: '22:00', to: '06:00' }, 'day'],
  ])('%s', (_, span, field) => {
    const wrong = () => parse([{ days, from: '01:00', to: '02:00' }, span]);
    expect(wrong).toThrow(ConfigError);
    expect(wrong).toThrow(`classes.pump.maintenance[1].${field}`);
  });
});
