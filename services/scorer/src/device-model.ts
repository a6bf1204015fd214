// The model of one device, rebuilt only when what it follows from has changed: the initialisation or the device's support.
import { adapt, adaptClosedForm, type DeviceModel } from '@tocsin/models';
import type { ModelBundle } from '@tocsin/schemas';
import type { TrackedDevice } from './partition.ts';

/** Has the device shown enough windows of its own to be watched? */
export function isReady({ state, deviceClass }: TrackedDevice): boolean {
  return state.support.learned >= deviceClass.supportWindows;
}

/** Adapts the device to `bundle` if it is not yet; true where it did. A head adapts once the support is complete. */
export function adoptBundle(device: TrackedDevice, bundle: ModelBundle): boolean {
  if (device.modelVersion === bundle.version) return false;
  device.model = isReady(device) ? adapt(bundle.initialisation, device.state.support) : adaptClosedForm(bundle.initialisation, device.state.support);
  device.modelVersion = bundle.version;
  return true;
}

/** Brings the model up to what the support has just learnt: means and variances always, the head when the support is complete. */
export function refreshModel(device: TrackedDevice, model: DeviceModel): void {
  const { support } = device.state;
  const isComplete = support.learned === device.deviceClass.supportWindows;
  device.model = isComplete ? adapt(model.initialisation, support) : adaptClosedForm(model.initialisation, support, model.head);
}
