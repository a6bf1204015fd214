import { loadConfig, parseDeviceClass } from '@tocsin/config';
import { expect, test } from 'vitest';
import { createClassTrainer, isDue } from './class-trainer.ts';

const config = { ...loadConfig({ env: {} }).trainer, minDevices: 3, minNewWindows: 200, minNewLabels: 5, atLeastEveryMs: 1000 };
const deviceClass = parseDeviceClass('pump', { channels: ['a'], rateHz: 1 });
const known = { devices: 9, ready: 9, freshWindows: 0, freshLabels: 0, triedAtMs: 5000 };
const due = (summary: Partial<typeof known>, trainer = {}, nowMs = 5500, settings = {}) =>
  isDue(
    { ...createClassTrainer(deviceClass), version: 1, ...trainer },
    { ...known, ...summary },
    { ...config, ...settings },
    nowMs,
  );

test('windows, labels or time start the next meta-update, whichever comes first', () => {
  expect(due({})).toBe(false);
  expect(due({ freshWindows: 199, freshLabels: 4 })).toBe(false);
  expect(due({ freshWindows: 200 })).toBe(true);
  expect(due({ freshLabels: 5 })).toBe(true);
  expect(due({ freshWindows: 1 }, {}, 6000)).toBe(true);
  expect(due({}, {}, 6000)).toBe(false);
  expect(due({ freshWindows: 1 }, {}, 6000, { atLeastEveryMs: null })).toBe(false);
});

test('what an update has seen that came to no end is no news', () => {
  expect(due({ freshWindows: 250, freshLabels: 6 }, { attempted: { freshWindows: 200, freshLabels: 6 } })).toBe(false);
  expect(due({ freshWindows: 400, freshLabels: 6 }, { attempted: { freshWindows: 200, freshLabels: 6 } })).toBe(true);
});

test('nothing is learned while the last version is being tried, nor from too few devices', () => {
  expect(due({ freshWindows: 999 }, { isHeld: true })).toBe(false);
  expect(due({ freshWindows: 999, ready: 2 })).toBe(false);
  expect(isDue({ ...createClassTrainer(deviceClass) }, { ...known, triedAtMs: 0, ready: 3 }, config, 0)).toBe(false);
});
