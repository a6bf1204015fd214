// What the store knows of a device: what it has been taught, and through its bundle what is normal for it. Only reads.
import { isUnderMaintenance, quarantineOf } from '@tocsin/decisions';
import { adaptClosedForm, attribute, CodecError, decodeBundle, decodeDeviceState } from '@tocsin/models';
import {
  bundleKey,
  deviceStateKey,
  type DeviceClass,
  type DeviceState,
  type LabelMemory,
  type ModelBundle,
  type ScoredWindow,
} from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { ContributionView } from '../api/alerts-api.ts';
import type { DeviceMemory } from '../api/fleet-api.ts';

export type Remembered = { state: DeviceState | null; bytes: number; problem: string | null };

/** Key of the alert of a window that was called real, and how far it is, in the device's standard deviations. */
export type NearestAnomaly = { alertKey: string; windowKey: string; distance: number };

export type Explanation = {
  features: ContributionView[];
  nearest: NearestAnomaly | null;
  explainedBy: string | null;
  problem: string | null;
};

export type DeviceDesk = {
  /** Never rejects: a store that does not answer is a problem in words. */
  remembered(deviceId: string): Promise<Remembered>;
  memory(remembered: Remembered, deviceClass: DeviceClass | undefined, logTimeMs: number): DeviceMemory | null;
  /** Every feature of a window against what the device's model, as it is now, expects. */
  explain(scored: ScoredWindow, remembered: Remembered): Promise<Explanation>;
  /** Bundles of a class that the store still has. */
  bundle(deviceClass: string, version: number): Promise<ModelBundle | null>;
};

const bundlesKept = 8;

export function createDeviceDesk(store: Pick<StateStore, 'getMany'>): DeviceDesk {
  const shelf = new Map<string, ModelBundle>();

  async function bundle(deviceClass: string, version: number): Promise<ModelBundle | null> {
    const key = bundleKey(deviceClass, version);
    const known = shelf.get(key);
    if (known !== undefined) return known;
    const [bytes] = await store.getMany([key]);
    if (bytes === null) return null;
    const read = decodeBundle(bytes);
    shelf.set(key, read);
    const [oldest] = shelf.keys();
    if (shelf.size > bundlesKept) shelf.delete(oldest);
    return read;
  }

  async function explained(scored: ScoredWindow, { state, problem }: Remembered): Promise<Explanation> {
    const without = (why: string): Explanation => ({ features: [], nearest: null, explainedBy: null, problem: why });
    if (state === null) return without(problem ?? 'the store has nothing of this device');
    if (scored.features.length === 0) return without('too much of the window never arrived: it has no features');
    if (state.modelVersion === 0) return without('the class has no initialisation yet, so nothing is expected');
    const model = await bundle(scored.deviceClass, state.modelVersion);
    if (model === null) return without(`initialisation v${state.modelVersion} is no longer in the store`);
    if (model.spec.hash !== scored.specHash) return without('the window has another feature layout than the model');
    const adapted = adaptClosedForm(model.initialisation, state.support);
    const { elements } = model.spec;
    const places = new Map(elements.map(({ name }, i) => [name, i]));
    const features = attribute(adapted, scored.features, model.spec, elements.length)
      .map((one): ContributionView => {
        const { block, unit } = elements[places.get(one.feature)!];
        return { ...one, block, unit };
      })
      .sort((one, two) => places.get(one.feature)! - places.get(two.feature)!);
    return {
      features,
      nearest: nearestAnomaly(state.labels, scored.features, adapted.gain),
      explainedBy: `v${state.modelVersion}, adapted to ${state.support.learned} windows of this device`,
      problem: null,
    };
  }

  return {
    bundle,
    async remembered(deviceId) {
      try {
        const [bytes] = await store.getMany([deviceStateKey(deviceId)]);
        return bytes === null
          ? { state: null, bytes: 0, problem: null }
          : { state: decodeDeviceState(bytes), bytes: bytes.byteLength, problem: null };
      } catch (error) {
        const what = error instanceof CodecError ? 'the state in the store cannot be read' : 'the state store does not answer';
        return { state: null, bytes: 0, problem: `${what}: ${error instanceof Error ? error.message : String(error)}` };
      }
    },
    memory: ({ state, bytes }, deviceClass, logTimeMs) =>
      state === null ? null : memoryOf(state, bytes, deviceClass, logTimeMs),
    async explain(scored, remembered) {
      try {
        return await explained(scored, remembered);
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        return { features: [], nearest: null, explainedBy: null, problem: why };
      }
    },
  };
}

function memoryOf(state: DeviceState, bytes: number, deviceClass: DeviceClass | undefined, logTimeMs: number): DeviceMemory {
  const { support, teaching, labels } = state;
  const d = Math.max(1, support.sum.length);
  const isWatched = deviceClass !== undefined && support.learned >= quarantineOf(deviceClass).firstWindows;
  return {
    learned: support.learned,
    effectiveWindows: support.count,
    reservoirWindows: support.reservoir.length / d,
    modelVersion: state.modelVersion,
    scored: state.scored,
    waiting: teaching.block === null ? null : { windows: teaching.block.count, confirmed: teaching.confirmed },
    canRollBack: teaching.before !== null || isWatched,
    maintenanceUntilMs: isUnderMaintenance(labels, logTimeMs) ? labels.maintenance!.untilMs : null,
    relearning: labels.relearning,
    rememberedAnomalies: labels.windows.filter(({ standing }) => standing === 'anomaly').length,
    driftSinceMs: teaching.reference?.sinceMs ?? null,
    stateBytes: bytes,
  };
}

/**
 * Of the windows that people called real the one most like `features`: root mean square of the differences, each in the device's
 * standard deviations (`gain` is one over the deviation in raw units, 0 for what does not vary).
 */
export function nearestAnomaly({ windows }: LabelMemory, features: Float32Array, gain: Float64Array): NearestAnomaly | null {
  const varying = gain.reduce((count, each) => count + (each === 0 ? 0 : 1), 0);
  let nearest: NearestAnomaly | null = null;
  for (const { standing, features: other, alertKey, windowKey } of windows) {
    if (standing !== 'anomaly' || other.length !== features.length) continue;
    const squares = other.reduce((sum, value, j) => sum + ((value - features[j]) * gain[j]) ** 2, 0);
    const distance = Math.sqrt(squares / Math.max(1, varying));
    if (nearest === null || distance < nearest.distance) nearest = { alertKey, windowKey, distance };
  }
  return nearest;
}
