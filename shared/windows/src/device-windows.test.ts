import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeviceClass, Reading, WindowPlan } from '@tocsin/schemas';
import { addReading, closeAll, createDeviceWindows, firstNeededOffset, type ClosedWindow } from './device-windows.ts';

const pump = (window: Partial<WindowPlan> = {}): DeviceClass => ({
  name: 'pump',
  channels: ['x'],
  rateHz: 1,
  window: { samples: 4, hop: 2, latenessMs: 1000, maxGapSamples: 1, minCoverage: 0.75, ...window },
  features: { kind: 'slow', bands: 24, wavelet: false, envelope: false },
  context: [],
  learner: 'auto',
  supportWindows: 3,
  keepLearning: true,
  decision: { falseAlarmsPerDay: 1, falseAlarmRate: null, raiseCount: 1, raiseOf: 1, clearCount: 1, alertFrom: 3 },
  guards: { silentMs: null, flatlineWindows: 0, range: {}, skewMs: null, scaleJump: false },
  idleMs: 60_000,
  futureMs: 60_000,
  pastMs: Infinity,
});

const reading = (second: number, values: number[], channels = ['x']): Reading => ({
  deviceId: 'p1',
  deviceClass: 'pump',
  startMs: second * 1000,
  rateHz: 1,
  channels,
  samples: Float32Array.from(values),
});

/** Feeds readings at offsets 0, 1, ... and writes down what closed at which offset, as `start-end@offset values`. */
function play(readings: Reading[], deviceClass = pump(), flush = false) {
  const windows = createDeviceWindows('p1', deviceClass);
  const closed: string[] = [];
  let late = 0;
  let repeated = 0;
  const note = (offset: number | string) => (result: ClosedWindow) => {
    const { window, outcome } = result;
    const mark = outcome === 'complete' ? '' : ` ${outcome}`;
    closed.push(`${window.startMs / 1000}-${window.endMs / 1000}@${offset} ${[...window.samples].join(',')}${mark}`);
  };
  readings.forEach((each, offset) => {
    const result = addReading(windows, each, offset, note(offset));
    late += result.lateSamples;
    repeated += result.repeatedSamples;
  });
  if (flush) closeAll(windows, note('flush'));
  return { closed, late, repeated, windows };
}

describe('hopping windows of 4 s every 2 s, lateness 1 s', () => {
  // offset    0       1       2
  // second  0 1 2   3 4 5   6 7
  //         [-----------)                 0-4 closes when the watermark (end of the newest sample - 1 s) reaches 4: with second 4
  //             [-------------)           2-6 closes with second 6
  test('a window closes when the watermark passes its end, once', () => {
    const { closed } = play([reading(0, [0, 1, 2]), reading(3, [3, 4, 5]), reading(6, [6, 7])]);
    expect(closed.slice(1)).toEqual(['0-4@1 0,1,2,3', '2-6@2 2,3,4,5']);
  });

  // The device was not there before second 0, so the window that starts at -2 is half empty.
  test('the window before the first sample is gappy, not scored', () => {
    expect(play([reading(0, [0, 1, 2, 3, 4])]).closed[0]).toMatch(/^-2-2@0 .* gappy$/);
  });

  // order of arrival: 0 1 3 [2] 4 5 : second 2 comes after second 3 but before the watermark passed 4
  test('samples out of order within the lateness are put in their place', () => {
    const { closed, late } = play([reading(0, [0, 1]), reading(3, [3]), reading(2, [2]), reading(4, [4, 5])]);
    expect(closed).toContain('0-4@3 0,1,2,3');
    expect(late).toBe(0);
  });

  // order of arrival: 0 1 2 3 4 5 6 7 [0]: every window that could hold second 0 is closed
  test('samples beyond the lateness are counted and change nothing', () => {
    const before = play([reading(0, [0, 1, 2, 3, 4, 5, 6, 7])]).closed;
    const after = play([reading(0, [0, 1, 2, 3, 4, 5, 6, 7]), reading(0, [99])]);
    expect(after.closed).toEqual(before);
    expect(after.late).toBe(1);
  });

  test('a redelivered reading changes nothing and is counted', () => {
    const { closed, repeated } = play([reading(0, [0, 1, 2]), reading(0, [9, 9, 9]), reading(3, [3, 4])]);
    expect(closed).toContain('0-4@2 0,1,2,3');
    expect(repeated).toBe(3);
  });

  // second  0 1 . 3 4 : one missing sample is bridged
  test('a short gap is interpolated and said', () => {
    expect(play([reading(0, [0, 1]), reading(3, [3, 4])]).closed).toContain('0-4@1 0,1,2,3 interpolated');
  });

  test('a long gap makes the window gappy, and windows without any sample never open', () => {
    const { closed } = play([reading(0, [0, 1, 2, 3, 4, 5]), reading(1000, [0, 1, 2, 3, 4])]);
    expect(closed.filter((line) => line.endsWith('gappy'))).toHaveLength(3); // -2-2, 4-8, 998-1002
    expect(
      closed.every((line) => Number(line.split('-')[0]) < 6 || Number(line.split('-')[0]) >= 998 || line.startsWith('-')),
    ).toBe(true);
  });

  test('closing a silent device flushes what is open and later samples are late', () => {
    const { closed, windows } = play([reading(0, [0, 1, 2, 3])], pump(), true);
    expect(closed).toContain('0-4@flush 0,1,2,3');
    expect(firstNeededOffset(windows)).toBe(Infinity);
    expect(addReading(windows, reading(4, [4]), 9, () => undefined).lateSamples).toBe(1);
  });

  test('the hold-back offset is the first record of the oldest open window', () => {
    const { windows } = play([reading(0, [0, 1]), reading(2, [2, 3])]);
    expect(windows.open.map((open) => [open.start, open.firstOffset])).toEqual([
      [0, 0],
      [2, 1],
    ]);
    expect(firstNeededOffset(windows)).toBe(0);
  });
});

test('channels come out channel-major', () => {
  const twin = { ...pump({ samples: 2, hop: 2, latenessMs: 0 }), channels: ['x', 'y'] };
  expect(play([reading(0, [1, -1, 2, -2], ['x', 'y'])], twin).closed).toEqual(['0-2@0 1,2,-1,-2']);
});

test('a rate with fractional windows keeps its grid for years', () => {
  const fast = { ...pump({ samples: 1024, hop: 512, latenessMs: 0 }), rateHz: 4300 };
  const windows = createDeviceWindows('g', fast);
  const starts: number[] = [];
  const origin = Math.ceil(1.77e12 / ((512 * 1000) / 4300)) * ((512 * 1000) / 4300);
  for (let i = 0; i < 40; i++) {
    const frame = {
      ...reading(0, []),
      startMs: origin + (i * 1000 * 1000) / 4300,
      rateHz: 4300,
      samples: new Float32Array(1000),
    };
    addReading(windows, frame, i, ({ outcome, window }) => outcome === 'complete' && starts.push(window.startMs));
  }
  expect(starts.length).toBe(Math.floor((40_000 - 1024) / 512) + 1);
  expect(starts.every((start, i) => i === 0 || Math.abs(start - starts[i - 1] - (512 * 1000) / 4300) < 1e-3)).toBe(true);
});

// However the same stretch of samples is cut into readings, and in whatever order within the lateness, the windows are the same.
test('property: windows do not depend on how the samples were framed or ordered within the lateness', () => {
  const total = 64;
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: total - 1 }), { maxLength: 20 });
  fc.assert(
    fc.property(cuts, fc.integer({ min: 1, max: 8 }), fc.boolean(), (unsorted, hop, swap) => {
      const plan = pump({ samples: 8, hop, latenessMs: 64_000 });
      const bounds = [0, ...unsorted.sort((a, b) => a - b), total];
      const frames = bounds.slice(1).map((end, i) => {
        const start = bounds[i];
        return reading(
          start,
          Array.from({ length: end - start }, (_, j) => start + j),
        );
      });
      if (swap) frames.reverse();
      const whole = play(
        [
          reading(
            0,
            Array.from({ length: total }, (_, j) => j),
          ),
        ],
        plan,
        true,
      ).closed;
      const framed = play(frames, plan, true).closed;
      const contents = (lines: string[]) => lines.map((line) => line.replace(/@\S+/, ''));
      expect(contents(framed)).toEqual(contents(whole));
    }),
    { seed: 7, numRuns: 200 },
  );
});
