// When what reaches many machines of a fleet at once, and which of them: drawn day by day from the seed of the fleet, so that every
// machine comes to the same answer by itself.
//
//   pump-1  ____|▔▔▔▔▔▔▔▔▔▔|______
//   pump-2  ______|▔▔▔▔▔▔▔▔▔▔|____     the same cause, felt within `jitterS`
//   pump-3  ______________________     not reached
import { between, commonCausesOf, createRandom, type Fault, type MachineKind } from '@tocsin/signals';
import { daySeconds, type FaultPlan } from './fault-calendar.ts';

/** Gaps, lengths and the healthy beginning as of faults, but of the fleet. */
export type CommonCausePlan = FaultPlan & {
  fleetSeed: number;
  /** Share of the machines that a cause reaches, 0..1. */
  share: number;
  /** All of them feel it within so long. */
  jitterS: number;
};

/** What one machine feels of a common cause. */
export type SharedFault = Fault & { causeId: string };

/**
 * What machine `seed` feels of the causes that begin on day `day` (seconds since its first sample), in order, one at a time and all over
 * before the day ends. Gaps are exponential, lengths half to one and a half times the mean, severities 0.6 to 1.
 */
export function causesOfDay(
  { seed, kind, rateHz }: { seed: number; kind: MachineKind; rateHz: number },
  day: number,
  plan: CommonCausePlan,
): SharedFault[] {
  const fleet = createRandom(Math.imul(plan.fleetSeed + 1, 0xc2b2ae35) ^ Math.imul(day + 1, 0x85ebca77));
  const kinds = commonCausesOf(kind, rateHz);
  const endOfDayS = (day + 1) * daySeconds;
  const felt: SharedFault[] = [];
  let atS = Math.max(day * daySeconds, plan.healthyS);
  for (let number = 0; ; number++) {
    const startS = atS - plan.everyS * Math.log(1 - fleet());
    const endS = startS + plan.lastS * between(fleet, 0.5, 1.5);
    atS = endS + plan.jitterS;
    if (!(atS < endOfDayS)) return felt;
    const severity = between(fleet, 0.6, 1);
    const cause = kinds[Math.floor(fleet() * kinds.length)];
    const own = createRandom(
      Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(day + 1, 0x27d4eb2f) ^ Math.imul(number + 1, 0x165667b1),
    );
    const isReached = own() < plan.share;
    const delayS = plan.jitterS * own();
    if (isReached)
      felt.push({ kind: cause, startS: startS + delayS, endS: endS + delayS, severity, causeId: `${cause}-${day}-${number}` });
  }
}
