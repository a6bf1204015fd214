import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reading } from '@tocsin/schemas';
import type { ClosedWindow } from './cut-window.ts';
import { addReading, closeAll, createDeviceWindows, firstNeededOffset } from './device-windows.ts';
import { pump, reading } from './pump.fixture.ts';

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

// windows   [---8---)[---8---) ...   every `hop`
// frames    |-|-----------------|--|---|         in their order, some longer than windows
test('property: frames that straddle windows, or are longer, give the windows of single samples, bit for bit', () => {
  const total = 96;
  const values = fc.float32Array({ minLength: total, maxLength: total, noNaN: true, noDefaultInfinity: true });
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: total - 1 }), { maxLength: 12 });
  const missing = fc.uniqueArray(fc.integer({ min: 0, max: total - 1 }), { maxLength: 6 });
  fc.assert(
    fc.property(values, cuts, missing, fc.integer({ min: 1, max: 8 }), fc.integer({ min: 0, max: 5 }), (...drawn) => {
      const [samples, unsorted, gaps, hop, latenessS] = drawn;
      const plan = pump({ samples: 8, hop, latenessMs: latenessS * 1000 });
      const isThere = (i: number) => !gaps.includes(i);
      const startOf = (i: number) => [...gaps, ...gaps.map((gap) => gap + 1), ...unsorted].includes(i) || i === 0;
      const starts = Array.from(samples.keys()).filter((i) => startOf(i) && isThere(i));
      const endOf = (start: number) => Array.from(samples.keys()).find((i) => i > start && (startOf(i) || !isThere(i))) ?? total;
      const frames = starts.map((start) => reading(start, [...samples.subarray(start, endOf(start))]));
      const singles = Array.from(samples.keys()).filter(isThere);
      const contents = (readings: Reading[]) => play(readings, plan, true).closed.map((line) => line.replace(/@\S+/, ''));
      expect(contents(frames)).toEqual(contents(singles.map((i) => reading(i, [samples[i]]))));
    }),
    { seed: 8, numRuns: 300 },
  );
});

describe('single samples whose times are a little off, windows of 4 s without overlap', () => {
  const plan = (jitter: 'nearest' | 'linear', maxGapSamples = 1, samples = 4) =>
    pump({ samples, hop: samples, latenessMs: 0, maxGapSamples, jitter });
  /** A sample every second, off by so much, of a line that rises by ten a second. */
  const line = (...seconds: number[]) => seconds.map((second) => reading(second, [10 * second]));

  // second   0    1    2    3    4     each nearer to its own place than to any other
  // taken    .1   .6   2.4  3    4
  test('within half a period each falls on its own place', () => {
    expect(play(line(0.1, 0.6, 2.4, 3, 4), plan('nearest')).closed[0]).toBe('0-4@3 1,6,24,30');
  });

  // second   0    1    2    3    4     1.6 falls on place 2 and is first there; nothing falls on place 1
  // taken    0    1.6  2    3    4
  test('beyond it a place has two and its neighbour none: the first stays, the gap is bridged', () => {
    const { closed, repeated } = play(line(0, 1.6, 2, 3, 4), plan('nearest'));
    expect(closed[0]).toBe('0-4@3 0,8,16,30 interpolated');
    expect(repeated).toBe(1);
    expect(play(line(0, 1.6, 2, 3, 4), plan('nearest', 0)).closed[0]).toMatch(/gappy$/);
  });

  test('linear: values on the grid, from the times at which the samples were taken', () => {
    const values = (...seconds: number[]) => play(line(...seconds), plan('linear')).closed[0].split(' ')[1];
    expect(values(0, 0.75, 2.25, 3, 4)).toBe('0,10,20,30');
    expect(values(0, 1.75, 2, 3, 4)).toBe('0,10,20,30');
  });

  test('property: linear keeps a straight line whatever the times, away from the first and the last sample', () => {
    const offsets = fc.array(fc.integer({ min: -31, max: 31 }), { minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(offsets, fc.uniqueArray(fc.integer({ min: 1, max: 14 }), { maxLength: 3 }), (off, gaps) => {
        const seconds = off.map((sixtyFourths, i) => i + sixtyFourths / 64).filter((_, i) => !gaps.includes(i));
        const { closed } = play(line(...seconds), plan('linear', 3, 16), true);
        const values = closed[0].split(' ')[1].split(',').map(Number);
        values.slice(1, 15).forEach((value, i) => expect(value).toBeCloseTo(10 * (i + 1), 3));
      }),
      { seed: 9, numRuns: 200 },
    );
  });
});
