// Windows as rows of an episode: head inputs and closed-form scores.
import type { Initialisation, Support } from '@tocsin/schemas';
import { adaptClosedForm } from './adapt-closed-form.ts';
import type { DeviceModel } from './device-model.ts';
import { fillHeadInputs } from './head-inputs.ts';
import { closedFormScore } from './score.ts';

/** Head inputs of one window of raw features `x` for a device with this support, `[3d]`. */
export function headInputs(initialisation: Initialisation, support: Support, x: Float32Array): Float64Array {
  return headRows(adaptClosedForm(initialisation, support), x).inputs;
}

/**
 * Head inputs `[n][3d]` and closed-form scores `[n]` of n windows, `[n][d]` row-major raw features: what an episode is
 * made of. `model` is the closed-form adaptation to the episode's support.
 */
export function headRows(model: DeviceModel, windows: Float32Array): { inputs: Float64Array; base: Float64Array } {
  const { d } = model.initialisation;
  const n = windows.length / d;
  const inputs = new Float64Array(n * 3 * d);
  const base = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const features = windows.subarray(k * d, (k + 1) * d);
    base[k] = closedFormScore(model, features);
    fillHeadInputs(model, features, inputs, k * 3 * d);
  }
  return { inputs, base };
}
