// The one sentence of an alert.
import { changeWords, featureWords, type Alert, type Contribution, type FeatureSpec } from '@tocsin/schemas';

/** Features after the first are named from this share on, at most so many in all. */
const namedShare = 0.1;
const namedFeatures = 3;

/**
 * `pump-3, drive-end: energy at 3.2-4.1 kHz 6.4x what is normal for this device since 14:02:10 UTC; also asymmetry (skewness) 3.14 where
 * 0.1 is normal; free-end: peak level 2.1x normal.` Each channel is named once, that of the first feature with the device. Dates are added
 * where an incident spans days, and a reservation where less stands behind the alert than the class asks for.
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
  const named = contributions.filter(({ share }, i) => i === 0 || share >= namedShare).slice(0, namedFeatures);
  const [first, ...others] = named;
  const where = first === undefined || first.channel === '' ? deviceId : `${deviceId}, ${first.channel}`;
  const what = first === undefined ? 'not what is normal' : phrase(first, spec, 'what is normal');
  const soFar = state === 'updated' ? `; ${count} so far` : '';
  return `${where}: ${what} for this device since ${start} UTC${also(first, others, spec)}${soFar}${comings(alert)}${reservation(alert)}.`;
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

/** The other features, channel by channel; that of the first has been named. */
function also(first: Contribution | undefined, others: readonly Contribution[], spec: FeatureSpec): string {
  if (first === undefined || others.length === 0) return '';
  const channels = new Set([first, ...others].map(({ channel }) => channel));
  const told = [...channels].flatMap((channel) => {
    const phrases = others.filter((other) => other.channel === channel).map((other) => phrase(other, spec));
    if (phrases.length === 0) return [];
    return channel === first.channel ? phrases.join(', ') : `${channel}: ${phrases.join(', ')}`;
  });
  return `; also ${told.join('; ')}`;
}

function phrase(contribution: Contribution, { elements }: FeatureSpec, normal?: string): string {
  const unit = elements.find(({ name }) => name === contribution.feature)?.unit ?? 'value';
  return `${featureWords(contribution)} ${changeWords({ ...contribution, unit }, normal)}`;
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

function day(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
