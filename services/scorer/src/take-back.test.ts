import { createFeatureSpec } from '@tocsin/features';
import { defaultChanges, rememberWindow } from '@tocsin/decisions';
import { decodeDeviceState, encodeDeviceState, momentsOf } from '@tocsin/models';
import { noChanges, type Label, type ModelBundle } from '@tocsin/schemas';
import { createRandom, type Random } from '@tocsin/signals';
import { beforeEach, describe, expect, test } from 'vitest';
import { createDecide } from './decide.ts';
import { adoptBundle } from './device-model.ts';
import { createFoldLabels } from './fold-labels.ts';
import { createLabelBook } from './label-book.ts';
import { resumePartition, type TrackedDevice } from './partition.ts';
import { doubt } from './quarantine.ts';
import { score } from './score.ts';
import { countSince, isRefused, watchAdoption } from './take-back.ts';
import { createTeach } from './teach.ts';
import { bundleOf, deviceThatLearnt, windowAround } from './tracked-device.fixture.ts';

let undone: string[];
const onUndone = (_: TrackedDevice, { kind }: { kind: string }) => void undone.push(kind);
beforeEach(() => void (undone = []));

const past = { ...noChanges, judged: 200 };
const better = bundleOf(createRandom(8), 2);
const scores = { scored: 90, scoreMedian: 0.5, scoreExcess: 0.25 };

/** A device that has been watched for long under version 1. */
function known(): TrackedDevice {
  const device = deviceThatLearnt(60);
  Object.assign(device.state, scores, { changes: past });
  return device;
}

function adopt(device: TrackedDevice, bundle: ModelBundle): void {
  const before = { ...device.state };
  device.earlier = device.bundle;
  adoptBundle(device, bundle);
  watchAdoption(device, before);
}

/** So many windows over the threshold that are ordinary (level 0) or not; the number of the one with which the change was taken back, or 0. */
function over(device: TrackedDevice, windows: number, level = 0): number {
  const random = createRandom(5);
  const one = () => countSince(device, { features: windowAround(level, random), isOver: true }, 0.01, onUndone);
  return Array.from({ length: windows }, one).lastIndexOf(true) + 1;
}

describe('a bundle', () => {
  test('with which all windows are over: the device goes back to the one before, knows its scores again, and refuses that one', () => {
    const device = known();
    const { model } = device;
    adopt(device, better);
    expect(device.state).toMatchObject({ modelVersion: 2, scored: 0, changes: { watched: { kind: 'bundle', from: 1 } } });
    expect(over(device, defaultChanges.overMin)).toBe(defaultChanges.overMin);
    expect(undone).toEqual(['bundle']);
    expect(device.state).toMatchObject({ modelVersion: 1, ...scores, changes: { ...past, refused: 2 } });
    expect(device.model).toEqual(model);
    expect(isRefused(device.state, better)).toBe(true);
    expect(isRefused(device.state, bundleOf(createRandom(8), 3))).toBe(false);
    expect(isRefused(device.state, { ...better, version: 3, restores: 2 })).toBe(true);
    expect(over(device, 40)).toBe(0);
  });

  //   under 2    X X X ... X | X X X ... X
  //   under 1    X X X ... X | . . . ... .
  test('is not taken back for windows that the one before finds unusual, too; those that it does not are counted', () => {
    const device = known();
    adopt(device, better);
    expect(over(device, 60, 6)).toBe(0);
    expect(device.state.changes!.watched).toMatchObject({ windows: 0, over: 0 });
    const { model } = device;
    expect(over(device, 40)).toBe(defaultChanges.overMin);
    expect(device.state.modelVersion).toBe(1);
    expect(device.model).not.toBe(model);
  });

  test('where the one before is gone it stays, and is only refused', () => {
    const device = known();
    adopt(device, better);
    device.earlier = null;
    over(device, defaultChanges.overMin);
    expect(device.state).toMatchObject({ modelVersion: 2, changes: { refused: 2, watched: null } });
  });

  test.each([
    ['an alert was open', (device: TrackedDevice) => void (device.state.incident = { ...device.state.incident, open: open() })],
    ['little is known of the device', (device: TrackedDevice) => void (device.state.changes = { ...past, judged: 19 })],
    ['it had none before', (device: TrackedDevice) => void (device.state.modelVersion = 0)],
  ])('is not watched where %s', (_, prepare) => {
    const device = known();
    prepare(device);
    adopt(device, better);
    expect(device.state.changes!.watched).toBeNull();
    expect(over(device, 40)).toBe(0);
    expect(device.state.modelVersion).toBe(2);
  });

  test('that restores the one before is no change, and one that is older is not gone back from', () => {
    const device = known();
    adopt(device, { ...better, restores: 1 });
    expect(device.state).toMatchObject({ modelVersion: 2, ...scores, changes: { watched: null } });
    adopt(device, bundleOf(createRandom(7), 1));
    expect(device.state).toMatchObject({ modelVersion: 1, changes: { watched: null } });
  });
});

function open() {
  const figures = { startMs: 0, endMs: 1, windows: 3, score: 2, threshold: 1, pValue: 0.01 };
  return { alertId: 'a', revision: 1, severity: 'warning' as const, ...figures };
}

//   windows   ....... oo .......            two odd ones, called a false alarm
describe('a label', () => {
  const label: Label = { labelId: 'l', deviceId: 'p', subjectId: 'odd', verdict: 'false-alarm', who: 'Ada', atMs: 5, note: '' };

  function labelled(verdict: Label['verdict']): { device: TrackedDevice; before: TrackedDevice['state'] } {
    const device = known();
    const features = windowAround(6, createRandom(3));
    device.state.labels = rememberWindow(device.state.labels, { windowId: 'odd', alertId: null, features });
    device.labelsSeen = -1;
    const before = structuredClone(device.state);
    const book = createLabelBook();
    book.add({ ...label, verdict });
    const partition = resumePartition(1, { offset: 0, metadata: '' }, 0);
    partition.devices.set('p', device);
    const meter = { label: () => undefined, block: () => undefined };
    const next = { topic: 't', partition: 0, offset: 0, timestampMs: 0, key: null, value: null, headers: {} };
    createFoldLabels(book, meter)(partition, next);
    return { device, before };
  }

  test.each(['false-alarm', 'real'] as const)(
    '%s, with which all windows are over, is taken out again, and stays said',
    (verdict) => {
      const { device, before } = labelled(verdict);
      const { state } = device;
      expect(state.changes!.watched).toMatchObject({ kind: 'label' });
      expect(device.likeness).not.toBeNull();
      // An alert that opens meanwhile does not take it back by itself.
      doubt(device, 'dropped_alert', () => undefined);
      expect(momentsOf(state.support).mean[0] === momentsOf(before.support).mean[0]).toBe(verdict === 'real');
      expect(over(device, defaultChanges.overMin)).toBe(defaultChanges.overMin);
      expect(undone).toEqual(['label']);
      expect(state.support.learned).toBe(before.support.learned);
      state.support.sum.forEach((sum, j) => expect(sum).toBeCloseTo(before.support.sum[j], 4));
      expect(state.labels).toMatchObject({ windows: [{ standing: 'suspect', weight: 0 }], relearning: 0 });
      expect(state.labels.verdicts).toHaveLength(1);
      expect(state.teaching.before).toBeNull();
      expect(device.likeness).toBeNull();
    },
  );

  test('with which nothing happens stands, and a later alert does not take it back', () => {
    const { device } = labelled('false-alarm');
    const taught = device.state.support.sum.slice();
    for (let k = 0; k < defaultChanges.watchWindows; k++)
      countSince(device, { features: windowAround(0, createRandom(k)), isOver: false }, 0.01, onUndone);
    expect(device.state.changes!.watched).toBeNull();
    doubt(device, 'dropped_alert', () => undefined);
    expect(device.state.support.sum).toEqual(taught);
  });
});

const spec = createFeatureSpec(deviceThatLearnt(0).deviceClass);

/** So many windows of a device at rest, through score, decide and teach; true where a change was taken back. */
function live(device: TrackedDevice, windows: number, random: Random): void {
  const stages = {
    decide: createDecide(
      new Map([['pump', spec]]),
      () => undefined,
      () => undefined,
      onUndone,
    ),
    teach: createTeach(() => undefined),
  };
  for (let k = 0; k < windows; k++) {
    const about = { deviceId: 'p', deviceClass: 'pump', startMs: k, endMs: k + 1, samples: new Float32Array(0), coverage: 1 };
    const scored = score(device, { window: about, outcome: 'complete', revision: 0 }, windowAround(0, random), 0);
    if (stages.decide(device, scored).mayTeach) stages.teach(device, scored);
  }
}

test('a hundred healthy devices that go from one bundle to another of the same kind: none goes back', () => {
  for (let i = 0; i < 100; i++) {
    const random = createRandom(100 + i);
    const device = deviceThatLearnt(10, random);
    live(device, 100, random);
    adopt(device, better);
    expect(device.state.changes!.watched).not.toBeNull();
    live(device, 50, random);
    expect(device.state.changes).toMatchObject({ watched: null, refused: 0 });
    expect(decodeDeviceState(encodeDeviceState(device.state)).changes).toEqual(device.state.changes);
  }
  expect(undone).toEqual([]);
});
