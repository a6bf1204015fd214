import { expect, test } from 'vitest';
import { budgetText, classOutcomes } from './class-outcomes.ts';
import type { DeviceOutcome } from './scoreboard.ts';

test.each([
  [{ falseAlarmsPerDay: 1, falseAlarmRate: null }, '1 a day'],
  [{ falseAlarmsPerDay: 0.024, falseAlarmRate: null }, '1 in 42 days'],
  [{ falseAlarmsPerDay: null, falseAlarmRate: 0.001 }, '1 window in 1,000'],
])('a budget of %o is %s', (budget, text) => {
  expect(budgetText(budget)).toBe(text);
});

test('a class sums up its devices, and says how it was learned last', () => {
  const device = (deviceClass: string, detected: number, confidence: DeviceOutcome['confidence']): DeviceOutcome => ({
    deviceId: 'd',
    deviceClass,
    origin: 'simulated',
    split: 'unseen',
    windows: 9,
    windowsUntilReady: 5,
    confidence,
    alerts: 1,
    injected: ['imbalance'],
    shared: [],
    inIncident: false,
    detected,
    detectable: 1,
    delayMs: null,
    falseAlarms: 1 - detected,
    modelVersions: [1],
  });
  const decision = { falseAlarmsPerDay: 2, falseAlarmRate: null, raiseCount: 3, raiseOf: 5, clearCount: 5, alertFrom: 5 };
  const devices = [device('pump', 1, 'watching'), device('pump', 0, 'watching'), device('fan', 1, null)];
  const learned = ['empirical Bayes', 'own scale'].map((algorithm) => ({ deviceClass: 'pump', algorithm }));
  const classes = ['pump', 'fan'].map((name) => ({ name, decision }));
  expect(classOutcomes(classes, devices, learned)).toMatchObject([
    {
      devices: 2,
      budget: '2 a day',
      algorithm: 'own scale',
      confidence: { watching: 2 },
      detected: 1,
      detectable: 2,
      falseAlarms: 1,
    },
    { devices: 1, algorithm: null, confidence: {}, detected: 1, detectable: 1, falseAlarms: 0 },
  ]);
});
