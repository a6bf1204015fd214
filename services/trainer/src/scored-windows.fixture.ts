// For tests: scored windows, alerts and labels of made-up devices, and records of them as they lie in the log.
import { encodeAlert, encodeLabel, encodeScoredWindow, type Alert, type Label, type ScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';

/** The `at`-th window of device p1, ten milliseconds long, whose only feature is its number. */
export function scored(at: number, rest: Partial<ScoredWindow> = {}): ScoredWindow {
  return {
    windowId: `w${at}`,
    deviceId: 'p1',
    deviceClass: 'pump',
    startMs: at * 10,
    endMs: at * 10 + 10,
    specHash: 'spec',
    features: Float32Array.of(at),
    score: 0,
    pValue: 0.5,
    threshold: 1,
    modelVersion: 1,
    supportWindows: 20,
    coverage: 1,
    flags: [],
    ...rest,
  };
}

/** Over the threshold of its time. */
export const over: Partial<ScoredWindow> = { score: 2 };

export function alertOf(rest: Partial<Alert> = {}): Alert {
  return {
    alertId: 'a1',
    revision: 1,
    state: 'closed',
    deviceId: 'p1',
    deviceClass: 'pump',
    severity: 'warning',
    startMs: 20,
    endMs: 50,
    score: 1,
    threshold: 0,
    pValue: 0.001,
    windows: 3,
    contributions: [],
    modelVersion: 1,
    supportWindows: 20,
    message: '',
    ...rest,
  };
}

export function labelOf(rest: Partial<Label> = {}): Label {
  return { labelId: 'l', deviceId: 'p1', subjectId: 'a1', verdict: 'real', who: 'me', atMs: 0, note: '', ...rest };
}

/** As they lie in partition 0 of a topic, from offset `from` on. */
export function recordsOf(topic: string, values: readonly (ScoredWindow | Alert | Label)[], from = 0): LogRecord[] {
  return values.map((value, at) => ({
    topic,
    partition: 0,
    offset: from + at,
    timestampMs: 1_000 + from + at,
    key: Buffer.from(value.deviceId),
    value: 'windowId' in value ? encodeScoredWindow(value) : 'alertId' in value ? encodeAlert(value) : encodeLabel(value),
    headers: {},
  }));
}
