// Outer steps of one engine: every algorithm at every batch, on made-up episodes. Bounded in time: a batch that would take too long is
// left out and says so.
import { setImmediate as breathe } from 'node:timers/promises';
import { fitFleet, flattenHead } from '@tocsin/models';
import { normal, seededRandom } from '../../../services/trainer/src/random.ts';
import type { Backend } from '../../../services/trainer/src/backend.ts';
import { headSchemes, type Engine, type EpisodePool } from '../../../services/trainer/src/meta/engine.ts';
import { freshHead } from '../../../services/trainer/src/meta/fresh-head.ts';
import { trialEpisode, trialShape } from '../../../services/trainer/src/meta/trial-step.ts';
import { weightEpisode } from '../../../services/trainer/src/meta/weight-episode.ts';
import type { EngineFigures, StepFigure } from './figures.ts';

export const batches: readonly number[] = [32, 256, 1024, 4096];
export const algorithms = [...headSchemes, 'prototypes', 'weights'] as const;
type Algorithm = (typeof algorithms)[number];

/** Episodes that differ; larger pools repeat them, which costs the same. */
const distinct = 256;
const { d, shots, queries } = trialShape;
const random = seededRandom(1);
const { hidden, innerSteps, innerRate, ...head } = freshHead(d, random);
const drawn = Array.from({ length: distinct }, () => trialEpisode(trialShape, random));
const { start, windows } = madeUpFleet();

export type Bounds = { secondsPerFigure: number; secondsPerStep: number; stepsMax: number; memorySteps: number };

export async function measureEngine(
  { engine, name, description, device, deviceName }: Backend,
  bounds: Bounds,
  note: (line: string) => void,
): Promise<EngineFigures> {
  const before = residentMb();
  let after = before;
  const steps: StepFigure[] = [];
  for (const algorithm of algorithms) {
    let perEpisode = 0;
    for (const episodes of batches) {
      const expected = perEpisode * episodes;
      if (expected > bounds.secondsPerStep) {
        steps.push({ algorithm, episodes, skipped: `about ${expected.toFixed(0)} s a step` });
        continue;
      }
      const { seconds, cpuSeconds } = await measure(engine, algorithm, episodes, bounds);
      after = Math.max(after, residentMb());
      steps.push({ algorithm, episodes, seconds, cpuSeconds });
      perEpisode = Math.min(...(device === 'gpu' ? seconds : cpuSeconds)) / episodes;
      note(`${name} ${algorithm} ${episodes}: ${(1000 * Math.min(...seconds)).toFixed(1)} ms a step`);
    }
  }
  const tensors = name === 'cpu' ? {} : { tensors: await measureTensors(engine, bounds) };
  return {
    name,
    description,
    device: deviceName,
    kind: device,
    steps,
    memoryMb: { before, after },
    ...tensors,
  };
}

type Taken = { seconds: number[]; cpuSeconds: number[] };

async function measure(engine: Engine, algorithm: Algorithm, episodes: number, bounds: Bounds): Promise<Taken> {
  const pool = open(engine, algorithm, episodes);
  const chosen = Array.from({ length: episodes }, (_, at) => at);
  const parameters = parametersOf(algorithm);
  const taken: Taken = { seconds: [], cpuSeconds: [] };
  const step = async (): Promise<void> => {
    const [startedMs, busy] = [performance.now(), process.cpuUsage()];
    await pool.slopes(parameters, chosen);
    const { user, system } = process.cpuUsage(busy);
    taken.seconds.push((performance.now() - startedMs) / 1000);
    taken.cpuSeconds.push((user + system) / 1e6);
  };
  const untilMs = performance.now() + 1000 * bounds.secondsPerFigure;
  do await step();
  while (performance.now() < untilMs && taken.seconds.length <= bounds.stepsMax);
  pool.dispose();
  await breathe();
  globalThis.gc?.();
  // The first steps compile what they need.
  const kept = (values: number[]): number[] => values.slice(Math.min(2, values.length - 1));
  return { seconds: kept(taken.seconds), cpuSeconds: kept(taken.cpuSeconds) };
}

/** Whether anything is left behind by many steps. */
async function measureTensors(
  engine: Engine,
  { memorySteps, secondsPerStep }: Bounds,
): Promise<NonNullable<EngineFigures['tensors']>> {
  const tf = await import('@tensorflow/tfjs-core');
  const pool = open(engine, 'maml', 64);
  const parameters = parametersOf('maml');
  await pool.slopes(parameters, [0]);
  const { numTensors: before, numBytes: bytesBefore } = tf.memory();
  const untilMs = performance.now() + 1000 * 12 * secondsPerStep;
  let steps = 0;
  while (steps < memorySteps && performance.now() < untilMs) {
    await pool.slopes(
      parameters,
      [0, 1, 2, 3].map((at) => (at + steps) % 64),
    );
    steps += 1;
  }
  const { numTensors: after, numBytes: bytesAfter } = tf.memory();
  pool.dispose();
  return { steps, before, after, bytesBefore, bytesAfter };
}

function open(engine: Engine, algorithm: Algorithm, episodes: number): EpisodePool {
  const repeated = <T>(items: readonly T[]): T[] => Array.from({ length: episodes }, (_, at) => items[at % items.length]);
  if (algorithm === 'weights') return engine.weights(start, repeated(windows));
  if (algorithm === 'prototypes') return engine.prototypes({ hidden, weight: 2 }, repeated(drawn));
  return engine.heads({ scheme: algorithm, hidden, innerSteps, innerRate }, repeated(drawn));
}

function parametersOf(algorithm: Algorithm): Float64Array {
  const flat = flattenHead({ ...head, hidden });
  if (algorithm === 'weights') return Float64Array.of(...start.omega, ...start.kappa, ...start.nu, 1, 0);
  if (algorithm === 'prototypes')
    return Float64Array.of(...flat, ...Array.from({ length: 2 * hidden }, (_, at) => Math.sin(at) / 10), -2);
  return algorithm === 'meta-sgd' ? Float64Array.of(...flat, ...Array.from({ length: 3 * d + 3 }, () => 1)) : flat;
}

function madeUpFleet() {
  const rows = (n: number, shift = 0): Float32Array[] =>
    Array.from({ length: n }, () => Float32Array.from({ length: d }, () => shift + normal(random)));
  const fleet = Array.from({ length: 20 }, (_, at) => ({
    deviceId: `pump-${at}`,
    n: 40,
    windows: Float32Array.from(rows(40, normal(random)).flatMap((row) => [...row])),
  }));
  const fitted = fitFleet(fleet, d);
  const episodeOf = () =>
    weightEpisode(fitted, { deviceId: '', support: rows(shots), normals: rows(queries / 2), anomalies: rows(queries / 2, 1) });
  return { start: fitted, windows: Array.from({ length: distinct }, episodeOf) };
}

function residentMb(): number {
  return process.memoryUsage().rss / 1e6;
}
