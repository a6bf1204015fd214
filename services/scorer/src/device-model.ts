// The model of one device, rebuilt only when what it follows from has changed: the initialisation, the device's support, or
// what operators said.
import { noScores } from '@tocsin/decisions';
import { adapt, adaptClosedForm, createLikeness, hearsAnomalies, scoreWindow, type Likeness } from '@tocsin/models';
import type { ModelBundle, RememberedWindow, Support } from '@tocsin/schemas';
import type { TrackedDevice } from './partition.ts';
import { regimesOf } from './support-frame.ts';

/** Has the device shown enough windows of its own to be watched? */
export function isReady({ state, deviceClass }: TrackedDevice): boolean {
  return state.support.learned >= deviceClass.supportWindows;
}

/** Adapts the device to `bundle` if it is not yet; true where it did. A head adapts once the support is complete. */
export function adoptBundle(device: TrackedDevice, bundle: ModelBundle): boolean {
  if (device.bundle?.version === bundle.version) return false;
  const { state } = device;
  // Scores of two bundles do not compare, unless one is the other again.
  if (state.modelVersion !== bundle.version && state.modelVersion !== bundle.restores) Object.assign(state, noScores);
  state.modelVersion = bundle.version;
  device.bundle = bundle;
  regimesOf(device);
  remodel(device);
  return true;
}

/** Adapts anew to all that the device's state holds, head and labels included. */
export function remodel(device: TrackedDevice): void {
  const { bundle, state } = device;
  if (bundle === null) return;
  const { initialisation } = bundle;
  const support = withRows(state.support, rowsOf(device, 'normal'));
  device.model =
    isReady(device) && initialisation.head !== null
      ? adapt(initialisation, support, joined(rowsOf(device, 'anomaly')))
      : adaptClosedForm(initialisation, support);
  device.likeness = likenessOf(device);
}

/** Brings the model up to what the support has just learnt: means and variances always, the head when the support is complete. */
export function refreshModel(device: TrackedDevice): void {
  const { model, state, deviceClass } = device;
  if (model === null) return;
  if (state.support.learned === deviceClass.supportWindows) return remodel(device);
  const support = withRows(state.support, rowsOf(device, 'normal'));
  device.model = adaptClosedForm(model.initialisation, support, model.head);
  device.likeness = likenessOf(device);
}

/** Labelled anomalies are in a head that learns from them; else they speak through their likeness. */
function likenessOf(device: TrackedDevice): Likeness | null {
  const { model, state } = device;
  if (model === null) return null;
  const anomalies = hearsAnomalies(model.initialisation.head) ? [] : rowsOf(device, 'anomaly');
  const normals = rowsOf(device, 'normal');
  if (anomalies.length === 0 && normals.length === 0) return null;
  return createLikeness(model, state.support.reservoir, anomalies, normals, (features) => scoreWindow(model, features));
}

function rowsOf({ state }: TrackedDevice, standing: RememberedWindow['standing']): Float32Array[] {
  return state.labels.windows.filter((window) => window.standing === standing).map(({ features }) => features);
}

/** Raw windows that a head or an own part learns from beside the first ones. */
function withRows(support: Support, rows: readonly Float32Array[]): Support {
  return rows.length === 0 ? support : { ...support, reservoir: joined([support.reservoir, ...rows]) };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
