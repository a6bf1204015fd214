// What only two fields of a device class together can get wrong. Pure.
import type { DeviceClass } from '@tocsin/schemas';
import { shown, type Mistake } from './config-error.ts';

/** Shortest window that the vibration features are defined for. */
const vibrationSamplesMin = 32;

/** Closed windows of a device that can be amended, at most. */
const amendWindowsMax = 500;

/** A mistake of several fields; `fields` are their paths, the first one is where to look. */
export type CrossMistake = { fields: readonly string[]; mistake: Omit<Mistake, 'path'> };

type Check = (isRight: boolean, fields: readonly string[], value: unknown, expected: string, advice: string) => void;

/** What is wrong with a completed class as a whole. */
export function crossCheckDeviceClass(deviceClass: DeviceClass): CrossMistake[] {
  const found: CrossMistake[] = [];
  const check: Check = (isRight, fields, value, expected, advice) => {
    if (!isRight) found.push({ fields, mistake: { value: shown(value), expected, advice } });
  };
  const { channels, rateHz, guards, idleMs } = deviceClass;
  const repeated = channels.filter((channel, i) => channels.indexOf(channel) !== i);
  check(repeated.length === 0, ['channels'], repeated[0], 'every channel once', 'remove or rename the repeated one');
  checkWindow(deviceClass, check);
  checkEventTime(deviceClass, check);
  checkSingleSample(deviceClass, check);
  checkContext(deviceClass, check);
  checkDecision(deviceClass, check);
  for (const [channel, { min, max }] of Object.entries(guards.range)) {
    check(channels.includes(channel), ['guards.range', 'channels'], channel, `one of ${channels.join(', ')}`, 'name a channel');
    check(min < max, ['guards.range'], min, `less than max, ${max}, for '${channel}'`, 'swap them');
  }
  check(
    !guards.drift || deviceClass.keepLearning,
    ['guards.drift', 'keepLearning'],
    guards.drift,
    'false, because keepLearning is false',
    'a device that learns nothing more never drifts; its wear is over the threshold instead',
  );
  const idleMinMs = 2000 / rateHz;
  check(
    idleMs >= idleMinMs,
    ['idleMs', 'rateHz'],
    idleMs,
    `at least two sample periods, ${idleMinMs} ms`,
    'otherwise every device is idle between two samples',
  );
  return found;
}

function checkWindow({ window, features }: DeviceClass, check: Check): void {
  const { samples, hop, maxGapSamples, minCoverage, teachCoverage = minCoverage } = window;
  check(
    teachCoverage >= minCoverage,
    ['window.teachCoverage', 'window.minCoverage'],
    teachCoverage,
    `at least window.minCoverage, ${minCoverage}`,
    'what is discarded cannot teach',
  );
  check(
    hop <= samples,
    ['window.hop', 'window.samples'],
    hop,
    `at most window.samples, ${samples}`,
    'windows must not leave gaps between them',
  );
  check(
    maxGapSamples < samples,
    ['window.maxGapSamples', 'window.samples'],
    maxGapSamples,
    `less than window.samples, ${samples}`,
    'a window made of nothing cannot be interpolated',
  );
  if (features.kind === 'vibration') {
    const isPowerOfTwo = Number.isInteger(Math.log2(samples)) && samples >= vibrationSamplesMin;
    const below = 2 ** Math.max(5, Math.floor(Math.log2(samples)));
    const expected = `a power of two from ${vibrationSamplesMin} on, because features.kind is vibration`;
    check(
      isPowerOfTwo,
      ['window.samples', 'features.kind', 'rateHz'],
      samples,
      expected,
      `take ${below} or ${below * 2}, or features.kind slow`,
    );
  }
}

function checkEventTime({ window: { jitter, hop, amendMs = 0 }, rateHz, features }: DeviceClass, check: Check): void {
  const amendMaxMs = (amendWindowsMax * hop * 1000) / rateHz;
  check(
    amendMs <= amendMaxMs,
    ['window.amendMs', 'window.hop', 'window.samples', 'rateHz'],
    amendMs,
    `at most ${amendWindowsMax} times window.hop, ${amendMaxMs} ms`,
    'their samples are kept in memory; raise window.latenessMs where devices are late as a rule',
  );
  check(
    jitter !== 'linear' || features.kind === 'slow',
    ['window.jitter', 'features.kind', 'rateHz'],
    jitter,
    'nearest, because features.kind is vibration',
    'straight lines between samples would take the high frequencies away',
  );
}

/** What needs more than one sample in a window. */
function checkSingleSample({ window: { samples }, guards }: DeviceClass, check: Check): void {
  const hasSpread = samples > 1;
  check(
    hasSpread || guards.flatlineWindows === 0,
    ['guards.flatlineWindows', 'window.samples'],
    guards.flatlineWindows,
    '0, because window.samples is 1',
    'one sample never changes; take longer windows or leave it off',
  );
  check(
    hasSpread || !guards.scaleJump,
    ['guards.scaleJump', 'window.samples'],
    guards.scaleJump,
    'false, because window.samples is 1',
    'one sample has no spread; take longer windows or leave it off',
  );
}

/** Names of features are checked where they are made, in the features room. */
function checkContext({ channels, context, features }: DeviceClass, check: Check): void {
  const strangers = context.filter((name) => !channels.some((channel) => name === channel || name.startsWith(`${channel}.`)));
  check(
    strangers.length === 0,
    ['context', 'channels'],
    strangers[0],
    `channels (${channels.join(', ')}) or features of them`,
    'correct the name or add the channel',
  );
  check(
    features.kind === 'slow' || !context.some((name) => channels.includes(name)),
    ['context', 'features.kind'],
    context.find((name) => channels.includes(name)),
    'names of features, e.g. `channel.rms (ln)`, because features.kind is vibration',
    'a vibration channel has no level',
  );
}

function checkDecision({ decision, supportWindows }: DeviceClass, check: Check): void {
  const { raiseCount, raiseOf, falseAlarmsPerDay, falseAlarmRate, alertFrom } = decision;
  check(
    raiseCount <= raiseOf,
    ['decision.raiseCount', 'decision.raiseOf'],
    raiseCount,
    `at most decision.raiseOf, ${raiseOf}`,
    'lower it, or raise decision.raiseOf',
  );
  check(
    falseAlarmsPerDay === null || falseAlarmRate === null,
    ['decision.falseAlarmsPerDay', 'decision.falseAlarmRate'],
    falseAlarmsPerDay,
    `nothing beside decision.falseAlarmRate, ${falseAlarmRate}`,
    'one budget at a time: keep falseAlarmsPerDay or falseAlarmRate',
  );
  check(
    alertFrom <= supportWindows,
    ['decision.alertFrom', 'supportWindows'],
    alertFrom,
    `at most supportWindows, ${supportWindows}`,
    'lower it, or raise supportWindows: a device may stop learning there',
  );
}
