// A device class for people.
import type { DeviceClass } from '@tocsin/schemas';
import type { ClassView } from '../api/fleet-api.ts';

export function classViewOf({ name, features, channels, rateHz, window, supportWindows, decision }: DeviceClass): ClassView {
  const { raiseCount, raiseOf, falseAlarmsPerDay, falseAlarmRate } = decision;
  const raise =
    raiseOf === 1
      ? 'with the first window over its threshold'
      : `when ${raiseCount} of ${raiseOf} windows are over their threshold`;
  const rate = falseAlarmRate === null ? '' : `1 window in ${Math.round(1 / falseAlarmRate).toLocaleString('en-US')}`;
  const budget = falseAlarmsPerDay === null ? rate : perDay(falseAlarmsPerDay);
  return {
    name,
    kind: features.kind,
    channels: [...channels],
    rateHz,
    windowSamples: window.samples,
    hop: window.hop,
    supportWindows,
    raise,
    budget,
  };
}

function perDay(alarms: number): string {
  return alarms >= 1 ? `${alarms} a day per device` : `1 in ${Math.round(1 / alarms).toLocaleString('en-US')} days per device`;
}
