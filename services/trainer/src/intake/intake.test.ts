import type { Alert, Label, ScoredWindow } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { createClassWindows } from './class-windows.ts';
import { noWindows, takeWindow } from './device-windows.ts';
import { createOperatorMarks } from './operator-marks.ts';

const scored = (at: number, rest: Partial<ScoredWindow> = {}): ScoredWindow => ({
  windowId: `w${at}`,
  deviceId: 'p1',
  deviceClass: 'pump',
  startMs: at * 10,
  endMs: at * 10 + 10,
  specHash: 'spec',
  features: Float32Array.of(at),
  score: 0,
  pValue: 0.5,
  threshold: 1,
  modelVersion: 1,
  supportWindows: 20,
  coverage: 1,
  flags: [],
  ...rest,
});
const alert = { alertId: 'a1', deviceId: 'p1', startMs: 20, endMs: 50 } as Alert;
const label = (rest: Partial<Label>): Label => ({
  labelId: 'l',
  deviceId: 'p1',
  subjectId: 'a1',
  verdict: 'real',
  who: 'me',
  atMs: 0,
  note: '',
  ...rest,
});
const bounds = { whole: 4, kept: 8, suspicious: 2, suspectP: 0.001 };
const marks = () => createOperatorMarks({ perDevice: 2, devices: 2 });

describe('the windows of a device', () => {
  const keptAfter = (count: number) => {
    const device = noWindows();
    for (let at = 0; at < count; at++) takeWindow(device, scored(at), bounds);
    return device.kept.map(({ features: [at] }) => at);
  };

  test('are the first ones as they came, then ever fewer of the later ones', () => {
    // 0 1 2 3 | 4 5 6 7     full
    // 0 1 2 3 | 4   6   8   every second one goes
    expect(keptAfter(8)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(keptAfter(9)).toEqual([0, 1, 2, 3, 4, 6, 8]);
    expect(keptAfter(13)).toEqual([0, 1, 2, 3, 4, 8, 12]);
    expect(keptAfter(1000).length).toBeLessThanOrEqual(8);
    expect(keptAfter(1000).at(-1)).toBeGreaterThan(500);
  });

  test('are not taken twice', () => {
    const device = noWindows();
    expect([0, 1, 0, 1, 2].map((at) => takeWindow(device, scored(at), bounds))).toEqual([true, true, false, false, true]);
  });

  test('know which of them were suspicious in a row', () => {
    // at       0  1  2  3  4  5
    // suspect  .  X  .  X  X  .
    const device = noWindows();
    for (let at = 0; at < 6; at++) takeWindow(device, scored(at, { pValue: [1, 3, 4].includes(at) ? 1e-5 : 0.5 }), bounds);
    expect(device.kept.filter(({ inRun }) => inRun).map(({ features: [at] }) => at)).toEqual([3, 4]);
  });
});

describe('what operators said', () => {
  test('of an alert holds for the windows inside it, whatever came first', () => {
    for (const order of [['alert', 'label'] as const, ['label', 'alert'] as const]) {
      const said = marks();
      for (const step of order) {
        if (step === 'alert') said.alert(alert);
        else said.label(label({}));
      }
      expect([1, 2, 4, 5].map((at) => said.verdictOf('p1', scored(at)))).toEqual([null, 'real', 'real', null]);
      expect(said.verdictOf('p2', scored(2))).toBeNull();
    }
  });

  test('of the window itself, and what was said last, wins', () => {
    const said = marks();
    said.alert(alert);
    said.label(label({ atMs: 5, verdict: 'false-alarm' }));
    said.label(label({ atMs: 4, verdict: 'maintenance' }));
    expect(said.verdictOf('p1', scored(3))).toBe('false-alarm');
    said.label(label({ subjectId: 'w3', atMs: 1, verdict: 'real' }));
    expect(said.verdictOf('p1', scored(3))).toBe('real');
  });

  test('is bounded', () => {
    const said = marks();
    for (const at of [1, 2, 3]) said.label(label({ subjectId: `w${at}` }));
    expect([1, 2, 3].map((at) => said.verdictOf('p1', scored(at)))).toEqual([null, 'real', 'real']);
    for (const deviceId of ['p2', 'p3']) said.label(label({ deviceId, subjectId: 'w1' }));
    expect(said.verdictOf('p3', scored(1))).toBeNull();
  });
});

describe('the windows of a class', () => {
  test('say why one was not taken', () => {
    const windows = createClassWindows('spec', 1, bounds);
    expect(windows.take(scored(0))).toBe('taken');
    expect(windows.take(scored(0))).toBe('repeated');
    expect(windows.take(scored(1, { specHash: 'other' }))).toBe('other_spec');
    expect(windows.take(scored(1, { deviceId: 'p2' }))).toBe('crowded');
    expect([windows.devicesWith(1), windows.devicesWith(2)]).toEqual([1, 0]);
  });

  test('a window that was thinned out comes back when an operator says what it was', () => {
    const windows = createClassWindows('spec', 1, bounds);
    for (let at = 0; at < 16; at++) windows.take(scored(at, at === 9 || at === 11 ? { score: 2 } : {}));
    const said = marks();
    const at = () => windows.histories(said)[0].windows.map(({ features: [value], verdict }) => `${value}${verdict ?? ''}`);
    expect(at()).toEqual(['0', '1', '2', '3', '4', '8', '12']);
    said.label(label({ subjectId: 'w9' }));
    expect(at()).toEqual(['0', '1', '2', '3', '4', '8', '9real', '12']);
  });
});

test('the highest revision of a window is remembered, in the place of the first', () => {
  const windows = createClassWindows('spec', 2, bounds);
  const revised = (revision: number, value: number) => scored(1, { revision, features: Float32Array.of(value) });
  const taken = [scored(0), scored(1), scored(2), revised(2, 22), revised(1, 11), scored(1)].map(windows.take);
  expect(taken).toEqual(['taken', 'taken', 'taken', 'amended', 'repeated', 'repeated']);
  expect(windows.histories(marks())[0].windows.map(({ features: [at] }) => at)).toEqual([0, 22, 2]);
  expect(windows.take(scored(-1, { revision: 1 }))).toBe('repeated');
});

test('windows under maintenance, and those that a guard found wrong, do not teach', () => {
  const windows = createClassWindows('spec', 2, bounds);
  expect(windows.take(scored(0, { flags: ['maintenance'] }))).toBe('unfit');
  expect(windows.take(scored(1, { flags: ['guarded'] }))).toBe('unfit');
  expect(windows.take(scored(2, { flags: ['gappy'], features: new Float32Array(0) }))).toBe('unfit');
  expect(windows.take(scored(2, { flags: ['provisional'] }))).toBe('taken');
  expect(windows.devicesWith(1)).toBe(1);
});
