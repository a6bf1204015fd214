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

/** Best first, as `auto` takes them. */
const names: readonly BackendName[] = ['tensorflow', 'wasm', 'cpu'];
const loadMaxMs = 8000;

export async function checkBackends({ trainer }: Config): Promise<Finding> {
  return judgeBackends(trainer.backend, await Promise.all(names.map(tryBackend)));
}

async function tryBackend(name: BackendName): Promise<BackendTrial> {
  const updater = createMetaUpdater(name);
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
export function judgeBackends(wanted: Wanted, trials: readonly BackendTrial[]): Finding {
  const used = trials.find(({ name, works }) => works && (wanted === 'auto' || wanted === name));
  const broken = trials.filter(({ works }) => !works);
  const all = [
    ...trials.filter((trial) => trial.works && trial !== used).map(({ name }) => `${name} works too`),
    ...broken.map((trial) =>
      isAbsent(trial) ? `${trial.name} is not installed` : `${trial.name} does not: ${shortReason(trial)}`,
    ),
  ].join('; ');
  if (used === undefined) {
    const advice =
      wanted === 'auto' ? 'install the dependencies again (npm ci)' : 'set trainer.backend to auto or to one that works';
    return fail('backend', `trainer.backend is ${wanted}; ${all}`, advice);
  }
  const found = `the trainer would use ${used.description}; ${all}`;
  const isFaulty = broken.some((trial) => trial.name === 'tensorflow' && !isAbsent(trial));
  return wanted === 'auto' && isFaulty
    ? warn('backend', found, 'see why TensorFlow does not load, or set trainer.backend')
    : ok('backend', found);
}

/** Neither of the two optional packages is there. */
function isAbsent({ name, description }: BackendTrial): boolean {
  return name === 'tensorflow' && /not installed.*not installed/.test(description);
}

/** `backend tensorflow: none is usable (tensorflow: why)` says it three times. */
function shortReason({ description }: BackendTrial): string {
  return /none is usable \(\w+: (.*)\)$/.exec(description)?.[1] ?? description;
}
