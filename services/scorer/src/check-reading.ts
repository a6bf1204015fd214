// Does a reading fit its class and the time it was logged? Everything that would poison a window stops here.
import {
  deviceIdBytesMax,
  isDeviceId,
  readingEndMs,
  rejected,
  type Decoded,
  type DeviceClass,
  type Reading,
} from '@tocsin/schemas';
import { canResample, fitsGrid, rateRatios } from '@tocsin/windows';

/** A record is walked at one go: more windows than that would keep everything else waiting for seconds. */
const windowsMax = 10_000;
/** Before 1980 a timestamp is taken for seconds, a reset clock or garbage. */
const earliestMs = Date.UTC(1980, 0, 1);
/** Later than that, sample numbers of fast classes are no whole numbers any more. */
const latestMs = Date.UTC(2200, 0, 1);

/** Checks a reading against its class; `logMs` is the timestamp of its record. */
export function checkReading(reading: Reading, classes: ReadonlyMap<string, DeviceClass>, logMs: number): Decoded {
  const { deviceId, deviceClass: name, channels, samples, rateHz, startMs } = reading;
  const deviceClass = classes.get(name);
  if (deviceId === '') return rejected('missing_device', `deviceId is empty; expected the machine's id; check the producer`);
  if (!isDeviceId(deviceId)) {
    const found = `deviceId '${deviceId.slice(0, 40)}...' has ${Buffer.byteLength(deviceId)} bytes`;
    return rejected('invalid_device', `${found}; expected at most ${deviceIdBytesMax}; check the producer or the field mapping`);
  }
  if (deviceClass === undefined) {
    return rejected(
      'unknown_class',
      `deviceClass is '${name}'; expected one of ${[...classes.keys()].join(', ') || '(none)'}; add it under classes`,
    );
  }
  if (!sameNames(channels, deviceClass.channels)) {
    return rejected(
      'wrong_channels',
      `channels are [${channels.join(', ')}]; class '${name}' expects [${deviceClass.channels.join(', ')}]`,
    );
  }
  if (samples.length === 0)
    return rejected('empty_frame', `samples is empty; expected at least one sample of ${channels.length} channel(s)`);
  if (samples.length % channels.length !== 0) {
    return rejected(
      'wrong_channels',
      `samples holds ${samples.length} values; expected a multiple of ${channels.length} channels`,
    );
  }
  const wrongRate = checkRate(rateHz, deviceClass);
  if (wrongRate !== null) return rejected('wrong_rate', wrongRate);
  const windows = ((samples.length / channels.length) * (deviceClass.rateHz / rateHz)) / deviceClass.window.hop;
  if (windows > windowsMax) {
    const found = `samples holds ${samples.length / channels.length} samples of every channel, ${Math.ceil(windows)} windows`;
    return rejected('long_frame', `${found}; at most ${windowsMax} are taken in one record; split it`);
  }
  const bad = samples.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const where = `sample ${Math.floor(bad / channels.length)} of channel '${channels[bad % channels.length]}'`;
    return rejected('not_finite', `${where} is ${samples[bad]}; expected a finite number; leave the sample out instead`);
  }
  return checkTime(reading, startMs, deviceClass, logMs);
}

/** What is wrong with a rate and what to do, or null. A rate that is no number fits nothing. */
function checkRate(rateHz: number, { name, rateHz: gridHz, window }: DeviceClass): string | null {
  if (fitsGrid(rateHz, gridHz)) return null;
  const found = `rateHz is ${rateHz}; class '${name}' expects`;
  if (window.otherRates !== 'resample')
    return `${found} ${gridHz}; fix the producer, give these devices a class of their own, or set window.otherRates to resample`;
  if (canResample(rateHz, gridHz)) return null;
  const [least, most] = [gridHz * rateRatios.least, gridHz * rateRatios.most];
  return `${found} ${gridHz}, or ${least} to ${most} to resample; fix the producer or give these devices a class of their own`;
}

function checkTime(reading: Reading, startMs: number, deviceClass: DeviceClass, logMs: number): Decoded {
  const when = Number.isFinite(startMs) && Math.abs(startMs) < 8.64e15 ? new Date(startMs).toISOString() : String(startMs);
  if (!(startMs >= earliestMs && startMs < latestMs)) {
    return rejected(
      'invalid_timestamp',
      `startMs is ${startMs} (${when}); expected epoch milliseconds between 1980 and 2200; another unit, or a reset clock?`,
    );
  }
  const aheadMs = readingEndMs(reading) - logMs;
  if (aheadMs > deviceClass.futureMs) {
    return rejected(
      'future_timestamp',
      `startMs is ${when}, ${Math.round(aheadMs)} ms ahead of its record; at most ${deviceClass.futureMs} ms are taken; check the device clock`,
    );
  }
  if (-aheadMs > deviceClass.pastMs) {
    return rejected(
      'past_timestamp',
      `startMs is ${when}, ${Math.round(-aheadMs)} ms behind its record; at most ${deviceClass.pastMs} ms are taken; raise pastMs to replay history`,
    );
  }
  return { reading };
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name, i) => name === b[i]);
}
