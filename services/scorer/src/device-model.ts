// The model of one device, rebuilt only when what it follows from has changed: the initialisation or the device's support.
import { noScores } from '@tocsin/decisions';
import { adapt, adaptClosedForm } from '@tocsin/models';
import type { ModelBundle } from '@tocsin/schemas';
import type { TrackedDevice } from './partition.ts';

/** Has the device shown enough windows of its own to be watched? */
export function isReady({ state, deviceClass }: TrackedDevice): boolean {
  return state.support.learned >= deviceClass.supportWindows;
}

/** Adapts the device to `bundle` if it is not yet; true where it did. A head adapts once the support is complete. */
export function adoptBundle(device: TrackedDevice, bundle: ModelBundle): boolean {
  if (device.bundle?.version === bundle.version) return false;
  const { support, modelVersion } = device.state;
  // Scores of two bundles do not compare.
  if (modelVersion !== bundle.version) Object.assign(device.state, noScores, { modelVersion: bundle.version });
  device.model = isReady(device) ? adapt(bundle.initialisation, support) : adaptClosedForm(bundle.initialisation, support);
  device.bundle = bundle;
  return true;
}

/** Brings the model up to what the support has just learnt: means and variances always, the head when the support is complete. */
export function refreshModel({ model, state, deviceClass }: TrackedDevice): TrackedDevice['model'] {
  if (model === null) return null;
  const { support } = state;
  if (support.learned === deviceClass.supportWindows) return adapt(model.initialisation, support);
  return adaptClosedForm(model.initialisation, support, model.head);
}
