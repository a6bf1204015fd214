// Where outer steps could be computed: each backend is loaded, and its gradients are checked, in a thread of its own.
import type { Config } from '@tocsin/config';
import { createMetaUpdater } from '@tocsin/trainer';
import { explainError } from '../explain-error.ts';
import { fail, ok, warn, type Finding } from './finding.ts';
import { within } from './run-checks.ts';

type Wanted = Config['trainer']['backend'];
export type BackendName = Exclude<Wanted, 'auto'>;
/** What became of a backend: how it describes itself, or why it cannot be used. */
export type BackendTrial = { name: BackendName; works: boolean; description: string };

/** Best first, as `auto` takes them: the first two where they have a real GPU. */
const names: readonly BackendName[] = ['tensorflow', 'webgpu', 'cpu', 'wasm'];
const forGpus: readonly BackendName[] = ['tensorflow', 'webgpu'];
const loadMaxMs = 8000;

export async function checkBackends({ trainer }: Config): Promise<Finding> {
  return judgeBackends(trainer.backend, await Promise.all(names.map(tryBackend)), trainer.requireGpu);
}

async function tryBackend(name: BackendName): Promise<BackendTrial> {
  const updater = createMetaUpdater({ backend: name, requireGpu: false });
  try {
    const { description } = await within(loadMaxMs, () => updater.backend());
    return { name, works: true, description };
  } catch (error) {
    return { name, works: false, description: explainError(error) };
  } finally {
    void updater.close();
  }
}

/** Pure. */
export function judgeBackends(wanted: Wanted, trials: readonly BackendTrial[], requireGpu = false): Finding {
  const mayBeUsed = ({ name, description }: BackendTrial): boolean => {
    const needsGpu = requireGpu || (wanted === 'auto' && forGpus.includes(name));
    return (wanted === 'auto' || wanted === name) && (!needsGpu || / on gpu: /.test(description));
  };
  const used = trials.find((trial) => trial.works && mayBeUsed(trial));
  const broken = trials.filter(({ works }) => !works);
  const all = [
    ...trials.filter((trial) => trial.works && trial !== used).map(({ name }) => `${name} works too`),
    ...broken.map((trial) =>
      isAbsent(trial) ? `${trial.name} is not installed` : `${trial.name} does not: ${shortReason(trial)}`,
    ),
  ].join('; ');
  if (used === undefined) {
    const otherwise =
      wanted === 'auto' ? 'install the dependencies again (npm ci)' : 'set trainer.backend to auto or to one that works';
    const advice = requireGpu
      ? 'install what the GPU needs (docs/trainer-gpu.md), or set trainer.requireGpu to false'
      : otherwise;
    return fail('backend', `trainer.backend is ${wanted}${requireGpu ? ' and a GPU is required' : ''}; ${all}`, advice);
  }
  const found = `the trainer would use ${used.description}; ${all}`;
  const isFaulty = broken.some((trial) => forGpus.includes(trial.name) && !isAbsent(trial));
  return wanted === 'auto' && isFaulty
    ? warn('backend', found, 'see why it does not load, or set trainer.backend')
    : ok('backend', found);
}

/** None of its optional packages is there. */
function isAbsent({ name, description }: BackendTrial): boolean {
  return name === 'webgpu' ? /: not installed/.test(description) : /not installed.*not installed/.test(description);
}

/** `backend tensorflow: none is usable (tensorflow: why)` says it three times. */
function shortReason({ description }: BackendTrial): string {
  return /none is usable \(\w+: (.*)\)$/.exec(description)?.[1] ?? description;
}
