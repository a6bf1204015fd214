import { defaultQuarantine } from '@tocsin/decisions';
import { decodeDeviceState, encodeDeviceState, momentsOf } from '@tocsin/models';
import { createRandom } from '@tocsin/signals';
import { beforeEach, expect, test } from 'vitest';
import { remodel } from './device-model.ts';
import type { TrackedDevice } from './partition.ts';
import { countOver, doubt, holdWindow, rollBack } from './quarantine.ts';
import { deviceThatLearnt, windowAround } from './tracked-device.fixture.ts';

const { blockWindows, confirmWindows, reachMax } = defaultQuarantine;
const random = createRandom(5);
let outcomes: string[];
const onBlock = (_: TrackedDevice, outcome: string) => void outcomes.push(outcome);
const hold = (device: TrackedDevice, windows: number, level = 0) => {
  for (let k = 0; k < windows; k++) holdWindow(device, { features: windowAround(level, random), startMs: 5 }, onBlock);
};
const meanOf = ({ state }: TrackedDevice) => momentsOf(state.support).mean[0];
beforeEach(() => void (outcomes = []));

//   windows   b b b b b b c c c c c c|b b b        b gathered, c confirming
//   learnt                           6
test('a block is learnt when as many windows have confirmed it, and then the next is begun', () => {
  const device = deviceThatLearnt(60);
  const model = device.model;
  hold(device, blockWindows + confirmWindows - 1, 1);
  expect(device.state.support.learned).toBe(60);
  expect(device.model).toBe(model);
  hold(device, 1, 1);
  expect(device.state.support.learned).toBe(60 + blockWindows);
  expect(device.model).not.toBe(model);
  expect(meanOf(device)).toBeGreaterThan(0.1);
  expect(device.state.teaching).toMatchObject({ block: null, confirmed: 0 });
  expect(outcomes).toEqual(['learnt']);
  hold(device, 3);
  expect(device.state.teaching.block?.count).toBe(3);
});

//   windows   b b b b b b c c c A                   A an alert opens
test.each([1, blockWindows, blockWindows + confirmWindows - 1])(
  'an alert after %i windows: none of them is learnt',
  (windows) => {
    const device = deviceThatLearnt(60);
    const before = structuredClone(device.state.support);
    hold(device, windows, 1);
    doubt(device, 'dropped_alert', onBlock);
    expect(outcomes).toEqual(['dropped_alert']);
    expect(device.state.support).toEqual(before);
    hold(device, blockWindows + confirmWindows - 1);
    expect(device.state.support).toEqual(before);
  },
);

test.each([
  [10, 'learnt'],
  [11, 'dropped_share'],
])('%i of 40 windows over the threshold: %s', (over, outcome) => {
  const device = deviceThatLearnt(60);
  hold(device, blockWindows);
  for (let k = 0; k < over; k++) countOver(device);
  hold(device, confirmWindows);
  expect(outcomes).toEqual([outcome]);
  expect(device.state.teaching.over).toBe(0);
});

test('a device that was stored and read in the middle of it goes on as if nothing had been', () => {
  const windows = Array.from({ length: 3 * (blockWindows + confirmWindows) }, () => windowAround(0.3, random));
  const [steady, moved] = [deviceThatLearnt(60), deviceThatLearnt(60)];
  windows.forEach((window, k) => {
    holdWindow(steady, { features: window, startMs: k }, onBlock);
    holdWindow(moved, { features: window, startMs: k }, onBlock);
    if (k % 7 !== 0) return;
    moved.state = decodeDeviceState(encodeDeviceState(moved.state));
    remodel(moved);
  });
  expect(encodeDeviceState(moved.state)).toEqual(encodeDeviceState(steady.state));
  expect(moved.model!.mean).toEqual(steady.model!.mean);
});

//   windows   B B B B c c c c|b b A                  B was learnt right before the alert A
test('an alert right after a block was learnt takes it back', () => {
  const device = deviceThatLearnt(60);
  const before = momentsOf(device.state.support);
  hold(device, blockWindows + confirmWindows + 2, 1);
  doubt(device, 'dropped_alert', onBlock);
  expect(outcomes).toEqual(['learnt', 'dropped_alert', 'rolled_back']);
  expect(device.state.support.learned).toBe(60);
  expect(momentsOf(device.state.support).mean).toEqual(before.mean);
  // The model is the one before, too.
  const { mean } = device.model!;
  remodel(device);
  expect(device.model!.mean).toEqual(mean);
});

test('one block of two is taken back by an alert; by an operator the last, and then all but the first windows', () => {
  const device = deviceThatLearnt(60);
  hold(device, blockWindows + confirmWindows, 1);
  hold(device, blockWindows + confirmWindows, 2);
  expect(device.state.support.learned).toBe(60 + 2 * blockWindows);
  rollBack(device, onBlock);
  expect(device.state.support.learned).toBe(60 + blockWindows);
  rollBack(device, onBlock);
  const { supportWindows } = device.deviceClass;
  expect(device.state.support).toMatchObject({ learned: supportWindows, count: supportWindows });
  expect(Math.abs(meanOf(device))).toBeLessThan(0.7);
  rollBack(device, onBlock);
  expect(device.state.support.learned).toBe(supportWindows);
});

//   reference 0 ................. 8 deviations      windows creep further and further; what is learnt stops at 8
test('however slowly windows creep away, what is learnt stays within reach of where the device stood', () => {
  const device = deviceThatLearnt(60);
  for (let k = 0; k < 60 * (blockWindows + confirmWindows); k++) hold(device, 1, k / 60);
  const { reference } = device.state.teaching;
  const { mean, scatter, count } = momentsOf(device.state.support);
  for (let j = 0; j < mean.length; j++) {
    const distance = (mean[j] - reference!.mean[j]) / reference!.deviation[j];
    expect(distance).toBeCloseTo(reachMax, 3);
    expect(Math.sqrt(scatter[j] / count)).toBeGreaterThan(0.5);
  }
  expect(outcomes.filter((outcome) => outcome === 'pulled_back').length).toBeGreaterThan(10);
});

test('a device that goes on as it was is never pulled back', () => {
  const device = deviceThatLearnt(60);
  hold(device, 100 * (blockWindows + confirmWindows));
  expect(new Set(outcomes)).toEqual(new Set(['learnt']));
});
