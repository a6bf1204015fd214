// Late samples that change windows which have closed, and readers that take over in between.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reading, WindowPlan } from '@tocsin/schemas';
import { addReading, closeAll, createDeviceWindows, firstNeededOffset, sealWindows, type OnWindow } from './device-windows.ts';
import { pump as plainPump, reading } from './pump.fixture.ts';

const pump = (window: Partial<WindowPlan> = {}) => plainPump({ amendMs: 6000, ...window });

const from = (second: number, count: number) =>
  reading(
    second,
    Array.from({ length: count }, (_, i) => second + i),
  );

type Said = { at: number; endMs: number; revision: number; text: string };

/** Feeds readings from offset `first` on; what is said is text with every bit of it. */
function play(readings: readonly Reading[], deviceClass = pump(), first = 0) {
  const windows = createDeviceWindows('p1', deviceClass);
  const said: Said[] = [];
  let late = 0;
  const at =
    (offset: number): OnWindow =>
    ({ outcome, revision, window }) => {
      const { startMs, endMs, samples, coverage } = window;
      const text = `${startMs / 1000}-${endMs / 1000} r${revision} ${[...samples].join()} ${outcome} ${coverage}`;
      said.push({ at: offset, endMs, revision, text });
    };
  readings.slice(first).forEach((each, i) => {
    late += addReading(windows, each, first + i, at(first + i)).lateSamples;
  });
  return { said, late, windows, at };
}
const amended = (said: readonly Said[]) => said.filter(({ revision }) => revision > 0).map(({ at, text }) => `@${at} ${text}`);

describe('windows of 4 s every 2 s, lateness 1 s, to be amended for 6 s', () => {
  //  0 1 2 . 4 5 6 7 8   [3]      3 comes after 0-4 and 2-6 have closed with a bridge over it
  test('a late sample amends every window that it belongs to, once', () => {
    const { said, late } = play([from(0, 3), from(4, 5), reading(3, [33])]);
    expect(said.find(({ text }) => text.startsWith('0-4'))!.text).toBe('0-4 r0 0,1,2,2 interpolated 0.75');
    expect(amended(said)).toEqual(['@2 0-4 r1 0,1,2,33 complete 1', '@2 2-6 r1 2,33,4,5 complete 1']);
    expect(late).toBe(0);
  });

  test('revisions count the records that changed a window; one that is repeated changes nothing', () => {
    const { said } = play([from(0, 2), from(4, 4), reading(3, [3]), reading(3, [99]), from(2, 2), from(0, 4)]);
    expect(amended(said).filter((text) => text.includes(' 0-4 '))).toEqual([
      '@2 0-4 r1 0,1,2,3 interpolated 0.75',
      '@4 0-4 r2 0,1,2,3 complete 1',
    ]);
  });

  test('a window that nothing had come for is amended into being', () => {
    const { said } = play([from(0, 4), from(9, 2), from(4, 4)]);
    expect(said.some(({ at, text }) => at < 2 && text.startsWith('4-8'))).toBe(false);
    expect(amended(said)).toContain('@2 4-8 r1 4,5,6,7 complete 1');
  });

  //  0 .. 3 | 10 ... 20     the watermark is 20 - 1 - 6: nothing that ends by 13 changes any more
  test('beyond that time what is late stays late', () => {
    const { said, late } = play([from(0, 3), from(10, 10), reading(3, [3])]);
    expect(amended(said)).toEqual([]);
    expect(late).toBe(1);
  });

  test('nothing is amended unless the class says so', () => {
    const { said, late, windows } = play([from(0, 3), from(4, 5), reading(3, [3])], pump({ amendMs: 0 }));
    expect(amended(said)).toEqual([]);
    expect(late).toBe(1);
    expect(windows.amendable).toEqual([]);
  });

  test('the records of what may be amended are held, until it is sealed', () => {
    const { windows, at, said } = play([from(0, 3), from(3, 3), from(6, 3)]);
    expect(firstNeededOffset(windows)).toBe(0);
    // Closes 8-12 as well: the watermark is 12, and what ends by 6 is out of reach.
    closeAll(windows, at(3));
    expect(firstNeededOffset(windows)).toBe(1);
    sealWindows(windows, 12_000);
    expect(firstNeededOffset(windows)).toBe(Infinity);
    addReading(windows, reading(9, [9]), 4, at(4));
    expect(amended(said)).toEqual([]);
    expect(said.some(({ at: offset }) => offset === 4)).toBe(false);
  });

  test('a frontier that was read seals what lies before it, and opens and closes its windows as ever', () => {
    const { windows, at, said } = play([]);
    sealWindows(windows, 6000);
    addReading(windows, from(0, 3), 0, at(0));
    addReading(windows, from(4, 6), 1, at(1));
    addReading(windows, reading(3, [3]), 2, at(2));
    expect(said.map(({ text }) => text.split(' ')[0])).toEqual(['-2-2', '0-4', '2-6', '4-8']);
  });
});

/** A device that goes on, with much that is late by anything, some of it twice. */
const logs = fc
  .array(
    fc.record({
      count: fc.integer({ min: 1, max: 5 }),
      behind: fc.constantFrom(0, 0, 0, 1, 2, 4, 6, 9, 14),
      gap: fc.constantFrom(0, 0, 0, 1, 3),
    }),
    {
      minLength: 10,
      maxLength: 40,
    },
  )
  .map((parts) => {
    let second = 1000;
    return parts.map(({ count, behind, gap }, i) => {
      const start = second - behind + gap;
      second = Math.max(second, start + count);
      return reading(
        start,
        Array.from({ length: count }, (_, k) => 100 * i + k),
      );
    });
  });

test('property: whoever resumes at the commit amends the same windows, at the same records, to the same revisions', () => {
  let compared = 0;
  fc.assert(
    fc.property(
      logs,
      fc.nat(),
      fc.constantFrom(0, 1000, 3000),
      fc.constantFrom(2000, 6000, 20_000),
      (readings, cut, latenessMs, amendMs) => {
        const deviceClass = pump({ latenessMs, amendMs, hop: 1 + (cut % 4) });
        const at = cut % readings.length;
        const before = play(readings.slice(0, at), deviceClass);
        const resumeAt = Math.min(firstNeededOffset(before.windows), before.windows.headOffset, at);
        const frontierMs = Math.max(-Infinity, ...before.said.map(({ endMs }) => endMs));
        const isNews = (each: Said) => each.at >= at && (each.revision > 0 || each.endMs > frontierMs);
        const whole = play(readings, deviceClass).said.filter(isNews);
        expect(play(readings, deviceClass, resumeAt).said.filter(isNews)).toEqual(whole);
        if (resumeAt > 0) compared += amended(whole).length;
      },
    ),
    { seed: 4, numRuns: 1500 },
  );
  expect(compared).toBeGreaterThan(500);
});

test('property: what is late by less than the time to amend comes to the windows of a log in order', () => {
  fc.assert(
    fc.property(logs, (readings) => {
      const deviceClass = pump({ latenessMs: 0, amendMs: 20_000 });
      const newest = (played: ReturnType<typeof play>) => {
        closeAll(played.windows, played.at(readings.length));
        const texts = new Map(played.said.map(({ text }) => [text.split(' ')[0], text.replace(/ r\d+/, '')]));
        return new Map(texts);
      };
      // Every sample once, the first that came.
      const seen = new Map<number, number>();
      for (const { startMs, samples } of readings)
        samples.forEach((value, i) => seen.set(startMs / 1000 + i, seen.get(startMs / 1000 + i) ?? value));
      const ordered = [...seen].sort(([a], [b]) => a - b).map(([second, value]) => reading(second, [value]));
      expect(newest(play(readings, deviceClass))).toEqual(newest(play(ordered, deviceClass)));
    }),
    { seed: 6, numRuns: 300 },
  );
});
