// A model adapted to one device, ready to score.
import type { HeadParameters, Initialisation } from '@tocsin/schemas';
import type { OwnScale } from './own-scale.ts';

/**
 * Adapted parameters of one device and the scratch that makes scoring free of allocation (so a model is not re-entrant,
 * which only matters to code that awaits inside a score; none does).
 */
export type DeviceModel = {
  initialisation: Initialisation;
  /** Windows (effective) behind the adaptation, >= 0. */
  shots: number;
  /** Expected value of every feature and its standard deviation on this device, in z. */
  mean: Float64Array;
  deviation: Float64Array;
  /** Deviation u = x gain - offset straight from raw features, or from mapped ones where the class has regimes; both 0 for a feature that does not vary. */
  gain: Float64Array;
  offset: Float64Array;
  /** Adapted head, or null for the closed-form score. */
  head: HeadParameters | null;
  /** The device's windows in its own scale; null where the class does not ask for them or the device has shown under two. */
  own: OwnScale | null;
  scratch: { u: Float64Array; b: Float64Array; inputs: Float64Array; activations: Float64Array; mapped: Float32Array };
};
