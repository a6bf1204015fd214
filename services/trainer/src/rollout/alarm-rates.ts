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

/**
 * A jump: the mean share of windows over the threshold rose by more than `riseMax`, beyond what the budget expects and more than on the devices that kept what was in use, and
 * more devices have risen than chance would have dealt to this group (Fisher's exact test, one-sided; R. A. Fisher, J. R. Stat.
 * Soc. 85, 1922). Where nobody kept it: at least two devices and a quarter of them have risen. One device that breaks is no jump.
 */
export function compareAlarms(tried: readonly DeviceAlarms[], others: readonly DeviceAlarms[], plan: AlarmPlan): AlarmVerdict {
  const early = Math.ceil(earlyShare * plan.windows);
  const ours = groupOf(tried, early, plan);
  const theirs = groupOf(others, early, plan);
  const isEnough = comparable(tried, plan.windows, early).length >= Math.max(1, plan.devices);
  if (ours === null) return { figures: null, isEnough, isJump: false };
  const figures = { tried: ours, others: theirs };
  const riseOf = ({ before, after }: AlarmGroup): number => after - Math.max(before, plan.expected);
  const rise = riseOf(ours) - (theirs === null ? 0 : Math.max(0, riseOf(theirs)));
  return { figures, isEnough, isJump: rise > plan.riseMax && isMoreThanChance(ours, theirs) };
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

function groupOf(all: readonly DeviceAlarms[], windows: number, plan: AlarmPlan): AlarmGroup | null {
  const devices = comparable(all, windows);
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
