// The head of one device: inner steps on its raw support windows, kept only where they helped.
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';
import type { DeviceModel } from './device-model.ts';
import { headForward } from './head.ts';
import { headRows } from './head-rows.ts';
import { headInnerSteps, type HeadSupport } from './inner-step.ts';

/**
 * Adapts the shared head to `normals` (`[K][d]` raw, the reservoir) and `anomalies` (`[L][d]` raw, may be empty). Returns
 * the shared head where there are no normals, or where the adapted one does not score them lower on the mean.
 */
export function adaptHead(
  model: DeviceModel,
  shared: HeadParameters & HeadPlan,
  normals: Float32Array,
  anomalies: Float32Array = new Float32Array(0),
): HeadParameters {
  if (normals.length === 0) return shared;
  const { inputs: supportInputs, base: supportBase } = headRows(model, normals);
  const { inputs: anomalyInputs, base: anomalyBase } = headRows(model, anomalies);
  const support: HeadSupport = { supportInputs, supportBase, anomalyInputs, anomalyBase };
  const adapted = headInnerSteps(shared, support, shared);
  const level = meanLogit(adapted, support);
  return Number.isFinite(level) && level < meanLogit(shared, support) ? adapted : shared;
}

/** Mean logit of the support's normals; not finite where steps diverged. */
function meanLogit(head: HeadParameters, { supportInputs, supportBase }: HeadSupport): number {
  let sum = 0;
  supportBase.forEach((base, row) => (sum += headForward(head, supportInputs, base, row)));
  return sum / supportBase.length;
}
