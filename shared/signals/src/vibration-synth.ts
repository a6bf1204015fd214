// The sound of a rotating machine: tones of its shaft, noise and knocks through the resonance of each sensor's spot.
import { blockSamples, type Synth } from './block.ts';
import { type Fault, totalSeverity, touches } from './fault.ts';
import { noiseAt, smoothNoiseAt, uniformAt } from './indexed-noise.ts';
import type { HeardTone, Resonance, VibrationTraits } from './vibration-traits.ts';

/** Samples a resonance is run in before a block; at radius 0.94 less than a thousandth of its state is older. */
const warmUpSamples = 128;
/** Size of a knock at severity 1, in deviations of the roughness noise; through a resonance about half of it is left. */
const knockSize = 40;
/** A weak phase makes a motor hum at twice the frequency of its supply (50 Hz), at severity 1 so loud; g. */
const hum = { frequencyHz: 100, amplitude: 0.15 };
/** Load wanders within about +-0.1 over some minutes. */
const loadWander = { size: 0.12, periodS: 140 };

/** Seconds at which a block starts, how far the shaft has turned by then, its speed and its load. */
type Moment = { s: number; turns: number; shaftHz: number; load: number };

/**
 * A machine's clean sensors under its machine faults. Per channel: gain * (sum of tones * (0.5 + 0.5 load) + resonance(roughness
 * noise + knocks)) + sensor noise. Imbalance multiplies the first order by up to 7; a damaged outer race knocks at its passing rate;
 * looseness adds half orders and harmonics; cavitation adds bursts of broadband noise at the passing rate. A load surge
 * doubles tones and roughness at severity 1; a sag of the supply adds a hum.
 */
export function createVibrationSynth(traits: VibrationTraits, faults: readonly Fault[]): Synth {
  const { rateHz, gains, resonances, noiseKey, sensorNoise } = traits;
  const excitation = new Float64Array(warmUpSamples + blockSamples);

  return (block, out) => {
    const from = block * blockSamples;
    const now = momentAt(traits, from / rateHz);
    const atWork = faults.filter((fault) => touches(fault, now.s, now.s + blockSamples / rateHz));
    const severity = (kind: Fault['kind']): number => totalSeverity(atWork, kind, now.s);
    const surge = 1 + severity('load-surge');
    const strength = surge * (0.5 + 0.5 * now.load);
    const sag = severity('supply-sag');
    const imbalance = 1 + 6 * severity('imbalance');
    const looseness = severity('looseness');
    for (const line of out) line.fill(0);
    for (const tone of traits.heard) addTone(out, tone, now, rateHz, strength * (tone.order === 1 ? imbalance : 1));
    if (looseness > 0) for (const tone of traits.loose) addTone(out, tone, now, rateHz, looseness);
    if (sag > 0 && isHumHeard(rateHz)) addTone(out, traits.hum, suppliedAt(now), rateHz, hum.amplitude * sag);

    out.forEach((line, channel) => {
      fillRoughness(excitation, from, noiseKey + 2 * channel, traits, now, { surge, cavitation: severity('cavitation') });
      const knocks = severity('bearing-outer-race');
      if (knocks > 0) addKnocks(excitation, traits, now, knockSize * knocks * traits.roughness);
      addResonance(line, excitation, resonances[channel]);
      for (let i = 0; i < blockSamples; i++) {
        line[i] = gains[channel] * line[i] + sensorNoise * noiseAt(noiseKey + 2 * channel + 1, from + i);
      }
    });
  };
}

/** Slip times load slows the shaft; the load's wander is left out of the angle so that it stays a function of time alone. */
function momentAt({ load, slip, shaftHz, noiseKey }: VibrationTraits, s: number): Moment {
  const speed = shaftHz * (1 - slip * load);
  const wandered = load + loadWander.size * smoothNoiseAt(noiseKey - 1, s / loadWander.periodS);
  return { s, turns: speed * s, shaftHz: speed, load: Math.min(1, Math.max(0, wandered)) };
}

export function isHumHeard(rateHz: number): boolean {
  return hum.frequencyHz < 0.45 * rateHz;
}

/** The phase of the supply in place of the shaft's. */
function suppliedAt({ s, load }: Moment): Moment {
  return { s, load, turns: hum.frequencyHz * s, shaftHz: hum.frequencyHz };
}

/** A rotating phasor: one complex multiplication per sample instead of a sine. */
function addTone(out: readonly Float64Array[], tone: HeardTone, now: Moment, rateHz: number, strength: number): void {
  const angle = 2 * Math.PI * ((tone.order * now.turns) % 1);
  const step = (2 * Math.PI * tone.order * now.shaftHz) / rateHz;
  const stepCos = Math.cos(step);
  const stepSin = Math.sin(step);
  for (let channel = 0; channel < out.length; channel++) {
    const line = out[channel];
    const inPhase = strength * tone.inPhase[channel];
    const quadrature = strength * tone.quadrature[channel];
    let cos = Math.cos(angle);
    let sin = Math.sin(angle);
    for (let i = 0; i < blockSamples; i++) {
      line[i] += inPhase * sin + quadrature * cos;
      const next = cos * stepCos - sin * stepSin;
      sin = sin * stepCos + cos * stepSin;
      cos = next;
    }
  }
}

/** What shakes the structure: white noise, and under cavitation bursts of more of it with every passing vane. */
function fillRoughness(
  excitation: Float64Array,
  from: number,
  key: number,
  { roughness, passingOrder, rateHz }: VibrationTraits,
  now: Moment,
  { surge, cavitation }: { surge: number; cavitation: number },
): void {
  const first = from - warmUpSamples;
  for (let i = 0; i < excitation.length; i++) excitation[i] = first + i < 0 ? 0 : surge * roughness * noiseAt(key, first + i);
  if (cavitation === 0) return;
  const passings = passingOrder * now.turns;
  const perSample = (passingOrder * now.shaftHz) / rateHz;
  for (let i = 0; i < excitation.length; i++) {
    const passing = Math.floor(passings + (i - warmUpSamples) * perSample);
    // Every passing collapses more or fewer bubbles.
    const burst = uniformAt(key + 0x5bd1e995, Math.max(0, passing));
    excitation[i] *= 1 + 8 * cavitation * burst;
  }
}

/** One knock per passing ball, slipping by about 1 % as balls do, and split between the two samples it falls between. */
function addKnocks(
  excitation: Float64Array,
  { outerRaceOrder, rateHz, noiseKey }: VibrationTraits,
  now: Moment,
  size: number,
): void {
  const passings = outerRaceOrder * now.turns;
  const perSample = (outerRaceOrder * now.shaftHz) / rateHz;
  const first = Math.max(0, Math.floor(passings - warmUpSamples * perSample) - 1);
  const last = Math.ceil(passings + blockSamples * perSample) + 1;
  for (let k = first; k <= last; k++) {
    const at = warmUpSamples + (k + 0.01 * noiseAt(noiseKey - 2, k) - passings) / perSample;
    const sample = Math.floor(at);
    const share = at - sample;
    if (sample >= 0 && sample < excitation.length) excitation[sample] += size * (1 - share);
    if (sample + 1 >= 0 && sample + 1 < excitation.length) excitation[sample + 1] += size * share;
  }
}

function addResonance(line: Float64Array, excitation: Float64Array, { radius, angle, gain }: Resonance): void {
  const back1 = 2 * radius * Math.cos(angle);
  const back2 = -radius * radius;
  let y1 = 0;
  let y2 = 0;
  for (let i = 0; i < excitation.length; i++) {
    const y = excitation[i] + back1 * y1 + back2 * y2;
    y2 = y1;
    y1 = y;
    if (i >= warmUpSamples) line[i - warmUpSamples] += gain * y;
  }
}
