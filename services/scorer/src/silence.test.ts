// Who is silent, and who is missed: the pause of everybody counts for nobody, once.
import { expect, test } from 'vitest';
import { parseDeviceClass } from '@tocsin/config';
import { excusePause, isMissed, isSilent } from './silence.ts';

const heardAt = (lastSeenMs: number, silentMs: number | null = 30_000) => ({
  deviceClass: parseDeviceClass('pump', { channels: ['x'], rateHz: 10, guards: { silentMs } }),
  lastSeenMs,
  excusedMs: -Infinity,
});

test('silent is who sent nothing for longer than its class allows', () => {
  expect(isSilent(heardAt(0), 30_000)).toBe(false);
  expect(isSilent(heardAt(0), 30_001)).toBe(true);
  expect(isSilent(heardAt(0, null), 1e9)).toBe(false);
});

//   log time    0 . . . . 100 s                 200 s . . . . 230 s
//   the device        | at 80 s     (a pause)     | excused     | missed
test('who was not silent before a pause of all others has as long again', () => {
  const device = heardAt(80_000);
  excusePause(device, 100_000, 200_000);
  expect(isSilent(device, 200_000)).toBe(true);
  expect(isMissed(device, 230_000)).toBe(false);
  expect(isMissed(device, 230_001)).toBe(true);
});

test.each([
  ['was silent before', 60_000, 100_000, 200_000],
  ['others went on in time', 80_000, 100_000, 130_000],
])('nobody is excused who %s', (_, lastSeenMs, fromMs, toMs) => {
  const device = heardAt(lastSeenMs);
  excusePause(device, fromMs, toMs);
  expect(isMissed(device, toMs)).toBe(true);
});

test('the next pause excuses nobody who has not come back since', () => {
  const device = heardAt(80_000);
  excusePause(device, 100_000, 200_000);
  excusePause(device, 200_000, 300_000);
  expect(isMissed(device, 300_000)).toBe(true);
});
