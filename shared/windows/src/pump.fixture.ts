// A class of pumps and what they send, for tests of this room: one channel; by default a sample a second, in windows of 4 s every 2 s.
import type { DeviceClass, Reading, WindowPlan } from '@tocsin/schemas';

export function pump(window: Partial<WindowPlan> = {}, rateHz = 1): DeviceClass {
  return {
    name: 'pump',
    channels: ['x'],
    rateHz,
    window: { samples: 4, hop: 2, latenessMs: 1000, maxGapSamples: 1, minCoverage: 0.75, ...window },
    features: { kind: 'slow', bands: 24, wavelet: false, envelope: false },
    context: [],
    learner: 'auto',
    supportWindows: 3,
    keepLearning: true,
    decision: { falseAlarmsPerDay: 1, falseAlarmRate: null, raiseCount: 1, raiseOf: 1, clearCount: 1, alertFrom: 3 },
    guards: { silentMs: null, flatlineWindows: 0, range: {}, skewMs: null, scaleJump: false },
    idleMs: 60_000,
    futureMs: 60_000,
    pastMs: Infinity,
  };
}

/** One sample a second from `second` on. */
export function reading(second: number, values: readonly number[], channels = ['x']): Reading {
  return {
    deviceId: 'p1',
    deviceClass: 'pump',
    startMs: second * 1000,
    rateHz: 1,
    channels,
    samples: Float32Array.from(values),
  };
}
