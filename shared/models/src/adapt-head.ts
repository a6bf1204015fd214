// The head of one device: inner steps on its raw support windows, kept only where they helped.
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';
import type { DeviceModel } from './device-model.ts';
import { headForward } from './head.ts';
import { headRows } from './head-rows.ts';
import { headInnerSteps, type HeadSupport } from './inner-step.ts';
import { prototypeHead } from './prototypes.ts';

/**
 * Adapts the shared head to `normals` (`[K][d]` raw, the reservoir) and `anomalies` (`[L][d]` raw, may be empty). Returns
 * the shared head where there are no normals, or where inner steps do not make it score them lower on the mean. A prototypical
 * head is never judged like that: its prototypes are means and cannot diverge.
 */
export function adaptHead(
  model: DeviceModel,
  shared: HeadParameters & HeadPlan,
  normals: Float32Array,
  anomalies: Float32Array = new Float32Array(0),
): HeadParameters {
  if (normals.length === 0 || (shared.innerSteps === 0 && shared.prototypes === undefined)) return shared;
  const { inputs: supportInputs, base: supportBase } = headRows(model, normals);
  const { inputs: anomalyInputs, base: anomalyBase } = headRows(model, anomalies);
  const support: HeadSupport = { supportInputs, supportBase, anomalyInputs, anomalyBase };
  if (shared.prototypes !== undefined) return prototypeHead(shared, shared.prototypes, support);
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
