import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clockOffset,
  createDeviceClock,
  followClock,
  forgetClock,
  forgetUnsafe,
  leapBoundMs,
  safeOffset,
  type Arrival,
} from './device-clock.ts';
import { addReading, closeAll, createDeviceWindows, firstNeededOffset, type OnWindow } from './device-windows.ts';
import { pump as pumpOf } from './pump.fixture.ts';

const pump = pumpOf();
/** Windows that share no sample and close with their last one: nothing of them needs the log in between. */
const tumbling = pumpOf({ samples: 2, hop: 2, latenessMs: 0, minCoverage: 0.5 });
const boundMs = leapBoundMs(pump);

/** One sample taken at `second`, in a record of `logMs`. The value says which record it came from. */
type Sent = { second: number; value: number; logMs: number };

type Cut = { windows: Map<number, string>; refused: number[]; setBacks: number };

/** What a scorer holds of one device of one partition, without the scorer. */
function follow(cut: Cut, emitted: () => number, hasClock = true, deviceClass = pump) {
  const windows = createDeviceWindows('p', deviceClass);
  const clock = createDeviceClock<Sent>();
  const onWindowAt =
    (offset: number): OnWindow =>
    ({ outcome, window }) => {
      const text = `${outcome} ${[...window.samples].join(' ')}`;
      const before = cut.windows.get(window.startMs);
      if (offset < emitted() || outcome === 'gappy') return;
      if (before !== undefined && before !== text) throw new Error(`conflict at ${window.startMs}: ${before} and ${text}`);
      cut.windows.set(window.startMs, text);
    };
  const take = ({ item: { second, value }, offset }: Arrival<Sent>, at: number) => {
    const samples = Float32Array.of(value);
    const reading = { deviceId: 'p', deviceClass: 'pump', startMs: second * 1000, rateHz: 1, channels: ['x'], samples };
    addReading(windows, reading, offset, onWindowAt(at));
  };
  return {
    clock,
    needs: () => Math.min(firstNeededOffset(windows), clockOffset(clock)),
    add(sent: Sent, offset: number) {
      const arrival = {
        startMs: sent.second * 1000,
        endMs: sent.second * 1000 + 1000,
        logMs: sent.logMs,
        offset,
        item: sent,
      };
      if (!hasClock) return take(arrival, offset);
      const verdict = followClock(clock, arrival, boundMs);
      if (offset >= emitted()) cut.refused.push(...verdict.refused.map((each) => each.item.value));
      verdict.released.forEach((each) => take(each, offset));
      if (verdict.isTaken) take(arrival, offset);
      if (verdict.isSetBack) cut.setBacks += 1;
    },
    end(offset: number) {
      cut.refused.push(...forgetClock(clock).map((each) => each.item.value));
      closeAll(windows, onWindowAt(offset));
    },
  };
}

function play(log: readonly Sent[], hasClock = true, deviceClass = pump): Cut {
  const cut: Cut = { windows: new Map(), refused: [], setBacks: 0 };
  const device = follow(cut, () => 0, hasClock, deviceClass);
  log.forEach(device.add);
  device.end(log.length);
  return cut;
}

/** `log` by second; at replay speed a record is a millisecond of log time, live it is a second. */
function steadily(seconds: readonly number[], isLive = true): Sent[] {
  return seconds.map((second, i) => ({ second, value: second, logMs: isLive ? second * 1000 + 1000 : 1e9 + i }));
}
const seconds = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);
const leap = (second: number, logMs: number): Sent => ({ second, value: -second, logMs });

describe('a clock that leaps', () => {
  //   second  0 1 2 3 4  [500]  5 6 7 8 ...     one reading of another time, at replay speed
  test('one reading ahead is refused as soon as the device goes on, and nothing else is late', () => {
    const log = steadily(seconds(0, 20), false);
    const cut = play([...log.slice(0, 5), leap(500, 1e9 + 4), ...log.slice(5)]);
    expect(cut.refused).toEqual([-500]);
    expect(cut.windows).toEqual(play(log, false).windows);
    expect(play([...log.slice(0, 5), leap(500, 1e9 + 4), ...log.slice(5)], false).windows.size).toBeLessThan(3);
  });

  //   second  0 1 2 3 4  500 501 502 503        two of them wait, the third says that this is where the device is
  test('a gap of a recording is believed at its third reading, and nothing of it is lost', () => {
    const log = steadily([...seconds(0, 5), ...seconds(500, 10)], false);
    const device = follow({ windows: new Map(), refused: [], setBacks: 0 }, () => 0);
    log.slice(0, 7).forEach(device.add);
    expect(device.clock).toMatchObject({ headMs: 5000, held: [{ offset: 5 }, { offset: 6 }] });
    device.add(log[7], 7);
    expect(device.clock).toMatchObject({ headMs: 503_000, held: [], steady: [5, 6, 7] });
    expect(play(log)).toMatchObject({ refused: [], windows: play(log, false).windows });
  });

  test('a redelivered reading says nothing about those that wait', () => {
    const log = steadily([...seconds(0, 5), 500, 4, 501, 3, 502, 503], false);
    expect(play(log)).toMatchObject({ refused: [], windows: play(log, false).windows });
  });

  //   offset 0 1 2 3 4 5 6     second 9 comes first: only who reads it knows how far the device was
  test('whoever resumes must meet the newest reading and the last three that went on', () => {
    const device = follow({ windows: new Map(), refused: [], setBacks: 0 }, () => 0);
    steadily([0, 1, 9, 2, 3, 4, 5], false).forEach(device.add);
    expect(clockOffset(device.clock)).toBe(2);
    steadily([10, 11, 12], false).forEach((sent, i) => device.add(sent, 7 + i));
    expect(clockOffset(device.clock)).toBe(7);
  });

  //   second  0 9 1 2 3 19    the last goes on from 9, and leaps for whoever resumed behind 9
  test('what is steady goes on from what is steady, not from the newest reading', () => {
    const device = follow({ windows: new Map(), refused: [], setBacks: 0 }, () => 0);
    steadily([0, 9, 1, 2, 3, 19], false).forEach(device.add);
    expect(device.clock).toMatchObject({ headMs: 20_000, steady: [5] });
  });

  //   offset  0   1 2 3 4  5        for whoever resumed at 1 to 4 the last one leaps; from 0, or 5, it goes on
  //   second  500 1 2 3 4  1000
  test.each([
    ['one that is not known yet', [500, 1, 2, 3, 4, 1000], 0],
    ['one that is', [500, 501, 502, 493, 494, 495, 512], 2],
  ])('nobody resumes among readings far behind a clock: %s', (_, log, head) => {
    const device = follow({ windows: new Map(), refused: [], setBacks: 0 }, () => 0);
    steadily(log, false).forEach(device.add);
    const newest = log.length - 1;
    expect(clockOffset(device.clock)).toBe(newest);
    const resumed = [head, head + 1, newest - 1, newest].map((offset) => safeOffset(device.clock, offset));
    expect(resumed).toEqual([head, head, head, newest]);
  });

  test('a device that was silent for as long in log time goes on at once', () => {
    const device = follow({ windows: new Map(), refused: [], setBacks: 0 }, () => 0);
    steadily([...seconds(0, 5), 500]).forEach(device.add);
    expect(device.clock).toMatchObject({ headMs: 501_000, held: [] });
  });

  test('a backlog that has come to the present, by the time of its records, goes on at once', () => {
    const device = follow({ windows: new Map(), refused: [], setBacks: 0 }, () => 0);
    steadily(seconds(0, 5), false).forEach(device.add);
    device.add({ second: 1e6, value: 0, logMs: 1e9 + 5 }, 5);
    expect(device.clock).toMatchObject({ headMs: 1e9 + 1000, held: [] });
  });

  test('readings that are apart from each other are taken as they come: there is no clock to know', () => {
    const log = steadily([0, 100, 200, 300, 400, 500], false);
    expect(play(log)).toMatchObject({ refused: [], windows: play(log, false).windows });
  });

  test('what still waits when the device falls silent is refused', () => {
    const log = [...steadily(seconds(0, 5), false), leap(500, 1e9 + 5), leap(501, 1e9 + 6)];
    expect(play(log).refused).toEqual([-500, -501]);
  });

  test('a clock that was set back is said once', () => {
    const log = steadily([...seconds(5000, 10), ...seconds(1000, 60)]);
    expect(play(log).setBacks).toBe(1);
    expect(play(steadily([...seconds(5000, 10), ...seconds(1000, 9), ...seconds(5010, 3)])).setBacks).toBe(0);
  });
});

/** A log of a device that goes on, out of order within the lateness, with repetitions; and where leaps are put into it. */
const logs = fc
  .record({
    count: fc.integer({ min: 20, max: 60 }),
    isLive: fc.boolean(),
    gapAfter: fc.integer({ min: 0, max: 60 }),
    gap: fc.constantFrom(0, 0, 30, 4000),
    swaps: fc.array(fc.nat({ max: 58 }), { maxLength: 8 }),
    repeats: fc.array(fc.nat({ max: 59 }), { maxLength: 8 }),
    leaps: fc.array(
      fc.record({ at: fc.integer({ min: 1, max: 14 }), ahead: fc.integer({ min: 12, max: 86_400 }), both: fc.boolean() }),
      { maxLength: 4 },
    ),
  })
  .map(({ count, isLive, gapAfter, gap, swaps, repeats, leaps }) => {
    // A gap in log time, too: at replay speed it would be a leap that has to be confirmed.
    const times = seconds(1_000_000, count).map((second, i) => second + (isLive && i > gapAfter ? gap : 0));
    for (const at of swaps)
      if (at + 1 < count && times[at + 1] - times[at] === 1) [times[at], times[at + 1]] = [times[at + 1], times[at]];
    const plain: Sent[] = [];
    times.forEach((second, i) => {
      const logMs = isLive ? Math.max(plain.at(-1)?.logMs ?? 0, second * 1000 + 1000) : 5e9 + i;
      plain.push({ second, value: second, logMs });
      if (repeats.includes(i)) plain.push({ second, value: -1, logMs });
    });
    // Runs of one or two, with at least four records between them and before the first.
    const places = new Map(leaps.map((each) => [each.at * 4, each]));
    const leaping = plain.flatMap((sent, i) => {
      const here = places.get(i);
      if (here === undefined) return [sent];
      const first = leap(Math.max(...times.slice(0, i)) + here.ahead, plain[i - 1].logMs);
      const isApart = sent.logMs - plain[i - 1].logMs < 10_000;
      if (!isApart) return [sent];
      return here.both ? [first, { ...first, second: first.second + 1 }, sent] : [first, sent];
    });
    return { plain, leaping };
  });

test('property: with leaps anywhere the windows are those of the log without them', () => {
  fc.assert(
    fc.property(logs, ({ plain, leaping }) => {
      const cut = play(leaping);
      expect(cut.windows).toEqual(play(plain, false).windows);
      expect(cut.refused).toHaveLength(leaping.length - plain.length);
    }),
    { seed: 19, numRuns: 2000 },
  );
});

test('property: without leaps nothing is refused and nothing changes, whatever gaps there are', () => {
  fc.assert(
    fc.property(logs, ({ plain }) => {
      expect(play(plain)).toMatchObject({ refused: [], windows: play(plain, false).windows });
    }),
    { seed: 20, numRuns: 1000 },
  );
});

// Other devices hold the partition's commit back further, so that a reader may resume at any earlier place that is safe for this one.
test('property: restarts at any record, from any commit, lose nothing, change nothing and refuse only leaps', () => {
  const steps = fc.array(fc.record({ commits: fc.boolean(), dies: fc.boolean(), back: fc.integer({ min: 0, max: 12 }) }), {
    minLength: 10,
    maxLength: 60,
  });
  fc.assert(
    fc.property(logs, steps, fc.constantFrom(pump, tumbling), ({ plain, leaping }, plan, deviceClass) => {
      const cut: Cut = { windows: new Map(), refused: [], setBacks: 0 };
      let commit = { offset: 0, emitted: 0 };
      let emitted = 0;
      let device = follow(cut, () => emitted, true, deviceClass);
      const lives = [...plan];
      for (let next = 0; next < leaping.length;) {
        device.add(leaping[next], next);
        next += 1;
        emitted = Math.max(emitted, next);
        const { commits, dies, back } = lives.shift() ?? { commits: false, dies: false, back: 0 };
        if (commits && next >= emitted) {
          const wanted = Math.max(commit.offset, Math.min(next, device.needs()) - back);
          commit = { offset: safeOffset(device.clock, wanted), emitted };
          forgetUnsafe(device.clock, commit.offset);
        }
        if (!dies) continue;
        emitted = commit.emitted;
        next = commit.offset;
        device = follow(cut, () => emitted, true, deviceClass);
      }
      device.end(leaping.length);
      expect(cut.windows).toEqual(play(plain, false, deviceClass).windows);
      expect(new Set(cut.refused)).toEqual(new Set(play(leaping, true, deviceClass).refused));
    }),
    { seed: 21, numRuns: 3000 },
  );
});
