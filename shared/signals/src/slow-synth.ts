// A slow process (temperatures, pressures, flows): channels that follow a common load, each late and in its own way.
import { blockSamples, type Synth } from './block.ts';
import { type Fault, totalSeverity } from './fault.ts';
import { noiseAt, smoothNoiseAt } from './indexed-noise.ts';
import { between, createRandom, factor } from './random.ts';

const daySeconds = 86_400;
/** Load at severity 1 of a surge, over the usual: about three times what the day makes of it. */
const surgeLoad = 2;

type Follower = { base: number; response: number; lagS: number; wander: number; wanderS: number; noise: number };

/**
 * A chiller-like process: the load swings by the day and wanders by the hour; channel c is base + response * load(t - lag) + its own
 * wander + white noise. Kinds of channels alternate (level near 20, 60, 5, 100); machines differ in all of it. A load surge raises the
 * load, which every channel feels after its lag, a quarter of an hour at most.
 */
export function createSlowSynth(seed: number, rateHz: number, channelCount: number, faults: readonly Fault[] = []): Synth {
  const random = createRandom(seed);
  const noiseKey = Math.floor(random() * 2 ** 32);
  const dayShare = between(random, 0, 1);
  const hourS = 3600 * factor(random, 0.2);
  const followers = Array.from({ length: channelCount }, (_, channel): Follower => {
    const base = [20, 60, 5, 100][channel % 4] * factor(random, 0.1);
    const response = (channel % 3 === 2 ? -1 : 1) * 0.15 * base * factor(random, 0.2);
    const wander = 0.02 * base * factor(random, 0.3);
    return { base, response, lagS: between(random, 0, 900), wander, wanderS: 1800 * factor(random, 0.3), noise: wander / 4 };
  });
  const loadAt = (s: number): number =>
    0.6 * Math.sin(2 * Math.PI * (s / daySeconds + dayShare)) + 0.5 * smoothNoiseAt(noiseKey, s / hourS);

  return (block, out) => {
    followers.forEach(({ base, response, lagS, wander, wanderS, noise }, channel) => {
      const key = noiseKey + 3 * channel;
      for (let i = 0; i < blockSamples; i++) {
        const index = block * blockSamples + i;
        const s = index / rateHz;
        // An hour of head start keeps the lagged time positive.
        const own = wander * smoothNoiseAt(key + 1, s / wanderS) + noise * noiseAt(key + 2, index);
        const surge = faults.length > 0 ? surgeLoad * totalSeverity(faults, 'load-surge', s - lagS) : 0;
        out[channel][i] = base + response * (loadAt(s + 3600 - lagS) + surge) + own;
      }
    });
  };
}
