// Whether devices alarm more often under a bundle than before. Devices are the unit: windows of one device are not independent.
import type { AlarmFigures, AlarmGroup } from '@tocsin/schemas';

/** Judged windows, and those of them over their threshold. Not whole where old ones have been halved away. */
export type Counted = { windows: number; over: number };
/** `hasLeft`: it went back to what it had by itself, so there will be no further windows afterwards. */
export type DeviceAlarms = { before: Counted; after: Counted; hasLeft?: boolean };

export type AlarmPlan = {
  /** Windows that a device needs afterwards to count as evidence, and devices that have to have them. */
  windows: number;
  devices: number;
  /** Tolerated rise of the share of windows over the threshold, over what it was or what the class's budget expects, if that is more. */
  riseMax: number;
  expected: number;
};

export type AlarmVerdict = {
  /** Null where no device has windows before and after. */
  figures: AlarmFigures | null;
  /** Have enough devices sent enough windows? */
  isEnough: boolean;
  isJump: boolean;
  /** Seen to be no worse; neither this nor a jump is unclear. */
  isCalm: boolean;
  /** By how much the mean share rose beyond what it was, what is expected and the others, with so many risen devices left `aside`. */
  rise: number;
  aside: number;
};

/** Windows before that a device needs to be compared with itself. */
const leastBefore = 10;
/** Of the windows that count as evidence: a jump shows earlier than calm does. */
const earlyShare = 0.2;
/** Chance at which as many risen devices are no chance any more. */
const significance = 0.05;
/** Without other devices to compare with, a jump is a rise on so many devices and such a share of them. */
const leastRisen = 2;
const risenShare = 0.25;
/** So many of a group's devices may break while it tries a bundle without speaking for or against it. */
const asideShare = 0.1;

/**
 * A jump: the mean share of windows over the threshold rose by more than `riseMax`, beyond what the budget expects and more than on the devices that kept what was in use, and
 * more devices have risen than chance would have dealt to this group (Fisher's exact test, one-sided; R. A. Fisher, J. R. Stat.
 * Soc. 85, 1922). Where nobody kept it: at least two devices and a quarter of them have risen. One device that breaks is no jump.
 * Calm: no jump, and the mean share rose by `riseMax` at most, without the risen devices that rose most, of which one in ten may be left aside.
 * Three devices are too few for a jump to be more than chance, so that the lack of one says little.
 */
export function compareAlarms(tried: readonly DeviceAlarms[], others: readonly DeviceAlarms[], plan: AlarmPlan): AlarmVerdict {
  const early = Math.ceil(earlyShare * plan.windows);
  const seen = comparable(tried, early);
  const ours = groupOf(seen, plan);
  const theirs = groupOf(comparable(others, early), plan);
  const isEnough = comparable(tried, plan.windows, early).length >= Math.max(1, plan.devices);
  if (ours === null) return { figures: null, isEnough, isJump: false, isCalm: false, rise: 0, aside: 0 };
  const beyond = theirs === null ? 0 : Math.max(0, riseOf(theirs, plan));
  const rise = riseOf(ours, plan) - beyond;
  const isJump = rise > plan.riseMax && isMoreThanChance(ours, theirs);
  const figures = { tried: ours, others: theirs };
  const aside = isJump || rise <= plan.riseMax ? 0 : Math.min(ours.risen, Math.floor(asideShare * ours.devices));
  if (aside === 0) return { figures, isEnough, isJump, isCalm: rise <= plan.riseMax, rise, aside };
  const rest = riseOf(groupOf(withoutHighest(seen, aside, plan), plan) ?? ours, plan) - beyond;
  return { figures, isEnough, isJump, isCalm: rest <= plan.riseMax, rise: rest, aside };
}

/** Enough to end a trial whose time is up, where not enough to end it before. */
export function isEnoughAtLast(tried: readonly DeviceAlarms[], plan: AlarmPlan): boolean {
  return comparable(tried, Math.ceil(earlyShare * plan.windows)).length >= plan.devices;
}

/** Of those that have left, fewer windows are all that there is. */
function comparable(devices: readonly DeviceAlarms[], windows: number, windowsOfLeft = windows): DeviceAlarms[] {
  return devices.filter(({ before, after, hasLeft = false }) => {
    return before.windows >= leastBefore && after.windows >= Math.max(1, hasLeft ? windowsOfLeft : windows);
  });
}

function groupOf(devices: readonly DeviceAlarms[], plan: AlarmPlan): AlarmGroup | null {
  if (devices.length === 0) return null;
  const mean = (of: (device: DeviceAlarms) => number) => devices.reduce((sum, device) => sum + of(device), 0) / devices.length;
  return {
    devices: devices.length,
    windows: Math.round(devices.reduce((sum, { after }) => sum + after.windows, 0)),
    risen: devices.filter((device) => hasRisen(device, plan)).length,
    left: devices.filter(({ hasLeft = false }) => hasLeft).length,
    before: mean(({ before }) => share(before)),
    after: mean(({ after }) => share(after)),
  };
}

function riseOf({ before, after }: Pick<AlarmGroup, 'before' | 'after'>, { expected }: AlarmPlan): number {
  return after - Math.max(before, expected);
}

/** All but so many of those that have risen: the ones that rose most. */
function withoutHighest(devices: readonly DeviceAlarms[], aside: number, plan: AlarmPlan): DeviceAlarms[] {
  const own = ({ before, after }: DeviceAlarms): number => riseOf({ before: share(before), after: share(after) }, plan);
  const risen = devices.filter((device) => hasRisen(device, plan)).toSorted((one, other) => own(other) - own(one));
  const left = new Set(risen.slice(0, aside));
  return devices.filter((device) => !left.has(device));
}

/** By more than is tolerated, and than two standard deviations of what so few windows would give by themselves. */
function hasRisen({ before, after }: DeviceAlarms, { riseMax, expected }: AlarmPlan): boolean {
  const pooled = (before.over + after.over + 1) / (before.windows + after.windows + 2);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / before.windows + 1 / after.windows));
  return share(after) - Math.max(share(before), expected) > riseMax + 2 * deviation;
}

function share({ over, windows }: Counted): number {
  return over / windows;
}

function isMoreThanChance(ours: AlarmGroup, theirs: AlarmGroup | null): boolean {
  if (theirs === null || theirs.devices < leastRisen) return ours.risen >= leastRisen && ours.risen >= risenShare * ours.devices;
  return chanceOf(ours, theirs) <= significance;
}

/** Probability of at least so many of all risen devices in our group, if it were all the same to them. */
export function chanceOf(ours: Pick<AlarmGroup, 'devices' | 'risen'>, theirs: Pick<AlarmGroup, 'devices' | 'risen'>): number {
  const [n, m] = [ours.devices, theirs.devices];
  const risen = ours.risen + theirs.risen;
  let chance = 0;
  for (let k = ours.risen; k <= Math.min(n, risen); k++)
    chance += Math.exp(lnChoose(n, k) + lnChoose(m, risen - k) - lnChoose(n + m, risen));
  return Math.min(1, chance);
}

function lnChoose(n: number, k: number): number {
  if (k < 0 || k > n) return -Infinity;
  let sum = 0;
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
  return sum;
}
