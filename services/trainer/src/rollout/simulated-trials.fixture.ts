// For tests: fleets that try a bundle, on paper. Windows over the threshold come in bursts, and now and then a machine breaks for a while.
import { isCanary, type Rollout, type RolloutVersion } from '@tocsin/schemas';
import { seededRandom, type Random } from '../random.ts';
import { compareAlarms, isEnoughAtLast, type DeviceAlarms } from './alarm-rates.ts';
import { destinationOf, judgeTrial } from './judge-trial.ts';
import { nothingPublished } from './steps.ts';

export type SimulatedFleet = {
  devices: number;
  /** Share of windows over the threshold of a healthy device under the bundle in use. */
  rate: number;
  /** Chance that a machine breaks within 50 windows; it alarms in 70 % of the windows of its fault then, 40 of them on average. */
  breaks: number;
  /** What the new bundle makes of that rate, on such a share of the devices. */
  times: number;
  harmed: number;
};

/** Shares of the trials that were held; `untried`: share of all that were current at once. `windows`: mean number until a promotion. */
export type TrialOutcomes = { untried: number; promoted: number; jumped: number; unclear: number; windows: number };

const burst = 3;
const faultWindows = 40;
const faultOver = 0.7;
const pastWindows = 200;
/** A day of windows of five minutes; it is judged as often as a trainer may turn. */
const windowsMax = 288;
const turnWindows = 10;
const config = { alarmRiseMax: 0.01, canary: { share: 0.1, minDevices: 3, windows: 50, forMs: windowsMax }, watchMs: 1 };
const expected = 0.005;

export function simulateTrials(fleet: SimulatedFleet, trials: number, seed: number): TrialOutcomes {
  const random = seededRandom(seed);
  const sum = { untried: 0, promoted: 0, jumped: 0, unclear: 0, windows: 0 };
  for (let version = 2; version < trials + 2; version++) {
    const share = shareOf(fleet.devices, version);
    if (share === null) sum.untried += 1;
    else {
      const { outcome, windows } = trial(fleet, { version, share }, random);
      sum[outcome] += 1;
      if (outcome === 'promoted') sum.windows += windows;
    }
  }
  const held = Math.max(1, trials - sum.untried);
  const parts = { promoted: sum.promoted / held, jumped: sum.jumped / held, unclear: sum.unclear / held };
  return { untried: sum.untried / trials, ...parts, windows: sum.windows / Math.max(1, sum.promoted) };
}

const nameOf = (i: number): string => `pump-${i}`;

/** As the trainer chooses it; null for no trial. */
function shareOf(devices: number, version: number): number | null {
  const tally = {
    shareOf(tried: number, share: number) {
      const count = Array.from({ length: devices }, (_, i) => isCanary('pump', tried, nameOf(i), share)).filter(Boolean).length;
      return { tried: count, others: devices - count };
    },
  };
  const { destination } = destinationOf(
    { ...nothingPublished, lastVersion: version - 1 },
    tally,
    { hasPrevious: true, fleet: devices },
    config,
    0,
  );
  return destination.stage === 'canary' ? destination.share : null;
}

type Machine = DeviceAlarms & { isTried: boolean; next(isNew: boolean): boolean };

function trial(fleet: SimulatedFleet, { version, share }: { version: number; share: number }, random: Random) {
  const machines = Array.from({ length: fleet.devices }, (_, i) => {
    const isTried = isCanary('pump', version, nameOf(i), share);
    return machine(fleet, isTried, random);
  });
  for (const { before, next } of machines) play(before, next, pastWindows, false);
  const canary: RolloutVersion = { ...blank, version, share };
  const rollout: Rollout = { ...nothingPublished, lastVersion: version, versions: [canary] };
  const [tried, others] = [machines.filter(({ isTried }) => isTried), machines.filter(({ isTried }) => !isTried)];
  const verdict = (plan: Parameters<typeof compareAlarms>[2]) => {
    return { ...compareAlarms(tried, others, plan), isEnoughAtLast: isEnoughAtLast(tried, plan) };
  };
  const tally = { verdict, shareOf: () => ({ tried: tried.length, others: others.length }) };
  for (let windows = turnWindows; ; windows += turnWindows) {
    for (const { after, isTried, next } of machines) play(after, next, turnWindows, isTried);
    const judgement = judgeTrial(rollout, tally, config, expected, windows);
    if (judgement.kind === 'promote') return { outcome: 'promoted' as const, windows };
    if (judgement.kind === 'withdraw')
      return { outcome: judgement.reason.startsWith('alarms jumped') ? ('jumped' as const) : ('unclear' as const), windows };
  }
}

function machine({ rate, breaks, times, harmed }: SimulatedFleet, isTried: boolean, random: Random): Machine {
  const factor = random() < harmed ? times : 1;
  let [isOver, fault] = [false, false];
  return {
    before: { windows: 0, over: 0 },
    after: { windows: 0, over: 0 },
    isTried,
    next(isNew) {
      fault = fault ? random() >= 1 / faultWindows : random() < breaks / 50;
      const usual = rate * (isNew ? factor : 1);
      // A Markov chain with this share of windows over the threshold and bursts of this mean length.
      isOver = isOver ? random() >= 1 / burst : random() < usual / burst / (1 - usual);
      return fault ? random() < faultOver : isOver;
    },
  };
}

function play(
  counted: { windows: number; over: number },
  next: (isNew: boolean) => boolean,
  windows: number,
  isNew: boolean,
): void {
  for (let n = 0; n < windows; n++) counted.over += next(isNew) ? 1 : 0;
  counted.windows += windows;
}

const blank: Omit<RolloutVersion, 'version' | 'share'> = {
  stage: 'canary',
  sinceMs: 0,
  before: null,
  restores: null,
  checksum: null,
  alarms: null,
  reason: '',
  by: 'trainer',
};
