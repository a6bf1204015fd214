// The autoencoder with a start that is learned on the fleet: what gradient meta-learning of reconstruction gives. A baseline only.
import { NotApplicable, type LabelledDevice, type LabelledFleet, type Learner } from '@tocsin/models';
import { createRandom, type Random } from '@tocsin/signals';
import { adam } from './adam.ts';
import { adaptFrom, metaGradientOf, type Start, type Windows } from './maml-start.ts';
import { clipInputs, reconstructionNet } from './reconstruction-net.ts';
import { fleetScaling, scaled, type Scaling } from './scaling.ts';

const name = 'autoencoder-maml';
const iterations = 300;
const episodesPerStep = 4;
const supportSizes = [1, 2, 5, 10, 20, 50];
const queryWindows = 16;
const metaRate = 1e-2;
/**
 * Inner rates to start from. An error is a mean over d features, so that the decoder's slopes fall with d. AUROC at K = 10 on
 * meta-validation devices, mean of skab, asd, hydraulic, gearbox-64, cmapss and smap: .841; all layers from .3: .815; decoder from .1 d: .826.
 */
const encoderRate = 0.3;
const decoderRate = 0.03;
const clipNorm = 5;
const floor = 1e-9;

/**
 * The net, scale and score of `autoencoder`; its start is learned by exact (second-order) MAML with a rate per layer over episodes of the
 * fleet's normal windows: K in a row, then 16 of the later ones, drawn with replacement. 300 steps of Adam (1e-2, falling to a tenth) on the mean of four
 * episodes, gradients clipped at 5. A device takes five inner steps on its K windows, and the start as it is without any.
 */
export function autoencoderMaml(): Learner {
  return {
    name,
    isRandom: true,
    usesAnomalies: false,
    fit(fleet, { seed }) {
      const d = fleet.spec.elements.length;
      const scaling = fleetScaling(fleet);
      if (scaling === null) throw new NotApplicable(`${name} needs normal windows of meta-train devices`);
      const net = reconstructionNet(d);
      const start = learnStart(fleet, scaling, seed);
      return {
        adapt(normals) {
          const inputs = clipInputs(scaled(normals, scaling));
          const weights = adaptFrom(net, start, { inputs, n: inputs.length / d });
          const input = new Float64Array(d);
          return (x) => Math.log(net.error(weights, clipInputs(scaled(x, scaling, input)), 0) + floor);
        },
      };
    },
  };
}

/** What is learned on a fleet with at least one normal window; a fleet of lone windows teaches nothing, and the start stays random. */
export function learnStart(fleet: LabelledFleet, scaling: Scaling, seed: number): Start {
  const d = scaling.gain.length;
  const random = createRandom(seed);
  const net = reconstructionNet(d);
  const logRates = Float64Array.of(encoderRate, encoderRate, decoderRate * d, decoderRate * d).map(Math.log);
  const start: Start = { weights: net.start(random), logRates };
  const devices = fleet.devices
    .map((device) => ({ device, normals: normalsOf(device) }))
    .filter(({ normals }) => normals.length > 1);
  if (devices.length === 0) return start;
  const metaGradient = metaGradientOf(net);
  const gradient: Start = { weights: new Float64Array(net.size), logRates: new Float64Array(logRates.length) };
  const moveWeights = adam(net.size);
  const moveRates = adam(logRates.length);
  for (let iteration = 0; iteration < iterations; iteration++) {
    gradient.weights.fill(0);
    gradient.logRates.fill(0);
    for (let episode = 0; episode < episodesPerStep; episode++) {
      const { device, normals } = devices[Math.floor(random() * devices.length)];
      const { support, query } = drawEpisode(normals, random);
      const windows = (rows: readonly number[]): Windows => windowsOf(device, rows, scaling);
      metaGradient(start, windows(support), windows(query), 1 / episodesPerStep, gradient);
    }
    const rate = metaRate * (1 - (0.9 * iteration) / iterations);
    clipTo(gradient);
    moveWeights(start.weights, gradient.weights, rate);
    moveRates(start.logRates, gradient.logRates, rate);
  }
  return start;
}

/** K of the normal windows in a row, at most half of them, and a draw of those after. */
function drawEpisode(normals: readonly number[], random: Random): { support: number[]; query: number[] } {
  const wanted = supportSizes[Math.floor(random() * supportSizes.length)];
  const shots = Math.min(wanted, Math.floor(normals.length / 2));
  const from = Math.floor(random() * Math.floor(normals.length / 2 - shots + 1));
  const later = normals.length - from - shots;
  const query = Array.from({ length: queryWindows }, () => normals[from + shots + Math.floor(random() * later)]);
  return { support: normals.slice(from, from + shots), query };
}

function windowsOf({ windows }: LabelledDevice, rows: readonly number[], scaling: Scaling): Windows {
  const d = scaling.gain.length;
  const raw = new Float32Array(rows.length * d);
  rows.forEach((row, at) => raw.set(windows.subarray(row * d, (row + 1) * d), at * d));
  return { inputs: clipInputs(scaled(raw, scaling)), n: rows.length };
}

function normalsOf({ n, labels }: LabelledDevice): number[] {
  return Array.from({ length: n }, (_, k) => k).filter((k) => labels[k] === 0);
}

function clipTo({ weights, logRates }: Start): void {
  const norm = Math.hypot(Math.sqrt(weights.reduce((sum, value) => sum + value * value, 0)), ...logRates);
  if (!(norm > clipNorm)) return;
  for (let i = 0; i < weights.length; i++) weights[i] *= clipNorm / norm;
  for (let i = 0; i < logRates.length; i++) logRates[i] *= clipNorm / norm;
}
