import { isCanary, type AlarmGroup, type Rollout, type RolloutVersion } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import type { AlarmVerdict } from './alarm-rates.ts';
import { destinationOf, judgeTrial, trialOf } from './judge-trial.ts';
import { nothingPublished } from './steps.ts';

const hourMs = 3_600_000;
const config = {
  alarmRiseMax: 0.01,
  canary: { share: 0.1, minDevices: 3, windows: 50, forMs: 24 * hourMs },
  watchMs: 6 * hourMs,
};

const entry = (number: number, stage: RolloutVersion['stage'], share: number | null = null): RolloutVersion => ({
  version: number,
  stage,
  sinceMs: 0,
  before: null,
  restores: null,
  checksum: null,
  share,
  alarms: null,
  reason: '',
  by: 'trainer',
});
const running = { ...nothingPublished, lastVersion: 1, versions: [entry(1, 'current')] };
const trying: Rollout = { ...running, lastVersion: 2, versions: [entry(1, 'current'), entry(2, 'canary', 0.1)] };
const watching: Rollout = { ...running, watchUntilMs: 6 * hourMs };

const group: AlarmGroup = { devices: 4, windows: 200, risen: 0, left: 0, before: 0.01, after: 0.02 };
const calm: AlarmVerdict & { isEnoughAtLast: boolean } = {
  figures: { tried: group, others: null },
  isEnough: true,
  isEnoughAtLast: true,
  isJump: false,
  isCalm: true,
  rise: 0.002,
  aside: 0,
};
const early = { ...calm, isEnough: false, isEnoughAtLast: false };
const unclear = { ...calm, isCalm: false, rise: 0.267 };
const jump = { ...unclear, isJump: true };
const counted = (verdict: typeof calm, tried = 10, others = 90) => ({
  verdict: () => verdict,
  shareOf: () => ({ tried, others }),
});

describe('what becomes of', () => {
  test.each([
    ['nothing that is compared', running, calm, 0, { kind: 'nothing' }],
    ['a canary before there is enough', trying, early, hourMs, { kind: 'wait', isHeld: true }],
    ['a calm canary', trying, calm, hourMs, { kind: 'promote' }],
    ['a canary whose alarms jump, however early', trying, { ...early, isCalm: false, isJump: true }, 1, { kind: 'withdraw' }],
    ['a canary whose time is up, with some windows', trying, { ...calm, isEnough: false }, 25 * hourMs, { kind: 'promote' }],
    ['a canary whose time is up, with none', trying, { ...early, figures: null }, 25 * hourMs, { kind: 'withdraw' }],
    ['a canary of which it is unclear what it does', trying, unclear, hourMs, { kind: 'wait', isHeld: true }],
    ['the same when its time is up', trying, unclear, 25 * hourMs, { kind: 'withdraw' }],
    ['a watched version of which it is unclear', watching, unclear, 7 * hourMs, { kind: 'settle' }],
    ['a watched version before there is enough', watching, early, hourMs, { kind: 'wait', isHeld: true }],
    ['a watched version that is calm so far', watching, calm, hourMs, { kind: 'wait', isHeld: false }],
    ['a watched version whose alarms jump', watching, jump, hourMs, { kind: 'rollback' }],
    ['a watched version whose time is up', watching, calm, 7 * hourMs, { kind: 'settle' }],
  ])('%s', (_, rollout, verdict, nowMs, expected) => {
    expect(judgeTrial(rollout, counted(verdict), config, 0.001, nowMs)).toMatchObject(expected);
  });
});

test.each([
  [calm, hourMs, 'tried, alarms rose by 0.2 % of windows where 1.0 % is tolerated: on 4 devices '],
  [
    { ...calm, rise: -0.01, aside: 1 },
    hourMs,
    'tried, no rise of alarms without the device that rose most where 1.0 % is tolerated: on',
  ],
  [
    unclear,
    25 * hourMs,
    'unclear when its time was up, alarms rose by 26.7 % of windows where 1.0 % is tolerated, which may be the version or these devices: on 4',
  ],
  [jump, hourMs, 'alarms jumped where it was tried, alarms rose by 26.7 % of windows'],
])('what is written down gives the reason (%#)', (verdict, nowMs, expected) => {
  const judgement = judgeTrial(trying, counted(verdict), config, 0.001, nowMs);
  expect('reason' in judgement ? judgement.reason : judgement.kind).toContain(expected);
});

test('a small fleet is watched on as many devices as there are', () => {
  const asked: number[] = [];
  const tally = {
    shareOf: () => ({ tried: 2, others: 0 }),
    verdict: ({ devices }: { devices: number }) => {
      asked.push(devices);
      return calm;
    },
  };
  judgeTrial(watching, tally, config, 0.001, 0);
  judgeTrial(trying, tally, config, 0.001, 0);
  expect(asked).toEqual([2, 3]);
});

test('what is compared follows from what is written down', () => {
  expect(trialOf(nothingPublished)).toBeNull();
  expect(trialOf(running)).toBeNull();
  expect(trialOf(trying)).toEqual({ version: 2, share: 0.1 });
  expect(trialOf(watching)).toEqual({ version: 1, share: 1 });
});

test.each([
  [
    'the first of its class',
    { hasPrevious: false, fleet: 100 },
    {},
    10,
    { stage: 'current', watchUntilMs: null },
    /nothing to compare/,
  ],
  ['a fleet', { hasPrevious: true, fleet: 100 }, {}, 10, { stage: 'canary', share: 0.1 }, /^tried by 10 of 100 devices first/],
  [
    'a small fleet',
    { hasPrevious: true, fleet: 9 },
    {},
    1,
    { stage: 'current', watchUntilMs: 6 * hourMs },
    /1 of 100 devices would try it, 3 are needed/,
  ],
  ['a fleet of which little was counted', { hasPrevious: true, fleet: 500 }, {}, 2, { stage: 'canary', share: 0.1 }, /42 of 500/],
  [
    'no share',
    { hasPrevious: true, fleet: 100 },
    { canary: { ...config.canary, share: 0 } },
    0,
    { stage: 'current' },
    /share is 0/,
  ],
  ['no watch', { hasPrevious: true, fleet: 9 }, { watchMs: 0 }, 1, { stage: 'current', watchUntilMs: null }, /are needed/],
])('where a new version of %s goes first', (_, known, settings, tried, destination, reason) => {
  const found = destinationOf(running, counted(calm, tried, 100 - tried), known, { ...config, ...settings }, 0);
  expect(found.destination).toMatchObject(destination);
  expect(found.reason).toMatch(reason);
});

/** A fleet in which a share comes to as many devices as its hashes say. */
const hashed = (devices: number) => ({
  ...counted(calm),
  shareOf(version: number, share: number) {
    const ids = Array.from({ length: devices }, (_, i) => `pump-${i}`);
    const tried = ids.filter((id) => isCanary('pump', version, id, share)).length;
    return { tried, others: devices - tried };
  },
});

test('where a share comes to too few devices a larger one is taken, up to a third of them', () => {
  for (let version = 1; version <= 50; version++) {
    const rollout = { ...running, lastVersion: version - 1 };
    const placed = (devices: number) =>
      destinationOf(rollout, hashed(devices), { hasPrevious: true, fleet: devices }, config, 0).destination;
    const large = placed(1000);
    expect(large).toEqual({ stage: 'canary', share: 0.1 });
    const few = placed(40);
    if (few.stage !== 'canary') throw new Error('forty devices are enough');
    const { tried } = hashed(40).shareOf(version, few.share);
    expect(tried).toBeGreaterThanOrEqual(3);
    expect(few.share).toBeLessThanOrEqual(1 / 3);
    // No larger than it has to be.
    if (few.share > 0.1) expect(hashed(40).shareOf(version, few.share / 1.2).tried).toBeLessThan(3);
    expect(placed(4).stage).toBe(hashed(4).shareOf(version, 1 / 3).tried >= 3 ? 'canary' : 'current');
  }
});
