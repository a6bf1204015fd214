// The one sentence of an alert.
import type { Alert, Contribution, FeatureSpec } from '@tocsin/schemas';

/** Features after the first are named from this share on, at most so many in all. */
const namedShare = 0.1;
const namedFeatures = 3;

/**
 * `pump-3: x.band 320-400 Hz 6.4x what is normal for this device since 14:02:10 UTC; also y.mean 54 where 41 is normal.`
 * Logarithmic features are told as ratios, others with their values. Dates are added where an incident spans days, and a reservation
 * where less stands behind the alert than the class asks for.
 */
export function alertMessage(alert: Omit<Alert, 'message'>, spec: FeatureSpec): string {
  const { deviceId, state, contributions, windows, startMs, endMs } = alert;
  const isOneDay = day(startMs) === day(endMs);
  const start = isOneDay ? time(startMs) : `${day(startMs)} ${time(startMs)}`;
  const count = `${windows} anomalous ${windows === 1 ? 'window' : 'windows'}`;
  if (state === 'closed') {
    const end = isOneDay ? time(endMs) : `${day(endMs)} ${time(endMs)}`;
    return `${deviceId}: back to normal after ${count} from ${start} to ${end} UTC${comings(alert)}.`;
  }
  const [first, ...others] = contributions
    .filter(({ share }, i) => i === 0 || share >= namedShare)
    .slice(0, namedFeatures)
    .map((contribution) => phrase(contribution, spec));
  const also = others.length === 0 ? '' : `; also ${others.join(', ')}`;
  const soFar = state === 'updated' ? `; ${count} so far` : '';
  return `${deviceId}: ${first ?? 'not what is normal'} for this device since ${start} UTC${also}${soFar}${comings(alert)}${reservation(alert)}.`;
}

/** `; opened 3 times, came and went 7 more times`: an incident that is not one stretch of time. */
export function comings({ openings = 1, swings = 0 }: Pick<Alert, 'openings' | 'swings'>): string {
  const opened = openings > 1 ? [`opened ${openings} times`] : [];
  const held = swings > 0 ? [`came and went ${swings} more ${swings === 1 ? 'time' : 'times'}`] : [];
  const told = [...opened, ...held].join(', ');
  return told === '' ? '' : `; ${told}`;
}

function reservation({ confidence, supportWindows }: Pick<Alert, 'confidence' | 'supportWindows'>): string {
  switch (confidence) {
    case 'prior':
      return ' (by its fleet alone: none of its own windows is known yet)';
    case 'cold':
      return ` (known from ${supportWindows} ${supportWindows === 1 ? 'window' : 'windows'} only)`;
    case 'provisional':
      return ' (provisional threshold)';
    default:
      return '';
  }
}

function phrase({ feature, actual, expected }: Contribution, spec: FeatureSpec): string {
  const unit = spec.elements.find(({ name }) => name === feature)?.unit;
  if (unit !== 'ln') return `${feature} ${apart(actual, expected)} where ${apart(expected, actual)} is normal`;
  return `${feature.replace(' (ln)', '')} ${times(Math.exp(actual - expected))} what is normal`;
}

function times(ratio: number): string {
  if (ratio > 1000) return 'over 1000x';
  return ratio < 0.001 ? 'under 0.001x' : `${short(ratio, 2)}x`;
}

/** A value with the digits that tell it from another, three at least and one more than where they part. */
function apart(value: number, other: number): string {
  const size = Math.log10(Math.max(Math.abs(value), Math.abs(other)) / Math.abs(value - other));
  return short(value, Number.isFinite(size) ? Math.min(10, Math.max(3, Math.ceil(size) + 2)) : 3);
}

function short(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
