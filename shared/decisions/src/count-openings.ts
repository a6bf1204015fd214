// Counts how often alerts open on normal windows, at every share that a calibration has a threshold for. Windows are taken as they
// come, one after the other, because neighbours resemble each other.
import type { Calibration, OpeningRates, RaisePlan } from '@tocsin/schemas';
import type { DeviceScores } from './calibrate.ts';
import { deviceThreshold } from './device-threshold.ts';
import { clearShareOf, quietWatch, raiseAndClear } from './raise-and-clear.ts';
import { scoresAlong } from './scores-along.ts';

/** However generous the budget, no more of a device's normal windows may be over its threshold. */
export const mostShare = 0.05;

/** Fewer openings are not a count. */
const countedOpenings = 5;
/** The slope beyond what was counted is taken over so many times the least share that was. */
const slopeShares = 8;
/** Least rise in the rate from one share to the next, so that share and rate determine each other. */
const leastRise = 1 + 1e-6;
/** Share at which the scores teach while they are replayed. */
const replayShare = 0.005;

/** What became of all draws of one device at one share: windows, those at which an alert might have opened, those at which it did. */
type Tally = { draws: number; windows: number; atRisk: number; openings: number };

/**
 * Openings per window at which no alert was open, every device weighing the same, with thresholds that move with the device as on
 * the live path. Shares with fewer than five openings are extrapolated: linear in both logarithms, with the slope between the least
 * share that was counted and eight times that, but at least 1 (alerts as long as ever, only fewer of them) and at most
 * `raiseCount` (windows that know nothing of each other). Where that shows no slope, it is `uncountedRate`.
 */
export function countOpenings(calibration: Calibration, scores: readonly DeviceScores[], plan: RaisePlan): OpeningRates {
  const { raiseCount, raiseOf, clearCount, clearFactor = 1 } = plan;
  const factor = clearFactor === 1 ? {} : { clearFactor };
  const rows = calibration.shots.map((shots) => {
    const replays = scores.filter((entry) => entry.shots === shots).map((entry) => replayOf(calibration, entry));
    const counts = calibration.tail.map((share) => rateOf(tallies(calibration, shots, share, replays, plan)));
    return completed(calibration.tail, counts, raiseCount);
  });
  const [rates, counted] = [rows.map((row) => row.rates), rows.map((row) => row.counted)];
  return { raiseCount, raiseOf, clearCount, ...factor, rates, counted };
}

/**
 * Openings per window where none were counted: at a share of 5 % as many as there can be, share / raiseCount, and below with a slope
 * half way between the two extremes. Whoever takes an extreme is wrong by orders of magnitude where budgets are small: alerts
 * at every breath of wind, or thresholds that no fault ever reaches.
 */
export function uncountedRate(share: number, raiseCount: number): number {
  const slope = share < mostShare ? (1 + raiseCount) / 2 : 1;
  return (mostShare / raiseCount) * (share / mostShare) ** slope;
}

function replayOf(calibration: Calibration, { deviceId, shots, scores, restarts = [] }: DeviceScores) {
  const { histories } = scoresAlong(calibration, shots, replayShare, scores);
  return { deviceId, scores, histories, restarts: new Set(restarts) };
}

function tallies(
  calibration: Calibration,
  shots: number,
  share: number,
  replays: readonly ReturnType<typeof replayOf>[],
  plan: RaisePlan,
): Tally[] {
  const byDevice = new Map<string, Tally>();
  const clearShare = clearShareOf(plan, share);
  for (const { deviceId, scores, histories, restarts } of replays) {
    const tally = byDevice.get(deviceId) ?? { draws: 0, windows: 0, atRisk: 0, openings: 0 };
    byDevice.set(deviceId, tally);
    tally.draws += 1;
    tally.windows += scores.length;
    let watch = quietWatch;
    let since = 0;
    scores.forEach((score, i) => {
      if (restarts.has(i)) {
        watch = quietWatch;
        since = 0;
      }
      const thresholdFor = (rate: number) => deviceThreshold(calibration, shots, rate, histories[i]);
      const isOver = score > thresholdFor(share);
      const isCalm = !isOver && (!watch.isOpen || clearShare === share || score <= thresholdFor(clearShare));
      const next = raiseAndClear(watch, isOver, plan, isCalm);
      if (++since >= plan.raiseCount && !watch.isOpen) tally.atRisk += 1;
      if (next.isOpen && !watch.isOpen) tally.openings += 1;
      watch = next;
    });
  }
  return [...byDevice.values()].filter(({ windows }) => windows > 0);
}

function rateOf(all: readonly Tally[]): { rate: number; openings: number } {
  const sum = (of: (tally: Tally) => number) => all.reduce((total, tally) => total + of(tally), 0);
  const atRisk = sum((tally) => tally.atRisk / tally.windows);
  const rate = atRisk === 0 ? 0 : sum((tally) => tally.openings / tally.windows) / atRisk;
  // Draws of one device are not news of another.
  return { rate: Math.min(1, rate), openings: sum((tally) => tally.openings / tally.draws) };
}

function completed(
  tail: readonly number[],
  counts: readonly { rate: number; openings: number }[],
  raiseCount: number,
): { rates: Float64Array; counted: number } {
  const last = counts.findLastIndex(({ openings }) => openings >= countedOpenings);
  // One share shows no slope, and at the largest alerts hardly ever close.
  if (last < 1) return { rates: Float64Array.from(tail, (share) => uncountedRate(share, raiseCount)), counted: 1 };
  const rates = Float64Array.from(counts, ({ rate }) => rate);
  for (let j = last - 1; j >= 0; j--) rates[j] = Math.max(rates[j], rates[j + 1] * leastRise);
  const from = Math.max(
    0,
    tail.findLastIndex((share) => share >= slopeShares * tail[last]),
  );
  const steepness = Math.log(rates[from] / rates[last]) / Math.log(tail[from] / tail[last]);
  const slope = Math.min(raiseCount, Math.max(1, steepness));
  for (let j = last + 1; j < rates.length; j++) rates[j] = rates[last] * (tail[j] / tail[last]) ** slope;
  return { rates, counted: rates[last] };
}
