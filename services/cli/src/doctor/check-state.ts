// The state store: is it there, does it keep what it is given, and what is in use of every class?
import { resolve } from 'node:path';
import { budgetOf, provisionalDevices } from '@tocsin/decisions';
import { createFeatureSpec } from '@tocsin/features';
import { readPublicKeys, type Config } from '@tocsin/config';
import { parsePublicKey } from '@tocsin/models';
import { canaryBundleKey, currentBundleKey, rolloutKey, type LogMessage, type ModelBundle } from '@tocsin/schemas';
import { createInitialisations, type Adoption } from '@tocsin/scorer';
import { openState, type StateStore } from '@tocsin/state';
import { explainError } from '../explain-error.ts';
import { counted } from '../terminal/figures.ts';
import { isThere, madeLater } from './check-disk.ts';
import { fail, ok, warn, type Finding, type Report } from './finding.ts';
import { judgeRollout } from './judge-rollout.ts';
import { within } from './run-checks.ts';

const stateMaxMs = 5000;
const probeKey = 'tocsin:{doctor}:probe';

export async function checkState(config: Config, report: Report): Promise<void> {
  const { kind, directory, connectTimeoutMs } = config.state;
  // Looking must not leave a store behind where there was none.
  if (kind === 'embedded' && !isThere(directory)) {
    return report(warn('state', `embedded state in ${resolve(directory)}: not there yet`, madeLater));
  }
  let state: StateStore | undefined;
  try {
    state = openState({ ...config.state, connectTimeoutMs: Math.min(connectTimeoutMs, stateMaxMs - 500) });
    const store = state;
    report(judgeStore(await within(stateMaxMs, () => tryStore(store))));
    await within(stateMaxMs, () => checkBundles(config, store, report));
  } catch (error) {
    report(fail('state', explainError(error), 'then run this again: bundles were not looked at'));
  } finally {
    void state?.close().catch(() => undefined);
  }
}

/** Writes, reads and removes a value; resolves with what the store says of itself. */
async function tryStore(state: StateStore): Promise<string> {
  const description = await state.ping();
  const probe = Uint8Array.of(1);
  await state.put(probeKey, probe);
  const [stored] = await state.getMany([probeKey]);
  await state.remove([probeKey]);
  if (stored?.length !== 1) throw new Error('a value that was just written cannot be read');
  return description;
}

/** A Redis that may throw values away forgets devices. The store's description names its policy where it has one. */
export function judgeStore(description: string): Finding {
  const policy = /maxmemory-policy (\S+)/.exec(description)?.[1] ?? 'noeviction';
  if (policy === 'noeviction') return ok('state', `${description}; reads and writes`);
  return warn('state', description, 'set maxmemory-policy noeviction: a device whose state is evicted starts anew');
}

/** Takes the current bundles into use as a scorer does at its start. */
async function checkBundles(config: Config, state: StateStore, report: Report): Promise<void> {
  const classes = Object.values(config.classes);
  const problems: string[] = [];
  const note: LogMessage = (_level, message, fields = {}) =>
    void problems.push(`${String(fields['deviceClass'])}: ${message} (${String(fields['error'])})`);
  const adoptions = new Map<string, { adoption: Adoption; version: number }>();
  const specHashes = new Map(classes.map((deviceClass) => [deviceClass.name, createFeatureSpec(deviceClass).hash]));
  const initialisations = createInitialisations(
    state,
    specHashes,
    ({ deviceClass, version, stage = 'current' }, adoption) =>
      void (stage === 'current' && adoptions.set(deviceClass, { adoption, version })),
    note,
    readPublicKeys(config.signing).map(({ text, name }) => parsePublicKey(text, name)),
  );
  await initialisations.load();
  const pointers = await state.getMany(classes.map(({ name }) => currentBundleKey(name)));
  classes.forEach((deviceClass, i) => {
    const { name, supportWindows } = deviceClass;
    const bundle = initialisations.current(name);
    const isProvisional = bundle !== null && budgetOf(bundle.calibration, supportWindows, deviceClass).isProvisional;
    const { adoption, version = 0 } = adoptions.get(name) ?? { adoption: pointers[i] === null ? null : 'corrupt' };
    report(judgeBundle(name, { adoption, version, bundle, isProvisional, minDevices: config.trainer.minDevices }));
  });
  await checkRollouts(config, state, report);
  for (const problem of problems) report(fail('bundles', problem, 'publish the bundle again, or remove what is stored'));
}

/** Reads only: what cannot be read stays for whoever is to begin it anew. */
async function checkRollouts({ classes, trainer }: Config, state: StateStore, report: Report): Promise<void> {
  const names = Object.keys(classes);
  const keysOf = [rolloutKey, currentBundleKey, canaryBundleKey];
  const values = await state.getMany(names.flatMap((name) => keysOf.map((keyOf) => keyOf(name))));
  names.forEach((name, i) => {
    const [rollout = null, current = null, canary = null] = values.slice(3 * i, 3 * i + 3);
    const facts = { rollout, current, canary, canaryForMs: trainer.canary.forMs, nowMs: Date.now() };
    const finding = judgeRollout(name, facts);
    if (finding !== null) report(finding);
  });
}

type BundleFacts = {
  adoption: Adoption | null;
  version: number;
  bundle: ModelBundle | null;
  isProvisional: boolean;
  minDevices: number;
};

/** `adoption` is null where nothing was ever published. */
export function judgeBundle(deviceClass: string, { adoption, version, bundle, isProvisional, minDevices }: BundleFacts): Finding {
  const check = `bundle ${deviceClass}`;
  if (bundle !== null) {
    const { devicesTrained, candidates, algorithm } = bundle.metrics;
    const auroc = candidates.map(({ learner, auroc: value }) => `${learner} ${value.toFixed(3)}`);
    const judged = auroc.length === 0 ? '' : `, held-out AUROC ${auroc.join(', ')}`;
    const found = `version ${version}, ${algorithm} from ${counted(devicesTrained, 'device')}${judged}`;
    const { devices } = bundle.calibration;
    if (devices < provisionalDevices)
      return warn(check, `${found}; threshold provisional, from ${counted(devices, 'device')}`, `it takes ${provisionalDevices}`);
    // Rare alerts of a fast class are never counted: that is said, and no reason to act.
    return ok(check, isProvisional ? `${found}; threshold provisional, alerts so rare were not counted` : found);
  }
  switch (adoption) {
    case null:
      return warn(
        check,
        'none published yet',
        `devices are collected, not scored, until the trainer has seen ${minDevices} of them`,
      );
    case 'foreign_spec':
      return fail(
        check,
        `version ${version} was made for other features than the class has now`,
        'let the trainer publish one for the changed class, or take the change back',
      );
    case 'missing':
      return fail(
        check,
        `version ${version} is announced and not in the store`,
        'let the trainer publish again; does something else write to or evict from this store?',
      );
    case 'unsigned':
    case 'unknown_key':
    case 'altered':
      return fail(
        check,
        `version ${version} is refused by scorers with public keys (${adoption})`,
        'tocsin models list says who signed what; tocsin models sign signs what is there',
      );
    default:
      return fail(check, `version ${version} cannot be read (${adoption})`, 'let the trainer publish again');
  }
}
