// From the scores of normal windows of held-out devices to the null distribution of a class (METHOD E).
import type { Calibration, RaisePlan } from '@tocsin/schemas';
import { countOpenings } from './count-openings.ts';
import { offsetAfterWindows, residualOf } from './device-threshold.ts';
import { scoresAlong } from './scores-along.ts';

/**
 * Scores of later normal windows of one device, by a model adapted to `shots` of its own windows and trained without it.
 * A device may come more than once per `shots` (other support draws); its scores are pooled. In order of time; `restarts` are the
 * positions of scores whose window does not follow on the one before.
 */
export type DeviceScores = { shots: number; deviceId: string; scores: Float64Array; restarts?: readonly number[] };

/** Shares of normal windows for which a threshold is kept. */
export const defaultTail: readonly number[] = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001, 1e-4];

/** Under this share, or where fewer than five windows are left, scores are not counted but extrapolated. */
const countedShare = 0.005;
const countedWindows = 5;
/** The tail is fitted on so many times the share that is still counted. */
const fittedShares = 4;
/** Least rise from one tail to the next, so that score and p-value determine each other. */
const leastRise = 1e-6;

type Weighted = { score: number; weight: number };

/**
 * Calibration per number of shots: tau(p) is the score that a share p of normal windows exceed, every device weighing the
 * same. Down to a = max(.005, 5/n) windows are counted (n = effective number); below, scores being logarithms, the tail is
 * exponential: tau(p) = tau(a) + beta ln(a/p), beta = mean excess over tau(4a). With a raise plan, how often alerts open is
 * counted, too. Throws RangeError without scores, on a score that is not finite, or shots under 0.
 */
export function calibrate(
  scores: readonly DeviceScores[],
  plan: RaisePlan | null = null,
  tail: readonly number[] = defaultTail,
): Calibration {
  const used = scores.filter((entry) => entry.scores.length > 0);
  if (used.length === 0) throw new RangeError('scores: none; calibration needs normal windows of at least one held-out device');
  const shots = [...new Set(used.map((entry) => entry.shots))].toSorted((one, two) => one - two);
  if (!(shots[0] >= 0)) throw new RangeError(`shots: ${shots[0]}, expected 0 or more`);
  const pools = shots.map((count) => pooled(used.filter((entry) => entry.shots === count)));
  const calibration: Calibration = {
    shots,
    tail,
    quantiles: pools.map((pool) => tailScores(pool, tail)),
    medians: pools.map((pool) => exceededBy(pool, 0.5)),
    devices: new Set(used.map((entry) => entry.deviceId)).size,
  };
  const watched = watchedScores(calibration, used);
  if (watched !== null) calibration.watched = watched;
  if (plan !== null) calibration.openings = countOpenings(calibration, used, plan);
  return calibration;
}

/** Share of the devices that must have been watched for long enough. */
const watchedShare = 0.5;
/** Share at which the scores teach while they are replayed. */
const replayShare = 0.01;

/**
 * What normals score in units of their own device from the 100th on, whatever the shots: by then its own median and excess have
 * taken over. Null where less than half of the devices have so many.
 */
function watchedScores(calibration: Calibration, used: readonly DeviceScores[]): Float64Array | null {
  const residuals = used.map(({ deviceId, shots, scores }): DeviceScores => {
    const { histories } = scoresAlong(calibration, shots, replayShare, scores);
    const from = histories.findIndex(({ scored }) => scored >= offsetAfterWindows);
    const late = from < 0 ? new Float64Array(0) : scores.subarray(from);
    return { deviceId, shots, scores: late.map((score, i) => residualOf(score, histories[from + i])) };
  });
  const known = residuals.filter((entry) => entry.scores.length > 0);
  if (new Set(known.map(({ deviceId }) => deviceId)).size < watchedShare * calibration.devices) return null;
  return tailScores(pooled(known), calibration.tail);
}

/** Scores of all devices, highest first, weights adding up to 1. */
function pooled(entries: readonly DeviceScores[]): Weighted[] {
  const windows = new Map<string, number>();
  for (const { deviceId, scores } of entries) windows.set(deviceId, (windows.get(deviceId) ?? 0) + scores.length);
  const pool: Weighted[] = [];
  for (const { deviceId, scores } of entries) {
    const weight = 1 / (windows.size * (windows.get(deviceId) ?? 1));
    // Runs that are in order already are merged in a fraction of the time that sorting everything takes.
    for (const score of scores.toSorted().reverse()) {
      if (!Number.isFinite(score)) throw new RangeError(`scores of ${deviceId}: ${score}, expected finite scores`);
      pool.push({ score, weight });
    }
  }
  return pool.toSorted((one, two) => two.score - one.score);
}

function tailScores(pool: readonly Weighted[], tail: readonly number[]): Float64Array {
  const effective = 1 / pool.reduce((sum, { weight }) => sum + weight * weight, 0);
  const anchor = Math.min(0.5, Math.max(countedShare, countedWindows / effective));
  const anchorScore = exceededBy(pool, anchor);
  const beta = meanExcess(pool, exceededBy(pool, Math.min(0.5, fittedShares * anchor)));
  const result = new Float64Array(tail.length);
  tail.forEach((share, j) => {
    const score = share >= anchor ? exceededBy(pool, share) : anchorScore + beta * Math.log(anchor / share);
    result[j] = j === 0 ? score : Math.max(score, result[j - 1] + leastRise);
  });
  return result;
}

/** Smallest score of the pool that at most a share `share` of it exceeds. */
function exceededBy(pool: readonly Weighted[], share: number): number {
  let above = 0;
  for (const { score, weight } of pool) {
    above += weight;
    // A hair of slack: ten weights of .1 do not add up to 1.
    if (above > share * (1 + 1e-9)) return score;
  }
  return pool[pool.length - 1].score;
}

/** Mean of what scores over `level` exceed it by; 0 where there is none. */
function meanExcess(pool: readonly Weighted[], level: number): number {
  let sum = 0;
  let weights = 0;
  for (const { score, weight } of pool) {
    if (score <= level) break;
    sum += weight * (score - level);
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}
