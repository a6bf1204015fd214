// What was broken on purpose, as JSON lines: the answers to the questions that alerts and counters ask.
import type { Reading } from '@tocsin/schemas';
import type { RecordedDevice } from './recorded/fleet.ts';
import type { Disturbance } from './simulated/disturb.ts';
import type { InjectedFault } from './simulated/simulated-readings.ts';

export type TruthLog = {
  fault(fault: InjectedFault): void;
  /** What is known of a recording whose times are moved by `shiftMs`. */
  recorded(device: RecordedDevice, shiftMs: number): void;
  disturbed(what: Disturbance, reading: Reading): void;
  /** How many of each so far. */
  counts(): Readonly<Record<string, number>>;
};

/** `write` takes one line without its end; times are event times, epoch milliseconds. */
export function createTruthLog(write: (line: string) => void): TruthLog {
  const counts: Record<string, number> = {};
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  return {
    fault(fault) {
      count(fault.kind);
      write(JSON.stringify({ type: fault.causeId === undefined ? 'fault' : 'common-cause', ...fault }));
    },
    recorded({ id: deviceId, deviceClass, truth }, shiftMs) {
      for (const { kind, ignore, startMs, endMs } of truth) {
        write(
          JSON.stringify({
            type: 'recorded',
            deviceId,
            deviceClass,
            kind,
            ignore,
            startMs: startMs + shiftMs,
            endMs: endMs + shiftMs,
          }),
        );
      }
    },
    disturbed(what, { deviceId, startMs }) {
      count(what);
      write(JSON.stringify({ type: 'disturbance', what, deviceId, startMs }));
    },
    counts: () => ({ ...counts }),
  };
}
