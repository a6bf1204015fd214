// The one sentence of a guard's alert.
import { featureWords, type GuardKind } from '@tocsin/schemas';

const features: Record<GuardKind, string> = {
  silent: 'time without telemetry, ms',
  flatline: 'unchanging value',
  range: 'value out of range',
  skew: 'log time - event time, ms',
  scale: 'ratio to its usual level',
  drift: 'distance of its mean from its reference, own sd',
};

/** Name of what a guard measures, as a feature of a channel where it is one. */
export function guardFeature(guard: GuardKind, channel: string): string {
  return guard === 'silent' || guard === 'skew' ? features[guard] : `${channel}.${features[guard]}`;
}

export function guardMessage(
  state: 'opened' | 'updated' | 'closed',
  guard: GuardKind,
  {
    deviceId,
    channel,
    feature,
    value,
    bound,
    sinceMs,
  }: { deviceId: string; channel: string; feature?: string | undefined; value: number; bound: number; sinceMs: number },
  comings = '',
): string {
  const since = `since ${new Date(sinceMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  const figure = (number: number) => String(Number(number.toPrecision(4)));
  const seconds = (ms: number) => `${figure(Math.abs(ms) / 1000)} s`;
  if (state === 'closed') {
    const ended: Record<GuardKind, string> = {
      silent: 'sends again',
      flatline: `${channel} moves again`,
      range: `${channel} is within its physical range again`,
      skew: 'its clock is right again',
      scale: `${channel} is back at its usual scale`,
      drift: 'is back near where it was when it was learnt',
    };
    return `${deviceId}: ${ended[guard]}${comings}.`;
  }
  const moved = feature === undefined ? channel : `${featureWords({ feature, channel })} of ${channel}`;
  const begun: Record<GuardKind, string> = {
    silent: `nothing received for ${seconds(value)} ${since} while others go on; is it switched off or cut off?`,
    flatline: `${channel} has not moved from ${figure(value)} ${since}; is the sensor stuck?`,
    range: `${channel} reads ${figure(value)}, beyond ${figure(bound)}, ${since}; check the sensor`,
    skew: `its clock is ${seconds(value)} ${value > 0 ? 'behind' : 'ahead of'} the log ${since}; check its time source`,
    drift: `${moved} has crept ${value < 0 ? 'down' : 'up'} by ${figure(Math.abs(value))} times its usual variation ${since}, too slowly for any alert; is it wear?`,
    scale: `${channel} is at ${figure(value)} times its usual scale ${since}; was a unit or a gain changed?`,
  };
  const again = comings.replace(/^; (.*)/, (_, [first, ...rest]: string) => ` ${first.toUpperCase()}${rest.join('')}.`);
  return `${deviceId}: ${begun[guard]}`.replace(/\.?$/, '.').replace('?.', '?') + again;
}
