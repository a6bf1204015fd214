// Readings of other rates in the windows of one device: rates that change, and readers that take over in the middle.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reading } from '@tocsin/schemas';
import { addReading, closeAll, createDeviceWindows, firstNeededOffset, type DeviceWindows } from './device-windows.ts';
import { pump as pumpOf } from './pump.fixture.ts';

const pump = pumpOf({ samples: 64, hop: 32, latenessMs: 200, maxGapSamples: 4 }, 100);
const reading = (startMs: number, rateHz: number, count: number, valueAt: (ms: number) => number): Reading => {
  const samples = Float32Array.from({ length: count }, (_, i) => valueAt(startMs + (i * 1000) / rateHz));
  return { deviceId: 'p', deviceClass: 'pump', startMs, rateHz, channels: ['x'], samples };
};
const wave = (ms: number) => Math.sin(ms / 60) + 0.5 * Math.cos(ms / 17);

/** What closes, as text with every bit of it, by the offset at which it closed. */
function feed(windows: DeviceWindows, readings: readonly Reading[], from = 0): { at: number; endMs: number; text: string }[] {
  const closed: { at: number; endMs: number; text: string }[] = [];
  const at = (offset: number) => (of: Parameters<Parameters<typeof closeAll>[1]>[0]) => {
    const { startMs, endMs, coverage, samples } = of.window;
    closed.push({ at: offset, endMs, text: `${startMs} ${coverage} ${of.outcome} ${[...samples].join()}` });
  };
  readings.slice(from).forEach((each, i) => addReading(windows, each, from + i, at(from + i)));
  closeAll(windows, at(readings.length));
  return closed;
}

//   0 s          4 s            8 s           12 s
//   | 100 Hz, 10 | 250 Hz, 100  | 40 Hz, 8    |       samples a reading: the windows go on through both changes
test('a rate that changes in the middle: windows go on, full, and follow the signal', () => {
  const stretch = (fromS: number, rateHz: number, count: number) =>
    Array.from({ length: (4 * rateHz) / count }, (_, i) =>
      reading(fromS * 1000 + (i * count * 1000) / rateHz, rateHz, count, wave),
    );
  const readings = [...stretch(0, 100, 10), ...stretch(4, 250, 100), ...stretch(8, 40, 8)];
  const windows = createDeviceWindows('p', pump);
  const outcomes: string[] = [];
  let [error, count] = [0, 0];
  readings.forEach((each, offset) =>
    addReading(windows, each, offset, ({ outcome, window }) => {
      outcomes.push(outcome);
      if (outcome !== 'complete') return;
      window.samples.forEach((value, i) => {
        const ms = window.startMs + i * 10;
        const isSeam = [0, 4000, 8000].some((seam) => Math.abs(ms - seam) < 500);
        if (isSeam) return;
        error = Math.max(error, Math.abs(value - wave(ms)));
        count += 1;
      });
    }),
  );
  expect(outcomes.filter((outcome) => outcome === 'complete').length).toBeGreaterThan(30);
  expect(outcomes.slice(1)).not.toContain('gappy');
  expect(count).toBeGreaterThan(1000);
  expect(error).toBeLessThan(0.01);
});

test('the end of a reading waits for the next one, and keeps its record; silence gives it out', () => {
  const windows = createDeviceWindows('p', pump);
  addReading(windows, reading(0, 250, 500, wave), 7, () => undefined);
  expect(firstNeededOffset(windows)).toBe(7);
  const ends: number[] = [];
  closeAll(windows, ({ window }) => ends.push(window.endMs));
  // The reading ends at 2000 ms, within the window from 1920 ms on.
  expect(ends.at(-1)).toBe(2560);
  expect(firstNeededOffset(windows)).toBe(Infinity);
});

/** A device that sends at changing rates, with gaps, twice, out of order and with times a little off. */
const logs = fc
  .array(
    fc.record({
      rateHz: fc.constantFrom(100, 100, 250, 400, 40),
      count: fc.integer({ min: 1, max: 60 }),
      gapMs: fc.constantFrom(0, 0, 0, 0, 0, 1.3, 30, 170, 700, -20, -150),
      again: fc.constantFrom(0, 0, 0, 0, 1, 2),
    }),
    { minLength: 12, maxLength: 40 },
  )
  .map((parts) => {
    const readings: Reading[] = [];
    let ms = 1_000_000;
    parts.forEach(({ rateHz, count, gapMs, again }, i) => {
      if (again > 0 && readings.length > again) readings.push(readings[readings.length - again]);
      ms += gapMs;
      readings.push(reading(ms, rateHz, count, (at) => wave(at) + i / 100));
      ms += (count * 1000) / rateHz;
    });
    return readings;
  });

// The commit lies at the first record that anything open needs, and at or before the one that moved the watermark last.
test('property: whoever resumes at the commit cuts the same windows at the same places, bit for bit', () => {
  let compared = 0;
  fc.assert(
    fc.property(logs, fc.nat(), (readings, cut) => {
      const at = cut % readings.length;
      const first = createDeviceWindows('p', pump);
      const noted = new Map<number, number>();
      for (const [offset, each] of readings.slice(0, at).entries())
        addReading(first, each, offset, ({ window }) => noted.set(window.startMs, window.endMs));
      const resumeAt = Math.min(firstNeededOffset(first), first.headOffset, at);
      const frontierMs = Math.max(-Infinity, ...noted.values());
      const isNews = (closed: { at: number; endMs: number }) => closed.at >= at && closed.endMs > frontierMs;
      const whole = feed(createDeviceWindows('p', pump), readings).filter(isNews);
      const resumed = feed(createDeviceWindows('p', pump), readings, resumeAt).filter(isNews);
      expect(resumed).toEqual(whole);
      if (resumeAt > 0) compared += whole.length;
    }),
    { seed: 5, numRuns: 200 },
  );
  expect(compared).toBeGreaterThan(1000);
});
