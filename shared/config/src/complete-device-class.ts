// Fills in what a device class leaves out, and checks what only two fields together can get wrong. Pure.
import type { DecisionPlan, DeviceClass } from '@tocsin/schemas';
import type { DeviceClassInput } from './device-class-schema.ts';
import { shown, type Mistake } from './config-error.ts';

/** From this rate on a class is taken for vibration. */
const vibrationRateHz = 100;
/** Shortest window that the vibration features are defined for. */
const vibrationSamplesMin = 32;

/** The class with every default applied; lengths that depend on each other follow what was given. */
export function completeDeviceClass(name: string, input: DeviceClassInput): DeviceClass {
  const {
    channels,
    rateHz,
    window,
    features,
    context,
    learner,
    supportWindows,
    keepLearning,
    decision,
    guards,
    futureMs,
    pastMs,
  } = input;
  const kind = features.kind ?? (rateHz >= vibrationRateHz ? 'vibration' : 'slow');
  const isVibration = kind === 'vibration';
  const periodMs = 1000 / rateHz;
  const samples = window.samples ?? (isVibration ? 1024 : 32);
  return {
    name,
    channels,
    rateHz,
    window: {
      samples,
      hop: window.hop ?? Math.max(1, Math.floor(samples / (isVibration ? 2 : 8))),
      latenessMs: window.latenessMs ?? (isVibration ? 1000 : 2 * periodMs),
      maxGapSamples: window.maxGapSamples ?? Math.min(Math.ceil(samples / 100), samples - 1),
      minCoverage: window.minCoverage,
    },
    features: { kind, bands: features.bands, wavelet: features.wavelet, envelope: features.envelope },
    context,
    learner,
    supportWindows,
    keepLearning,
    decision: completeDecision(decision, supportWindows),
    guards,
    idleMs: input.idleMs ?? Math.max(60_000, 10 * periodMs),
    futureMs,
    pastMs: pastMs ?? Infinity,
  };
}

/** Alerts without a cause that are tolerated per device and day unless a class says otherwise. */
const defaultFalseAlarmsPerDay = 1;

function completeDecision(decision: DeviceClassInput['decision'], supportWindows: number): DecisionPlan {
  const { falseAlarmRate = null, falseAlarmsPerDay, alertFrom = supportWindows, ...raise } = decision;
  const perDay = falseAlarmsPerDay ?? (falseAlarmRate === null ? defaultFalseAlarmsPerDay : null);
  return { ...raise, falseAlarmsPerDay: perDay, falseAlarmRate, alertFrom };
}

/** A mistake of several fields; `fields` are their paths, the first one is where to look. */
export type CrossMistake = { fields: readonly string[]; mistake: Omit<Mistake, 'path'> };

/** What is wrong with a completed class as a whole. */
export function crossCheckDeviceClass({
  channels,
  rateHz,
  window,
  features,
  context,
  supportWindows,
  decision,
  guards,
  idleMs,
}: DeviceClass): CrossMistake[] {
  const found: CrossMistake[] = [];
  const check = (isRight: boolean, fields: readonly string[], value: unknown, expected: string, advice: string) => {
    if (!isRight) found.push({ fields, mistake: { value: shown(value), expected, advice } });
  };
  const repeated = channels.filter((channel, i) => channels.indexOf(channel) !== i);
  check(repeated.length === 0, ['channels'], repeated[0], 'every channel once', 'remove or rename the repeated one');
  const { samples, hop, maxGapSamples } = window;
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
  for (const [channel, { min, max }] of Object.entries(guards.range)) {
    check(channels.includes(channel), ['guards.range', 'channels'], channel, `one of ${channels.join(', ')}`, 'name a channel');
    check(min < max, ['guards.range'], min, `less than max, ${max}, for '${channel}'`, 'swap them');
  }
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
