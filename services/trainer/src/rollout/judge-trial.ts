// What is to become of a version that is being tried, or watched after its promotion. Pure.
import type { TrainerConfig } from '@tocsin/config';
import { canaryVersion, currentVersion, type AlarmFigures, type AlarmGroup, type Rollout } from '@tocsin/schemas';
import type { AlarmPlan } from './alarm-rates.ts';
import type { Trial } from './alarm-codec.ts';
import type { AlarmTally } from './alarm-tally.ts';
import type { Destination } from './rollouts.ts';

export type TrialConfig = Pick<TrainerConfig, 'alarmRiseMax' | 'canary' | 'watchMs'>;

/** `settle`: the watch is over, the version stays. `isHeld`: nothing new is learned before more is known. */
export type Judgement =
  | { kind: 'nothing' }
  | { kind: 'wait'; isHeld: boolean; figures: AlarmFigures | null }
  | { kind: 'promote' | 'withdraw' | 'rollback' | 'settle'; reason: string; figures: AlarmFigures | null };

/** Most of the devices that try a version, where the share that is configured comes to too few. */
const widestShare = 1 / 3;

/** What is compared now; null for nothing. */
export function trialOf(rollout: Rollout): Trial | null {
  const canary = canaryVersion(rollout);
  if (canary !== null) return { version: canary.version, share: canary.share ?? 0 };
  const current = currentVersion(rollout);
  return current === null || rollout.watchUntilMs === null ? null : { version: current.version, share: 1 };
}

/** `expected`: share of windows over the threshold that the class's budget comes to. */
export function judgeTrial(
  rollout: Rollout,
  tally: Pick<AlarmTally, 'verdict' | 'shareOf'>,
  config: TrialConfig,
  expected: number,
  nowMs: number,
): Judgement {
  const { windows, minDevices, forMs } = config.canary;
  const plan: AlarmPlan = { windows, devices: minDevices, riseMax: config.alarmRiseMax, expected };
  const canary = canaryVersion(rollout);
  if (canary !== null) {
    return judgeCanary(tally.verdict(plan), config, nowMs >= canary.sinceMs + forMs);
  }
  const current = currentVersion(rollout);
  if (current === null || rollout.watchUntilMs === null) return { kind: 'nothing' };
  // A small fleet is watched as well: as many devices as there are.
  const { tried: all } = tally.shareOf(current.version, 1);
  const { figures, isEnough, isJump } = tally.verdict({ ...plan, devices: Math.min(minDevices, all) });
  if (isJump) return { kind: 'rollback', reason: `alarms jumped after it became current: ${wordsOf(figures)}`, figures };
  if (nowMs >= rollout.watchUntilMs) return { kind: 'settle', reason: `watched: ${wordsOf(figures)}`, figures };
  return { kind: 'wait', isHeld: !isEnough && nowMs < current.sinceMs + forMs, figures };
}

/**
 * A jump withdraws, calm promotes. What is neither is tried on, and withdrawn when its time is up: not having shown that it is worse is no
 * reason to give it to everybody.
 */
function judgeCanary(
  { figures, isEnough, isEnoughAtLast, isJump, isCalm, rise, aside }: ReturnType<AlarmTally['verdict']>,
  { alarmRiseMax }: TrialConfig,
  isTimeUp: boolean,
): Judgement {
  const seen = figures === null ? 'no device has tried it' : alarmWords(figures);
  const why = `${riseWords(rise, aside)} where ${percent(alarmRiseMax)} is tolerated`;
  if (isJump) {
    const reason = `alarms jumped where it was tried, ${why}, on more devices than chance would have it: ${seen}`;
    return { kind: 'withdraw', reason, figures };
  }
  if (isEnough && isCalm) return { kind: 'promote', reason: `tried, ${why}: ${seen}`, figures };
  if (!isTimeUp) return { kind: 'wait', isHeld: true, figures };
  if (!isEnough && !isEnoughAtLast) {
    const advice = 'raise trainer.canary.forMs, or lower trainer.canary.windows';
    return { kind: 'withdraw', reason: `its time is up with too few windows of too few devices (${seen}): ${advice}`, figures };
  }
  if (isCalm) return { kind: 'promote', reason: `tried for as long as it may be, ${why}: ${seen}`, figures };
  const reason = `unclear when its time was up, ${why}, which may be the version or these devices: ${seen}`;
  return { kind: 'withdraw', reason, figures };
}

/** With the others' rise taken off. */
function riseWords(rise: number, aside: number): string {
  const by = rise <= 0 ? 'no rise of alarms' : `alarms rose by ${percent(rise)} of windows`;
  return aside === 0 ? by : `${by} without the ${aside === 1 ? 'device' : `${aside} devices`} that rose most`;
}

/** Where a new version goes first, and why there. `fleet`: devices that are known at all; those not counted yet are estimated. */
export function destinationOf(
  rollout: Rollout,
  tally: Pick<AlarmTally, 'shareOf'>,
  { hasPrevious, fleet }: { hasPrevious: boolean; fleet: number },
  { canary, watchMs }: TrialConfig,
  nowMs: number,
): { destination: Destination; reason: string } {
  const straight = (watchUntilMs: number | null, reason: string) => {
    return { destination: { stage: 'current' as const, watchUntilMs }, reason };
  };
  if (!hasPrevious) return straight(null, 'current at once: nothing to compare it with');
  const watched = watchMs === 0 ? null : nowMs + watchMs;
  if (canary.share === 0) return straight(watched, 'current without being tried: trainer.canary.share is 0');
  const version = rollout.lastVersion + 1;
  const { share, tried, all } = widened(canary, (wanted) => triedOf(tally, version, wanted, fleet));
  if (tried < canary.minDevices) {
    const found = `${tried} of ${all} devices would try it, ${canary.minDevices} are needed`;
    return straight(watched, `current without being tried: ${found}`);
  }
  return { destination: { stage: 'canary', share }, reason: `tried by ${tried} of ${all} devices first` };
}

/** The share that is configured, or one so much larger that enough devices try it: of a few dozen a tenth may be none. */
function widened({ share, minDevices }: TrialConfig['canary'], triedAt: (share: number) => { tried: number; all: number }) {
  const most = Math.max(share, widestShare);
  let wide = share;
  while (wide < most && triedAt(wide).tried < minDevices) wide = Math.min(most, 1.2 * wide);
  return { share: wide, ...triedAt(wide) };
}

function triedOf(
  tally: Pick<AlarmTally, 'shareOf'>,
  version: number,
  share: number,
  fleet: number,
): { tried: number; all: number } {
  const counted = tally.shareOf(version, share);
  const all = Math.max(fleet, counted.tried + counted.others);
  return { tried: counted.tried + Math.round(share * (all - counted.tried - counted.others)), all };
}

export function alarmWords({ tried, others }: AlarmFigures): string {
  const left = tried.left === 0 ? '' : `, ${tried.left} went back by themselves`;
  const rest = others === null ? '' : `; on ${groupWords(others)} that kept what was in use`;
  return `on ${groupWords(tried)}${left}${rest}`;
}

function wordsOf(figures: AlarmFigures | null): string {
  return figures === null ? 'no device sent enough windows' : alarmWords(figures);
}

function groupWords({ devices, windows, risen, before, after }: AlarmGroup): string {
  const rates = `${percent(before)} of windows over the threshold before, ${percent(after)} since`;
  return `${devices} devices (${windows} windows) ${rates}, risen on ${risen}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
