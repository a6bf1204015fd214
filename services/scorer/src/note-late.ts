// Says in the log which devices send what comes too late for their windows; a fleet of them becomes a bounded number of lines.
import type { LogMessage } from '@tocsin/schemas';

/** A device is told again after so long at the earliest, and so many devices at most in that time. */
const everyMs = 3_600_000;
const devicesMax = 100;

const messages = {
  late: 'samples came after their windows were closed and are not scored; does the device buffer for longer than latenessMs?',
  suppressed:
    'windows lie before what was scored of the device and are not scored again; was its clock ahead, or is history sent again?',
  set_back:
    'the clock of a device was set back, or it sends a backlog: nothing of it is scored until its time has come to where it was',
} as const;

export type LateReason = keyof typeof messages;

/** `behindMs`: how far event time is behind the newest that was taken or scored of the device. */
export type NoteLate = (deviceId: string, reason: LateReason, behindMs: number) => void;

/** `now` in milliseconds. Devices beyond the hundredth of an hour are counted and told as a number in the next. */
export function createNoteLate(note: LogMessage, now: () => number): NoteLate {
  let sinceMs = -Infinity;
  let untold = 0;
  const told = new Set<string>();
  return (deviceId, reason, behindMs) => {
    if (now() - sinceMs >= everyMs) {
      if (untold > 0) note('warn', 'more devices sent too late in the hour before', { times: untold });
      sinceMs = now();
      untold = 0;
      told.clear();
    }
    const key = `${reason} ${deviceId}`;
    if (told.has(key)) return;
    if (told.size >= devicesMax) return void (untold += 1);
    told.add(key);
    note('warn', messages[reason], { deviceId, reason, behindSeconds: Math.round(behindMs / 100) / 10 });
  };
}
