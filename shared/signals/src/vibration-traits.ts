// What makes one machine differ from the next of its kind: speed, load, gains, resonances, noise, all drawn from its seed.
import { between, createRandom, factor, type Random } from './random.ts';
import type { Tone, VibrationRecipe } from './vibration-kinds.ts';

/** A tone as one channel hears it: `inPhase` sin + `quadrature` cos. */
export type HeardTone = { order: number; inPhase: readonly number[]; quadrature: readonly number[] };

/** Two poles at radius * exp(+-i angle); `gain` makes white noise of variance 1 come out with about that variance. */
export type Resonance = { radius: number; angle: number; gain: number };

export type VibrationTraits = VibrationRecipe & {
  rateHz: number;
  channelCount: number;
  /** Mean load 0..1, and how far (share of the speed) full load slows the shaft. */
  load: number;
  slip: number;
  heard: readonly HeardTone[];
  /** Tones that looseness of severity 1 adds. */
  loose: readonly HeardTone[];
  /** The supply's hum at amplitude 1. */
  hum: HeardTone;
  /** Per channel: sensitivity, and the resonance of the spot it is mounted on. */
  gains: readonly number[];
  resonances: readonly Resonance[];
  /** Key of all noise of this machine. */
  noiseKey: number;
};

/** What a loose foot or bearing seat adds at severity 1: half orders and a row of harmonics, falling slowly. */
const loosenessTones = [0.5, 1.5, 2, 2.5, 3, 4, 5, 6].map((order): Tone => ({ order, amplitude: 0.15 / Math.sqrt(order) }));

/**
 * Draws a machine. Speeds spread by 2 %, tones by 30 %, sensitivities by 10 %, resonances by 6 %, noise by 30 % (one standard
 * deviation), mean loads lie between 0.45 and 0.9.
 */
export function drawVibrationTraits(
  recipe: VibrationRecipe,
  seed: number,
  rateHz: number,
  channelCount: number,
): VibrationTraits {
  const random = createRandom(seed);
  const perChannel = <T>(draw: (channel: number) => T): T[] =>
    Array.from({ length: channelCount }, (_, channel) => draw(channel));
  const shaftHz = recipe.shaftHz * factor(random, 0.02);
  const load = between(random, 0.45, 0.9);
  const slip = between(random, 0.01, 0.03);
  const gains = perChannel(() => factor(random, 0.1));
  const resonances = perChannel((channel) => drawResonance(random, channel));
  const hearAll = (tones: readonly Tone[]): HeardTone[] =>
    tones
      .filter(({ order }) => order * shaftHz < 0.45 * rateHz)
      .map(({ order, amplitude }) => hear(order, amplitude * factor(random, 0.3), channelCount, random));
  const heard = hearAll(recipe.tones);
  const loose = hearAll(loosenessTones);
  const roughness = recipe.roughness * factor(random, 0.3);
  const sensorNoise = recipe.sensorNoise * factor(random, 0.3);
  const noiseKey = Math.floor(random() * 2 ** 32);
  // Drawn last: a seed is the machine that it was before there was a supply.
  const hum = hear(1, 1, channelCount, random);
  return {
    ...recipe,
    shaftHz,
    roughness,
    sensorNoise,
    rateHz,
    channelCount,
    load,
    slip,
    heard,
    loose,
    hum,
    gains,
    resonances,
    noiseKey,
  };
}

function hear(order: number, amplitude: number, channelCount: number, random: Random): HeardTone {
  const parts = Array.from({ length: channelCount }, () => {
    const phase = between(random, 0, 2 * Math.PI);
    const heard = amplitude * factor(random, 0.2);
    return { inPhase: heard * Math.cos(phase), quadrature: heard * Math.sin(phase) };
  });
  return { order, inPhase: parts.map((part) => part.inPhase), quadrature: parts.map((part) => part.quadrature) };
}

function drawResonance(random: Random, channel: number): Resonance {
  const share = Math.min(0.42, (channel % 2 === 0 ? 0.28 : 0.2) * factor(random, 0.06));
  const angle = 2 * Math.PI * share;
  const radius = between(random, 0.9, 0.94);
  // Variance of white noise through 1 / (1 - 2 r cos a z^-1 + r^2 z^-2), e.g. Box & Jenkins, Time Series Analysis, 3.2.4.
  const r2 = radius * radius;
  const variance = (1 + r2) / ((1 - r2) * (1 + r2 * r2 - 2 * r2 * Math.cos(2 * angle)));
  return { radius, angle, gain: 1 / Math.sqrt(variance) };
}
