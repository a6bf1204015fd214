// `npm run bench:trainer`: outer steps per backend, algorithm and batch, beside PyTorch where it is to be had, and whole meta-updates.
// Writes docs/benchmarks-trainer.json and .md unless told where (--out FOLDER). --backends a,b; --fleets 100,1000; --large adds
// 10,000 devices; --python PROGRAM; --seconds N for each figure; --page writes the page again; --bundle FOLDER makes a copy of this
// that runs with nothing but Node.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { backendNames, selectBackend, type BackendName } from '../../services/trainer/src/backend.ts';
import { freshHead } from '../../services/trainer/src/meta/fresh-head.ts';
import { trialShape } from '../../services/trainer/src/meta/trial-step.ts';
import { seededRandom } from '../../services/trainer/src/random.ts';
import { makeBundle } from './trainer/bundle.ts';
import type { EngineFigures, Figures } from './trainer/figures.ts';
import { measureFleet } from './trainer/measure-fleets.ts';
import { measurePytorch } from './trainer/measure-pytorch.ts';
import { batches, measureEngine } from './trainer/measure-steps.ts';
import { trainerPage } from './trainer/page.ts';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    backends: { type: 'string', default: backendNames.join(',') },
    fleets: { type: 'string', default: '100,1000' },
    large: { type: 'boolean', default: false },
    python: { type: 'string', default: 'python3' },
    seconds: { type: 'string', default: '2' },
    page: { type: 'boolean', default: false },
    bundle: { type: 'string' },
  },
});
const here = import.meta.dirname;
const out = values.out ?? (values.bundle === undefined && here.endsWith('bench') ? join(here, '../../docs') : '.');
const note = (line: string): void => console.error(line);
/** What takes the least memory first: it is not given back. */
const order = ['cpu', 'tensorflow', 'webgpu', 'wasm'] as const satisfies readonly BackendName[];

if (values.bundle !== undefined) note(await makeBundle(values.bundle));
else if (values.page) write(JSON.parse(readFileSync(join(out, 'benchmarks-trainer.json'), 'utf8')));
else write(await measureAll());
// Dawn keeps a process alive.
process.exit(0);

async function measureAll(): Promise<Figures> {
  const secondsPerFigure = Number(values.seconds);
  const { hidden, innerSteps } = freshHead(1, seededRandom(1));
  const load = loadavg()[0];
  const sizes = [
    ...values.fleets
      .split(',')
      .filter((size) => size !== '')
      .map(Number),
    ...(values.large ? [10_000] : []),
  ];
  const fleets = [];
  for (const devices of sizes) {
    const measured = await measureFleet(devices, await selectBackend('auto'));
    note(`${devices} devices: ${measured.seconds.toFixed(1)} s`);
    fleets.push(measured);
  }
  const fleetsLoad: [number, number] = [load, loadavg()[0]];
  const engines: EngineFigures[] = [];
  const missing: string[] = [];
  for (const name of order.filter((one) => values.backends.split(',').includes(one))) {
    const backend = await selectBackend(name).catch((error: unknown) => String(error));
    if (typeof backend === 'string') {
      note(backend);
      missing.push(`not used: ${backend.replace(/^Error: backend \w+: none is usable \((.*)\)$/, '$1')}`);
      continue;
    }
    note(backend.description);
    const isPlayed = backend.device === 'software';
    const bounds = { secondsPerFigure, secondsPerStep: isPlayed ? 2 : 10, stepsMax: 200, memorySteps: 1000 };
    engines.push(await measureEngine(backend, bounds, note));
  }
  const script = join(here.endsWith('bench') ? here : dirname(process.argv[1]), 'maml_head.py');
  const isOnGpu = engines.some(({ kind }) => kind === 'gpu');
  const pytorch = await measurePytorch(values.python, script, batches, secondsPerFigure, isOnGpu ? ['cpu', 'cuda'] : ['cpu']);
  note(typeof pytorch === 'string' ? `PyTorch is not compared: ${pytorch}` : 'PyTorch is measured');
  return {
    machine: `${cpus().length} x ${cpus()[0].model}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${process.platform} ${process.arch}`,
    versions: { Node: process.version, tfjs: '4.22.0', ...gpuDriver() },
    load: [load, loadavg()[0]],
    shape: { ...trialShape, hidden, innerSteps },
    engines,
    missing,
    fleets,
    fleetsLoad,
    pytorch,
  };
}

function gpuDriver(): Record<string, string> {
  try {
    const query = ['--query-gpu=name,driver_version', '--format=csv,noheader'];
    return { GPU: execFileSync('nvidia-smi', query, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() };
  } catch {
    return {};
  }
}

function write(figures: Figures): void {
  mkdirSync(out, { recursive: true });
  const page = trainerPage(figures);
  writeFileSync(join(out, 'benchmarks-trainer.json'), `${JSON.stringify(figures, null, 1)}\n`);
  writeFileSync(join(out, 'benchmarks-trainer.md'), page);
  console.log(page);
}
