// `npm run bench:model`: what a device costs. Adapting and scoring at d = 59, with each part that an initialisation may have, beside
// plain adaptation in the same run; and the largest stored state of a device. Seeded; figures are medians over rounds.
import { cpus } from 'node:os';
import {
  adapt,
  adaptClosedForm,
  deviceStateBytes,
  emptySupport,
  fitFleet,
  learnWindow,
  scoreWindow,
  type DeviceModel,
} from '@tocsin/models';
import type { HeadParameters, HeadPlan, Initialisation, Support } from '@tocsin/schemas';
import { createRandom, normal } from '@tocsin/signals';

const d = 59;
const shots = 50;
/** Windows that a class keeps raw of each device, unless told otherwise. */
const supportWindows = 10;
const rounds = 15;
const random = createRandom(1);

const fleet = Array.from({ length: 20 }, (_, at) => ({ deviceId: `pump-${at}`, n: 100, windows: windowsOf(100) }));
const plain = fitFleet(fleet, d);
const support = supportOf(windowsOf(shots));
const anomalies = windowsOf(5);
const judged = windowsOf(200);

const variants: readonly { name: string; initialisation: Initialisation }[] = [
  { name: 'closed form', initialisation: plain },
  { name: 'closed form and own scale', initialisation: { ...plain, own: { share: 0.5, nu: 5e-5 } } },
  { name: 'head of 16 units, 5 inner steps', initialisation: { ...plain, head: headOf(16) } },
];

console.log(`Node ${process.version}, ${cpus().length} x ${cpus()[0].model}`);
console.log(`d = ${d}, K = ${shots}, 5 labelled anomalies; median (min - max) of ${rounds} rounds\n`);
console.log('                                     adapt, us                   score, us');
const costs = variants.map(({ name, initialisation }) => {
  const model = adapt(initialisation, support, anomalies);
  const adapting = microseconds(initialisation.head === null ? 400 : 20, () => adaptOf(initialisation));
  const scoring = microseconds(judged.length / d, scoreAll(model));
  console.log(`${name.padEnd(34)} ${shown(adapting)} ${shown(scoring)}`);
  return { adapt: median(adapting), score: median(scoring) };
});
const [base, own, head] = costs;
const ratio = (one: number, other: number): string => (one / other).toFixed(1);
console.log(
  `\nown scale / closed form: adapt ${ratio(own.adapt, base.adapt)}, score ${ratio(own.score, base.score)};` +
    ` head / closed form: adapt ${ratio(head.adapt, base.adapt)}, score ${ratio(head.score, base.score)}`,
);
const whole = (bytes: number): string => bytes.toLocaleString('en');
const rawBytes = 4 * d * shots;
console.log(`largest state of a device with ${supportWindows} raw windows: ${whole(deviceStateBytes(d, supportWindows))} bytes`);
console.log(`with ${shots}: ${whole(rawBytes)} of raw windows and ${whole(deviceStateBytes(d, shots) - rawBytes)} of all else`);

function adaptOf(initialisation: Initialisation): DeviceModel {
  return initialisation.head === null ? adaptClosedForm(initialisation, support) : adapt(initialisation, support, anomalies);
}

/** Scores the next judged window at each call. */
function scoreAll(model: DeviceModel): () => void {
  let at = 0;
  return () => {
    scoreWindow(model, judged.subarray(at, at + d));
    at = (at + d) % judged.length;
  };
}

/** Microseconds of one call in each round, after a warm-up. */
function microseconds(calls: number, call: () => unknown): number[] {
  const measured: number[] = [];
  for (let round = -3; round < rounds; round++) {
    const started = performance.now();
    for (let i = 0; i < calls; i++) call();
    if (round >= 0) measured.push(((performance.now() - started) * 1000) / calls);
  }
  return measured;
}

function windowsOf(n: number): Float32Array {
  const centre = 5 + normal(random);
  return Float32Array.from({ length: n * d }, () => centre + normal(random));
}

function supportOf(windows: Float32Array): Support {
  const taught = emptySupport(d);
  for (let at = 0; at < windows.length; at += d)
    learnWindow(taught, windows.subarray(at, at + d), { reservoirWindows: shots, memoryWindows: 200 });
  return taught;
}

function headOf(hidden: number): HeadParameters & HeadPlan {
  const weights = (length: number): Float64Array => Float64Array.from({ length }, () => 0.1 * normal(random));
  const w1 = weights(3 * d * hidden);
  return { hidden, w1, b1: weights(hidden), w2: weights(hidden), b2: 0, a: 1, c: 0, innerSteps: 5, innerRate: 0.5 };
}

function shown(values: readonly number[]): string {
  const figure = (value: number): string => value.toFixed(1);
  return `${figure(median(values)).padStart(9)} (${figure(Math.min(...values))} - ${figure(Math.max(...values))})`.padEnd(27);
}

function median(values: readonly number[]): number {
  return values.toSorted((one, two) => one - two)[Math.floor(values.length / 2)];
}
