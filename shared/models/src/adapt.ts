// Initialisation + support set -> adapted model of one device: the closed form, and the head on top where there is one.
import type { HeadParameters, HeadPlan, Initialisation, Support } from '@tocsin/schemas';
import { adaptClosedForm } from './adapt-closed-form.ts';
import { adaptHead } from './adapt-head.ts';
import type { DeviceModel } from './device-model.ts';
import { addWindow, emptySupport } from './support.ts';

/**
 * Adapts to a device's support, head included where the initialisation has one (milliseconds; to keep a head adapted
 * earlier, hand it to `adaptClosedForm`). `anomalies` are raw windows, `[L][d]`, that an operator called anomalous; only a
 * head learns from them. The head follows from the support's raw windows alone, whatever its sums have learnt since: it stays what it is
 * while they go on, and whoever loads the device later makes the same of it.
 */
export function adapt(
  initialisation: Initialisation,
  support: Support,
  anomalies: Float32Array = new Float32Array(0),
): DeviceModel {
  const { head } = initialisation;
  return adaptClosedForm(initialisation, support, head === null ? null : headOf(initialisation, head, support, anomalies));
}

function headOf(
  initialisation: Initialisation,
  head: HeadParameters & HeadPlan,
  support: Support,
  anomalies: Float32Array,
): HeadParameters {
  const { d, regimes } = initialisation;
  const { reservoir } = support;
  const first = { ...emptySupport(d), reservoir };
  for (let at = 0; at < reservoir.length; at += d) addWindow(first, reservoir.subarray(at, at + d), 1, regimes);
  return adaptHead(adaptClosedForm(initialisation, first), head, reservoir, anomalies);
}
