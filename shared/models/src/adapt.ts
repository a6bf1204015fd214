// Initialisation + support set -> adapted model of one device: the closed form, and the head on top where there is one.
import type { Initialisation, Support } from '@tocsin/schemas';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { adaptHead } from './adapt-head.ts';
import type { DeviceModel } from './device-model.ts';

/**
 * Adapts to a device's support, head included where the initialisation has one (milliseconds; to keep a head adapted
 * earlier, hand it to `adaptClosedForm`). `anomalies` are raw windows, `[L][d]`, that an operator called anomalous; only a
 * head learns from them.
 */
export function adapt(
  initialisation: Initialisation,
  support: Support,
  anomalies: Float32Array = new Float32Array(0),
): DeviceModel {
  const model = adaptClosedForm(initialisation, support);
  if (initialisation.head !== null) model.head = adaptHead(model, initialisation.head, support.reservoir, anomalies);
  return model;
}
