// The residual head that meta-training starts from.
import type { HeadParameters, HeadPlan } from '@tocsin/schemas';
import { normal, type Random } from '../random.ts';

/** A head and how it is adapted. */
export type Head = HeadParameters & HeadPlan;

const headPlan: HeadPlan = { innerSteps: 5, innerRate: 0.5 };
const hidden = 16;

/**
 * A head that changes nothing much yet: the closed-form score passes (a = 1, c = 0), hidden weights are of Xavier size and
 * the last layer a tenth of it.
 */
export function freshHead(d: number, random: Random): Head {
  const spread = Math.sqrt(2 / (3 * d + hidden));
  return {
    ...headPlan,
    hidden,
    w1: Float64Array.from({ length: 3 * d * hidden }, () => spread * normal(random)),
    b1: new Float64Array(hidden),
    w2: Float64Array.from({ length: hidden }, () => 0.1 * Math.sqrt(2 / (hidden + 1)) * normal(random)),
    b2: 0,
    a: 1,
    c: 0,
  };
}
