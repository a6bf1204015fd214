// What the folds showed, put together over all devices.
import type { DeviceScores } from '@tocsin/decisions';
import type { BundleMetrics } from '@tocsin/schemas';
import { difference, meanAuroc, type Judgement } from '../evaluation/judge.ts';
import type { Gain } from './gate.ts';
import { nullScores } from './null-scores.ts';
import type { Trial } from './trials.ts';
import type { UpdateInput } from './update-plan.ts';

/** Gain of the heads over the closed form; null where a fold tried none. */
export function headGainOf(trials: readonly Trial[]): Gain | null {
  const heads = pooled(trials, 'head');
  return (
    heads &&
    difference(
      heads,
      trials.flatMap(({ closedForm }) => closedForm),
    )
  );
}

/** Mean AUROC over all held-out devices. */
export function heldOutAuroc(trials: readonly Trial[]): BundleMetrics['heldOutAuroc'] {
  const heads = pooled(trials, 'head');
  const previous = pooled(trials, 'previous');
  return {
    closedForm: meanAuroc(trials.flatMap(({ closedForm }) => closedForm)),
    head: heads && meanAuroc(heads),
    previous: previous && meanAuroc(previous),
  };
}

/** Scores of the held-out devices' normals by the initialisations that have not seen them, with or without heads. */
export function heldOutScores(
  trials: readonly Trial[],
  withHead: boolean,
  { plan, supportWindows }: UpdateInput,
): DeviceScores[] {
  return trials.flatMap(({ initialisation, heldOut }) => {
    const judged = withHead ? initialisation : { ...initialisation, head: null };
    return heldOut.flatMap((device) =>
      plan.calibrationShots.flatMap((shots) => nullScores(judged, device, shots, supportWindows)),
    );
  });
}

function pooled(trials: readonly Trial[], of: 'head' | 'previous'): Judgement[] | null {
  const all = trials.flatMap((trial) => trial[of] ?? []);
  return all.length === 0 ? null : all;
}
