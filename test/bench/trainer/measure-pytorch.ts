// The same heads in PyTorch, where a Python with it is to be had.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { trialShape } from '../../../services/trainer/src/meta/trial-step.ts';
import type { Figures, StepFigure } from './figures.ts';

const algorithms = ['maml', 'meta-sgd', 'fomaml'] as const;

type Pytorch = Exclude<Figures['pytorch'], string>[number];

/** Figures on one thread and on as many as PyTorch takes, or why there are none. `script`: test/bench/maml_head.py. */
export async function measurePytorch(
  python: string,
  script: string,
  batches: readonly number[],
  seconds: number,
  devices: readonly ('cpu' | 'cuda')[],
): Promise<Figures['pytorch']> {
  const ways = devices.flatMap((device) => (device === 'cpu' ? [1, 0] : [0]).map((threads) => ({ device, threads })));
  const found: Pytorch[] = [];
  for (const { device, threads } of ways) {
    try {
      found.push(await measureWay(python, [script, '--device', device, '--threads', String(threads)], batches, seconds, device));
    } catch (error) {
      const lines = String(error instanceof Error ? error.message : error)
        .trim()
        .split('\n');
      return `${python}: ${lines.at(-1)}`;
    }
  }
  return found;
}

async function measureWay(
  python: string,
  start: readonly string[],
  batches: readonly number[],
  seconds: number,
  device: 'cpu' | 'cuda',
): Promise<Pytorch> {
  const { d, shots, queries } = trialShape;
  const steps: StepFigure[] = [];
  let about = { torch: '', python: '', device: '' };
  for (const algorithm of algorithms) {
    const options = { algorithm, batches: batches.join(','), d, shots, queries, seconds };
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const { stdout } = await promisify(execFile)(python, [...start, ...flags], { maxBuffer: 2 ** 26 });
    const [first, ...rest] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    about = first;
    for (const one of rest) steps.push({ algorithm, episodes: one.episodes, seconds: one.seconds, cpuSeconds: one.cpuSeconds });
  }
  const description = `PyTorch ${about.torch}, Python ${about.python}, on ${about.device}`;
  return {
    name: `PyTorch, ${about.device.replace(/^\w+, /, '')}`,
    description,
    device: about.device,
    kind: device === 'cpu' ? 'cpu' : 'gpu',
    steps,
  };
}
