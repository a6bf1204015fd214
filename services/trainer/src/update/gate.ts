// The publish gate: whether a head is worth having, and whether the candidate may replace what is in use.

/** A paired comparison over devices: mean gain in AUROC and its standard error, Infinity where one device is all there is. */
export type Gain = { mean: number; error: number };

/** Smaller differences in AUROC are ties, however sure: METHOD's study could not tell them from its own choices. */
const tie = 0.01;

/** A head must beat the closed form on held-out devices by more than a tie and more than one standard error. */
export function headEarnsItsPlace(overClosedForm: Gain | null): boolean {
  return overClosedForm !== null && overClosedForm.mean > Math.max(tie, overClosedForm.error);
}

/** A candidate may not be worse than the bundle in use by more than a tie and more than one standard error. */
export function mayReplace(overPrevious: Gain | null): boolean {
  return overPrevious === null || overPrevious.mean >= -Math.max(tie, overPrevious.error);
}

/** The gate's reasons, for people. */
export function verdictOf(headGain: Gain | null, overPrevious: Gain | null): string {
  const parts = [
    headGain === null
      ? 'closed form: too few devices to try a head'
      : `${headEarnsItsPlace(headGain) ? 'head' : 'closed form: the head'} gains ${shown(headGain)} on held-out devices`,
  ];
  if (overPrevious !== null) {
    parts.push(
      `${mayReplace(overPrevious) ? 'published' : 'kept what is in use'}: ${shown(overPrevious)} against it on later windows`,
    );
  }
  return parts.join('; ');
}

function shown({ mean, error }: Gain): string {
  return `${mean < 0 ? '' : '+'}${mean.toFixed(3)} AUROC (standard error ${Number.isFinite(error) ? error.toFixed(3) : 'unknown, one device'})`;
}
