// When what breaks on which simulated machine: drawn day by day, so that a fleet can run for years and any day can be had alone.
import {
  between,
  createRandom,
  type Fault,
  type FaultKind,
  machineFaults,
  type MachineKind,
  sensorFaults,
} from '@tocsin/signals';

export const daySeconds = 86_400;

export type FaultPlan = {
  /** Mean time between the end of a fault and the next one, per machine; Infinity for a fleet without faults. */
  everyS: number;
  /** Mean length of a fault. */
  lastS: number;
  /** No fault before this time. */
  healthyS: number;
};

/**
 * Faults of machine `seed` that begin on day `day` (0, 1, …; seconds since the machine's first sample), in order, one at a time and
 * all over before the day ends. Gaps are exponential, lengths half to one and a half times the mean, severities 0.3 to 1,
 * half of them with a ramp over half their length.
 */
export function faultsOfDay(seed: number, day: number, kind: MachineKind, channels: readonly string[], plan: FaultPlan): Fault[] {
  const random = createRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(day + 1, 0x85ebca77));
  const kinds: readonly FaultKind[] = kind === 'chiller' ? sensorFaults : [...machineFaults, ...sensorFaults];
  const endOfDayS = (day + 1) * daySeconds;
  const faults: Fault[] = [];
  let atS = Math.max(day * daySeconds, plan.healthyS);
  for (;;) {
    const startS = atS - plan.everyS * Math.log(1 - random());
    const endS = startS + plan.lastS * between(random, 0.5, 1.5);
    if (!(endS < endOfDayS)) return faults;
    const severity = between(random, 0.3, 1);
    const rampS = random() < 0.5 ? 0 : (endS - startS) / 2;
    const channel = channels[Math.floor(random() * channels.length)];
    faults.push({ kind: kinds[Math.floor(random() * kinds.length)], startS, endS, severity, rampS, channel });
    atS = endS;
  }
}
