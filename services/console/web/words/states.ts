// The states of a device in words: short ones for rows, and what they mean.
import type { DeviceStanding, FleetRow } from '../../src/api/fleet-api.ts';

export const stateMeaning: Readonly<Record<DeviceStanding, string>> = {
  alerting: 'an alert is open',
  drifting: 'what it has learnt has moved far from where it stood',
  silent: 'nothing that can be scored comes from it while others go on',
  maintenance: 'somebody is at the machine, or work is planned: no alerts, no learning',
  cold: 'too few windows of its own are known yet',
  provisional: 'watched, with a threshold from little of the fleet',
  watching: 'watched',
};

/** `cold 4/10` while it is getting known. */
export function stateText({
  state,
  supportWindows,
  supportWanted,
}: Pick<FleetRow, 'state' | 'supportWindows' | 'supportWanted'>): string {
  return state === 'cold' ? `cold ${Math.min(supportWindows, supportWanted)} of ${supportWanted}` : state;
}

export const guardText = {
  silent: 'silence',
  flatline: 'flat line',
  range: 'out of range',
  skew: 'clock skew',
  scale: 'unit jump',
  drift: 'slow drift',
} as const;

/** What is said of a window; others are shown as they are called. */
export const flagText: Readonly<Record<string, string>> = {
  interpolated: 'short gaps were bridged',
  gappy: 'too much missing for a score',
  cold: 'the device was not known well enough',
  provisional: 'with a provisional threshold',
  not_finite: 'its features are no numbers',
  maintenance: 'under maintenance',
  guarded: 'a guard doubts its samples',
  undone: 'what was learnt was taken back',
};
