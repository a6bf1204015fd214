// EB-MW together with a detector in the device's own scale, for devices that are steadier than their fleet ever says (METHOD,
// "Where it is weak"): the weighted mean of both scores, each measured in what the fleet's later normals have of it.
import { NotApplicable, ownScaleScorer, type DeviceScorer, type Learner } from '@tocsin/models';
import type { FeatureSpec, Initialisation } from '@tocsin/schemas';
import { ableDevices, drawLabelledEpisode } from '../episodes/draw-labelled-episode.ts';
import type { TeachingDevice } from '../episodes/teaching-device.ts';
import { seededRandom, type Random } from '../random.ts';
import { fleetInRegimes } from './in-regimes.ts';
import { scorerOf } from './initialisation-learner.ts';
import { joinedWindows, teachingFleet } from './labelled-fleet.ts';
import { fitWeighted, learnerShots } from './weighted-bayes.ts';

/** Share of the own scale in the mean, chosen on meta-validation devices among 0, 1/5, 1/3 and 1/2. */
const ownShare = 1 / 3;
const nullEpisodes = 80;
const queries = 12;
/** Least width of a score's upper tail. */
const widthMin = 0.05;
const noAnomalies = new Float32Array(0);

/** Median of a score on later normals, and how far above it a tenth of them lies. */
type Level = { median: number; width: number };
type Levels = { shared: Level; own: Level };

export function bestOfBoth(labels: 'none' | 'fleet'): Learner {
  const name = labels === 'none' ? 'eb-own-synthetic' : 'eb-own';
  return {
    name,
    isRandom: true,
    usesAnomalies: false,
    async fit(given, { seed }) {
      const known = fleetInRegimes(given);
      const { spec } = given;
      const devices = teachingFleet(known.fleet, labels === 'fleet');
      if (devices.length === 0) throw new NotApplicable(`${name} needs a device with a normal window`);
      const random = seededRandom(seed);
      const { initialisation } = fitWeighted(devices, spec, random);
      const levels = new Map(learnerShots.map((shots) => [shots, levelsAt(shots, initialisation, devices, spec, random)]));
      return {
        adapt: (normals) =>
          bothScorer(known.take(initialisation), normals, nearestLevels(levels, normals.length / initialisation.d)),
      };
    },
  };
}

/** The shared score alone where there is no support or the fleet is too small to compare the two. */
function bothScorer(initialisation: Initialisation, normals: Float32Array, levels: Levels | null): DeviceScorer {
  const shared = scorerOf(initialisation, normals, noAnomalies);
  if (normals.length === 0 || levels === null) return shared;
  const own = ownScaleScorer(initialisation, normals);
  // In units of the shared score, so that it stays a logarithm.
  const { shared: here, own: there } = levels;
  return (x) => (1 - ownShare) * shared(x) + ownShare * (here.median + ((own(x) - there.median) * here.width) / there.width);
}

/** What later normals of the fleet score after so many shots; null where no device has windows for it. */
function levelsAt(
  shots: number,
  initialisation: Initialisation,
  devices: readonly TeachingDevice[],
  spec: FeatureSpec,
  random: Random,
): Levels | null {
  const able = ableDevices(devices, [shots]);
  if (able.length === 0) return null;
  const scores: { shared: number[]; own: number[] } = { shared: [], own: [] };
  const plan = { spec, scale: initialisation.scale, shots: [shots], known: [0], queries };
  for (let at = 0; at < nullEpisodes; at++) {
    const { support, normals } = drawLabelledEpisode(able, devices, plan, random);
    const windows = joinedWindows(support, initialisation.d);
    const shared = scorerOf(initialisation, windows, noAnomalies);
    const own = ownScaleScorer(initialisation, windows);
    for (const x of normals) {
      scores.shared.push(shared(x));
      scores.own.push(own(x));
    }
  }
  return { shared: levelOf(scores.shared), own: levelOf(scores.own) };
}

function levelOf(scores: readonly number[]): Level {
  const sorted = Float64Array.from(scores).sort();
  const median = sorted[Math.floor(sorted.length / 2)];
  return { median, width: Math.max(widthMin, sorted[Math.floor(0.9 * sorted.length)] - median) };
}

/** Of the number of shots that is nearest on a logarithmic scale. */
function nearestLevels(levels: ReadonlyMap<number, Levels | null>, shots: number): Levels | null {
  const distance = (known: number): number => Math.abs(Math.log(known / Math.max(1, shots)));
  const known = [...levels].flatMap(([at, level]) => (level === null ? [] : [{ at, level }]));
  return known.toSorted((one, two) => distance(one.at) - distance(two.at))[0]?.level ?? null;
}
