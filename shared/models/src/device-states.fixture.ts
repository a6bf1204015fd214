// Device states for tests of their codec.
import * as fc from 'fast-check';
import { guardKinds, verdicts, type DeviceState, type Moments } from '@tocsin/schemas';
import { bfloat16 } from './byte-cursor.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const count = fc.nat();
const byteOf = (min: number) => fc.integer({ min, max: 255 });
/** Left out where there is nothing to say. */
const comings = fc.record({ openings: byteOf(2), swings: byteOf(1) }, { requiredKeys: [] });
const hour = fc.nat(0xffffffff);
const pace = fc.record({
  hour,
  openings: byteOf(0),
  isHeld: fc.boolean(),
  saidMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
  saidLevel: byteOf(0),
  saidDoublings: byteOf(0),
});
/** One that is open, one that closed lately, or none. */
const oneOf = <T extends object>(incident: fc.Arbitrary<T>) =>
  fc.oneof(fc.record({ open: incident }), fc.record({ open: fc.constant(null), closed: incident }), fc.constant({ open: null }));
const open = fc.record({
  alertId: fc.string({ unit: 'grapheme' }),
  revision: count,
  startMs: finite,
  endMs: finite,
  windows: count,
  score: finite,
  threshold: finite,
  pValue: finite,
  severity: fc.constantFrom('warning' as const, 'critical' as const),
});
const incident = fc
  .tuple(
    fc.record({ recent: fc.nat(0xffffffff), calm: count }),
    oneOf(fc.tuple(open, comings).map(([told, more]) => ({ ...told, ...more }))),
    fc.record({ pace }, { requiredKeys: [] }),
  )
  .map(([counts, told, paced]) => ({ ...counts, ...told, ...paced }));
const key = fc.oneof(
  fc.constant(''),
  fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }).map((bits) => bits.toString(16).padStart(16, '0')),
);
const labelsOf = (d: number) =>
  fc.record({
    windows: fc.array(
      fc.record({
        windowKey: key,
        alertKey: key,
        standing: fc.constantFrom('suspect' as const, 'normal' as const, 'anomaly' as const),
        weight: finite,
        learnedAt: count,
        features: fc.float32Array({ minLength: d, maxLength: d, noNaN: true, noDefaultInfinity: true }),
      }),
      { maxLength: 9 },
    ),
    verdicts: fc.array(fc.record({ subjectKey: key, labelKey: key, atMs: finite, verdict: fc.constantFrom(...verdicts) }), {
      maxLength: 12,
    }),
    settledMs: fc.oneof(finite, fc.constant(-Infinity)),
    maintenance: fc.option(fc.record({ sinceMs: finite, untilMs: finite })),
    relearning: fc.nat(255),
    reservoirKeys: fc.array(key),
  });
const byte = fc.nat(255);
const guardIncident = fc.record({
  revision: count,
  startMs: finite,
  endMs: finite,
  windows: count,
  value: finite,
  bound: finite,
  channel: byte,
});
const life = fc
  .tuple(
    fc.record({ over: byte, calm: byte, isDismissed: fc.boolean() }),
    oneOf(fc.tuple(guardIncident, comings).map(([told, more]) => ({ ...told, ...more }))),
    fc.record({ isHeld: fc.constant(true), pace: fc.record({ hour, openings: byte }) }, { requiredKeys: [] }),
  )
  .map(([counts, told, paced]) => ({ ...counts, ...told, ...paced }));
const guards = fc.record({
  lives: fc.dictionary(fc.constantFrom(...guardKinds), life),
  levels: fc.float32Array({ maxLength: 8, noNaN: true, noDefaultInfinity: true }),
  levelWindows: count,
});
const positive = fc.double({ min: 0, max: 1e300, noNaN: true });
const teachingOf = (d: number) => {
  const row = (min?: number) =>
    fc.float32Array({ minLength: d, maxLength: d, noNaN: true, noDefaultInfinity: true, ...(min === undefined ? {} : { min }) });
  const moments = { count: positive, mean: row(), scatter: row(0) };
  return fc.record({
    block: fc.option(fc.record(moments)),
    confirmed: byte,
    over: byte,
    before: fc.option(fc.record({ ...moments, learned: count })),
    reference: fc.option(fc.record({ sinceMs: finite, mean: row(), deviation: row(0).map((values) => values.map(bfloat16)) })),
  });
};
/** Every state that can be stored, but for what was amended. */
export const states: fc.Arbitrary<DeviceState> = fc.integer({ min: 0, max: 6 }).chain((d) =>
  fc.record({
    deviceId: fc.string({ unit: 'grapheme' }),
    deviceClass: fc.string(),
    specHash: fc.string(),
    frontierMs: fc.oneof(fc.double({ min: -8e15, max: 8e15, noNaN: true }), fc.constant(-Infinity)),
    revision: count,
    labels: labelsOf(d),
    guards,
    teaching: teachingOf(d),
    support: fc.record({
      count: positive,
      learned: count,
      sum: fc.float64Array({ minLength: d, maxLength: d, noNaN: true, noDefaultInfinity: true }),
      sumSquares: fc.float64Array({ minLength: d, maxLength: d, noNaN: true, noDefaultInfinity: true }),
      reservoir: fc
        .nat(d === 0 ? 0 : 5)
        .chain((rows) => fc.float32Array({ minLength: rows * d, maxLength: rows * d, noNaN: true, noDefaultInfinity: true })),
    }),
    scored: count,
    modelVersion: count,
    scoreMedian: finite,
    scoreExcess: positive,
    incident,
  }),
);

/** One with everything open and said, and as much of it as there can be. */
export const sample: DeviceState = {
  deviceId: 'plant-7/pump-0123',
  deviceClass: 'pump',
  specHash: 'a'.repeat(32),
  frontierMs: 1_700_000_000_000,
  revision: 1,
  amendments: { at: 123_456, sealedMs: 1_700_000_000_000 },
  claim: { place: 'telemetry:0', fromOffset: 12, seenMs: 1_700_000_000_000, moves: 1 },
  changes: {
    overShare: 0.125,
    judged: 200,
    refused: 4,
    watched: { kind: 'bundle', windows: 3, over: 2, from: 2, scored: 9, scoreMedian: -0.4, scoreExcess: 0.5 },
  },
  support: {
    count: 16,
    learned: 16,
    sum: new Float64Array(59).fill(1.5),
    sumSquares: new Float64Array(59).fill(2.5),
    reservoir: new Float32Array(16 * 59).fill(0.25),
  },
  scored: 12,
  modelVersion: 3,
  scoreMedian: -0.3,
  scoreExcess: 0.4,
  incident: {
    recent: 0b1011,
    calm: 0,
    open: {
      alertId: 'b'.repeat(32),
      revision: 2,
      startMs: 1,
      endMs: 2,
      windows: 3,
      score: 4,
      threshold: 1,
      pValue: 1e-5,
      severity: 'critical',
      openings: 3,
      swings: 2,
    },
    pace: { hour: 472_222, openings: 4, isHeld: true, saidMs: 1, saidLevel: 4, saidDoublings: 1 },
  },
  labels: {
    windows: Array.from({ length: 9 }, (_, i) => ({
      windowKey: `000000000000000${i + 1}`,
      alertKey: '',
      standing: 'anomaly',
      weight: 0,
      learnedAt: 0,
      features: new Float32Array(59).fill(i),
    })),
    verdicts: Array.from({ length: 12 }, (_, i) => ({
      subjectKey: 'aaaaaaaaaaaaaaaa',
      labelKey: 'bbbbbbbbbbbbbbbb',
      atMs: i,
      verdict: 'real',
    })),
    settledMs: 1,
    maintenance: { sinceMs: 1, untilMs: 2 },
    relearning: 3,
    reservoirKeys: Array.from({ length: 16 }, () => 'cccccccccccccccc'),
  },
  guards: {
    lives: Object.fromEntries(
      guardKinds.map((guard) => {
        const told = { revision: 1, startMs: 1, endMs: 2, windows: 3, value: 4, bound: 5, channel: 0, openings: 2, swings: 1 };
        return [guard, { over: 3, calm: 0, isDismissed: false, open: told, pace: { hour: 472_222, openings: 2 } }];
      }),
    ),
    levels: Float32Array.of(0, 1),
    levelWindows: 10,
  },
  teaching: {
    block: momentsOf(20),
    confirmed: 7,
    over: 1,
    before: { ...momentsOf(200), learned: 900 },
    reference: { sinceMs: 5, mean: new Float32Array(59).fill(1), deviation: new Float32Array(59).fill(0.5) },
  },
};

/** Moments of so many windows of 59 features. */
export function momentsOf(windows: number): Moments {
  return { count: windows, mean: new Float32Array(59).fill(1), scatter: new Float32Array(59).fill(windows) };
}
