// Fills in what a device class leaves out. Pure.
import type { DecisionPlan, DeviceClass } from '@tocsin/schemas';
import type { DeviceClassInput } from './device-class-schema.ts';
import { maintenanceSpan } from './maintenance-schema.ts';

/** From this rate on a class is taken for vibration. */
const vibrationRateHz = 100;

/** The class with every default applied; lengths that depend on each other follow what was given. */
export function completeDeviceClass(name: string, input: DeviceClassInput): DeviceClass {
  const {
    channels,
    rateHz,
    window,
    features,
    context,
    learner,
    supportWindows,
    keepLearning,
    decision,
    guards,
    futureMs,
    pastMs,
  } = input;
  const kind = features.kind ?? (rateHz >= vibrationRateHz ? 'vibration' : 'slow');
  const isVibration = kind === 'vibration';
  const periodMs = 1000 / rateHz;
  const samples = window.samples ?? (isVibration ? 1024 : 32);
  const hop = window.hop ?? Math.max(1, Math.floor(samples / (isVibration ? 2 : 8)));
  return {
    name,
    channels,
    rateHz,
    window: {
      samples,
      hop,
      latenessMs: window.latenessMs ?? (isVibration ? 1000 : 2 * periodMs),
      maxGapSamples: window.maxGapSamples ?? Math.min(Math.ceil(samples / 100), samples - 1),
      minCoverage: window.minCoverage,
      teachCoverage: window.teachCoverage ?? (1 + window.minCoverage) / 2,
      onGap: window.onGap,
      amendMs: window.amendMs,
      otherRates: window.otherRates,
      jitter: window.jitter,
    },
    features: { kind, bands: features.bands, wavelet: features.wavelet, envelope: features.envelope },
    context,
    learner,
    supportWindows,
    keepLearning,
    decision: completeDecision(decision, supportWindows, (86_400 * rateHz) / hop),
    guards,
    ...(input.maintenance.length > 0 ? { maintenance: input.maintenance.map(maintenanceSpan) } : {}),
    idleMs: input.idleMs ?? Math.max(60_000, 10 * periodMs),
    futureMs,
    pastMs: pastMs ?? Infinity,
  };
}

/**
 * Alerts without a cause that are tolerated per device and day unless a class says otherwise: one, and of a machine with few windows
 * a day no more than one in a thousand windows. One a day of two windows a day would be no budget at all.
 */
const defaultFalseAlarmsPerDay = (windowsPerDay: number) => Math.min(1, windowsPerDay / 1000);

function completeDecision(decision: DeviceClassInput['decision'], supportWindows: number, windowsPerDay: number): DecisionPlan {
  const { falseAlarmRate = null, falseAlarmsPerDay, alertFrom = supportWindows, ...raise } = decision;
  const perDay = falseAlarmsPerDay ?? (falseAlarmRate === null ? defaultFalseAlarmsPerDay(windowsPerDay) : null);
  return { ...raise, falseAlarmsPerDay: perDay, falseAlarmRate, alertFrom };
}
