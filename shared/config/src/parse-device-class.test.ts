import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { ConfigError, parseDeviceClass } from '@tocsin/config';

const right = { channels: ['x', 'y'], rateHz: 25_600 };
const mistakes = (input: object) => {
  try {
    parseDeviceClass('pump', { ...right, ...input });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.mistakes.map(({ path }) => path.replace('classes.pump.', ''));
  }
};

test('a device with few windows a day gets no alert a day for nothing', () => {
  const perDay = (rateHz: number) =>
    parseDeviceClass('c', { ...right, rateHz, window: { samples: 16, hop: 1 } }).decision.falseAlarmsPerDay;
  expect(perDay(1)).toBe(1);
  expect(perDay(1 / 3600)).toBeCloseTo(0.024, 12);
});

test('channels and a rate are enough', () => {
  expect(parseDeviceClass('pump', right)).toEqual({
    name: 'pump',
    ...right,
    window: {
      samples: 1024,
      hop: 512,
      latenessMs: 1000,
      maxGapSamples: 11,
      minCoverage: 0.9,
      teachCoverage: 0.95,
      onGap: 'interpolate',
      amendMs: 0,
      otherRates: 'refuse',
      jitter: 'nearest',
    },
    features: { kind: 'vibration', bands: 24, wavelet: true, envelope: true },
    context: [],
    learner: 'auto',
    supportWindows: 10,
    keepLearning: true,
    decision: {
      falseAlarmsPerDay: 1,
      falseAlarmRate: null,
      raiseCount: 3,
      raiseOf: 5,
      clearCount: 5,
      clearFactor: 10,
      cooldownMs: 600_000,
      openingsPerHour: 6,
      updateEveryMs: 60_000,
      alertFrom: 10,
    },
    guards: { silentMs: null, flatlineWindows: 0, range: {}, skewMs: null, scaleJump: false, drift: false },
    idleMs: 60_000,
    futureMs: 300_000,
    pastMs: Infinity,
  });
});

test.each([
  ['a window that leaves gaps', { window: { hop: 1025 } }, ['window.hop']],
  ['a vibration window that is no power of two', { window: { samples: 1000 } }, ['window.samples']],
  ['a gap as long as the window', { window: { maxGapSamples: 1024 } }, ['window.maxGapSamples']],
  ['more raises than windows looked at', { decision: { raiseCount: 6 } }, ['decision.raiseCount']],
  ['a channel twice', { channels: ['x', 'x'] }, ['channels']],
  ['no channels', { channels: [] }, ['channels']],
  ['a rate of zero', { rateHz: 0 }, ['rateHz']],
  ['a rate that is no number', { rateHz: Number.NaN }, ['rateHz']],
  ['a rate without end', { rateHz: Infinity }, ['rateHz']],
  ['idle between two samples', { rateHz: 0.5, idleMs: 3000 }, ['idleMs']],
  ['a coverage of nothing', { window: { minCoverage: 0 } }, ['window.minCoverage']],
  ['windows that teach and are discarded', { window: { teachCoverage: 0.5 } }, ['window.teachCoverage']],
  ['more to amend than is kept', { window: { amendMs: 100_000 } }, ['window.amendMs']],
  ['straight lines through vibration', { window: { jitter: 'linear' } }, ['window.jitter']],
  ['bounds of a channel that is not there', { guards: { range: { z: { min: 0, max: 1 } } } }, ['guards.range']],
  ['bounds the wrong way round', { guards: { range: { x: { min: 1, max: 0 } } } }, ['guards.range']],
  ['a drift of what stays as it is', { keepLearning: false, guards: { drift: true } }, ['guards.drift']],
  ['two budgets', { decision: { falseAlarmsPerDay: 1, falseAlarmRate: 0.01 } }, ['decision.falseAlarmsPerDay']],
  ['no false alarm at all', { decision: { falseAlarmsPerDay: 0 } }, ['decision.falseAlarmsPerDay']],
  ['alerts from later than a device may learn', { decision: { alertFrom: 11 } }, ['decision.alertFrom']],
  ['a false-alarm rate of one', { decision: { falseAlarmRate: 1 } }, ['decision.falseAlarmRate']],
  ['a learner that is not there', { learner: 'eb-mv' }, ['learner']],
  ['no class at all', { channels: undefined, rateHz: undefined }, ['channels', 'rateHz']],
])('%s', (_, input, expected) => {
  expect(mistakes(input)).toEqual(expected);
});

test('a slow window of any length; of a single sample without what needs more', () => {
  const single = { rateHz: 1, window: { samples: 1 } };
  expect(mistakes({ rateHz: 1, window: { samples: 37 } })).toEqual([]);
  expect(mistakes(single)).toEqual([]);
  expect(parseDeviceClass('pump', { ...right, ...single }).window).toMatchObject({ hop: 1, maxGapSamples: 0 });
  expect(mistakes({ rateHz: 1, window: { samples: 0 } })).toEqual(['window.samples']);
  expect(mistakes({ ...single, guards: { flatlineWindows: 3, scaleJump: true } })).toEqual([
    'guards.flatlineWindows',
    'guards.scaleJump',
  ]);
});

describe('context', () => {
  const slow = { channels: ['load', 'speed', 'x'], rateHz: 1 };
  const mistakeOf = (context: readonly string[], input: object = slow) => {
    try {
      return parseDeviceClass('pump', { ...input, context }).context;
    } catch (error) {
      return error instanceof ConfigError ? error.mistakes[0] : error;
    }
  };

  test('channels or features of a class', () => {
    expect(mistakeOf(['load', 'speed.mean'])).toEqual(['load', 'speed.mean']);
  });

  test('a name that is of no channel', () => {
    expect(mistakeOf(['load', 'sped'])).toMatchObject({
      path: 'classes.pump.context',
      value: '"sped"',
      expected: expect.stringContaining('load, speed, x'),
    });
  });

  test('a vibration channel has no level', () => {
    expect(mistakeOf(['x'], right)).toMatchObject({
      path: 'classes.pump.context',
      expected: expect.stringContaining('names of features'),
    });
    expect(mistakeOf(['x.rms (ln)'], right)).toEqual(['x.rms (ln)']);
  });
});

test('whatever is thrown at it, it answers with a class or with a list of mistakes', () => {
  fc.assert(
    fc.property(fc.anything(), (input) => {
      try {
        parseDeviceClass('any', input);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});
