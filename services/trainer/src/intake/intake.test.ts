import { describe, expect, test } from 'vitest';
import { alertOf, labelOf, over, recordsOf, scored } from '../scored-windows.fixture.ts';
import { decodeRecords } from './decode-records.ts';
import { isHeld, noMarks, verdictOf, withAlert, withLabel, type DeviceMarks } from './operator-marks.ts';
import { whyRefused } from './why-refused.ts';

const layout = { specHash: 'spec', d: 1 };
/** Marks after alerts and labels, in this order. */
const said = (...items: readonly (ReturnType<typeof alertOf> | ReturnType<typeof labelOf>)[]): DeviceMarks =>
  items.reduce((marks, item) => ('labelId' in item ? withLabel(marks, item) : withAlert(marks, item)), noMarks);

describe('a window is refused', () => {
  test.each([
    ['under maintenance', 'unfit', scored(0, { flags: ['maintenance'] })],
    ['that a guard doubts', 'unfit', scored(0, { flags: ['guarded'] })],
    ['with too many holes', 'unfit', scored(0, { flags: ['gappy'], features: new Float32Array(0) })],
    ['of another layout', 'other_spec', scored(0, { specHash: 'other' })],
    ['that says it is of this layout and is not', 'other_spec', scored(0, { features: new Float32Array(2) })],
    ['with a feature that is NaN', 'not_finite', scored(0, { features: Float32Array.of(Number.NaN) })],
    ['with an infinite one', 'not_finite', scored(0, { features: Float32Array.of(Infinity) })],
  ] as const)('%s: %s', (_, reason, window) => {
    expect(whyRefused(window, layout)).toBe(reason);
  });

  test('and not because it is new or its threshold provisional', () => {
    expect(whyRefused(scored(0, { flags: ['provisional', 'cold', 'interpolated'] }), layout)).toBeNull();
  });
});

describe('what operators said', () => {
  test('of an alert holds for the windows inside it, whatever came first', () => {
    for (const marks of [said(alertOf(), labelOf()), said(labelOf(), alertOf())])
      expect([1, 2, 4, 5].map((at) => verdictOf(marks, scored(at)))).toEqual([null, 'real', 'real', null]);
  });

  test('real, of an alert that came and went, is no word on what was calm in it; that teaches nothing either', () => {
    const marks = said(alertOf({ windows: 3, openings: 2 }), labelOf());
    const overEvenly = [1, 2, 3, 4, 5].map((at) => ({ ...scored(at), isOver: at % 2 === 0 }));
    expect(overEvenly.map((window) => verdictOf(marks, window))).toEqual([null, 'real', null, 'real', null]);
    expect(overEvenly.map((window) => isHeld(marks, window))).toEqual([false, true, true, true, false]);
    expect(verdictOf(withLabel(marks, labelOf({ subjectId: 'w3' })), { ...scored(3), isOver: false })).toBe('real');
    expect(verdictOf(said(alertOf(), labelOf()), { ...scored(3), isOver: false })).toBe('real');
  });

  test('of the window itself, and what was said last, wins', () => {
    const marks = said(alertOf(), labelOf({ atMs: 5, verdict: 'false-alarm' }), labelOf({ atMs: 4, verdict: 'maintenance' }));
    expect(verdictOf(marks, scored(3))).toBe('false-alarm');
    expect(verdictOf(withLabel(marks, labelOf({ subjectId: 'w3', atMs: 1 })), scored(3))).toBe('real');
  });

  test('of a guard is about the sensor, not about how windows look', () => {
    for (const guard of ['flatline', 'drift'] as const)
      expect(verdictOf(said(alertOf({ guard }), labelOf()), scored(3))).toBeNull();
  });

  test('is bounded: the newest labels, the newest alerts, and longer those that were judged', () => {
    const many = Array.from({ length: 300 }, (_, at) => alertOf({ alertId: `a${at}` }));
    const marks = said(labelOf({ subjectId: 'a0' }), ...many);
    expect(marks.alerts.map(({ alertId }) => alertId)).toEqual(['a0', ...many.slice(-32).map(({ alertId }) => alertId)]);
    const labels = many.map(({ alertId }, atMs) => labelOf({ subjectId: alertId, atMs }));
    expect(said(...labels).labels).toHaveLength(256);
  });
});

describe('an alert keeps from teaching', () => {
  //          0  1  2  3  4  5  6
  // alert          [---------
  const held = (marks: DeviceMarks) =>
    [0, 1, 2, 3, 4, 5, 6].filter((at) => isHeld(marks, { ...scored(at), isOver: at % 2 === 0 }));

  test('everything from its start on while it is open, until it is closed or called false; drift as well', () => {
    const opened = alertOf({ state: 'opened' });
    expect(held(said(opened))).toEqual([2, 3, 4, 5, 6]);
    expect(held(said(opened, labelOf({ verdict: 'unsure' })))).toEqual([2, 3, 4, 5, 6]);
    expect(held(said(opened, labelOf({ verdict: 'false-alarm' })))).toEqual([]);
    expect(held(said(opened, alertOf({ state: 'closed' })))).toEqual([]);
    expect(held(said(alertOf({ state: 'updated', guard: 'drift' })))).toEqual([2, 3, 4, 5, 6]);
    expect(held(said(alertOf({ state: 'opened', guard: 'silent' })))).toEqual([]);
  });

  test('what was over the threshold in it, where it has lasted', () => {
    expect(held(said(alertOf({ windows: 3 })))).toEqual([]);
    expect(held(said(alertOf({ windows: 30 })))).toEqual([2, 4]);
    expect(held(said(alertOf({ windows: 30 }), labelOf({ verdict: 'false-alarm' })))).toEqual([]);
    expect(held(said(alertOf({ windows: 30, guard: 'drift' })))).toEqual([]);
  });
});

test('records that cannot be read, refused windows and other classes do not stop the rest', () => {
  const [good, nan, other, bad] = recordsOf('windows', [
    scored(1),
    scored(2, { features: Float32Array.of(Number.NaN) }),
    scored(3, { deviceClass: 'fan' }),
    scored(4, over),
  ]);
  const decoded = decodeRecords(
    [good, nan, other, { ...bad, value: Buffer.from('not a window') }, { ...bad, value: null }, { ...good, offset: 9 }],
    { windows: 'windows', alerts: 'alerts', labels: 'labels' },
    { layoutOf: (name) => (name === 'pump' ? layout : null), versionOf: () => 2 },
  );
  expect(decoded.items.map(({ offset }) => offset)).toEqual([0, 9]);
  expect(decoded.items[0].item).toMatchObject({ kind: 'window', isNew: false });
  expect(decoded.refused).toEqual([{ deviceClass: 'pump', reason: 'not_finite' }]);
  expect(decoded.broken).toMatchObject({ records: 1, offset: 3 });
});
