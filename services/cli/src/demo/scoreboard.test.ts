import { expect, test } from 'vitest';
import type { Alert, FleetIncident, ScoredWindow } from '@tocsin/schemas';
import { createScoreboard, type DeviceTruth } from './scoreboard.ts';

const fault = (startMs: number, endMs: number, ignore = false) => ({ startMs, endMs, kind: 'imbalance', ignore });
const truth = (intervals: DeviceTruth['intervals']): DeviceTruth => ({
  deviceId: 'p',
  deviceClass: 'pump',
  origin: 'simulated',
  split: 'unseen',
  intervals,
});

const scored = (startMs: number, ready: boolean, modelVersion = 1): ScoredWindow => ({
  windowId: `w${startMs}`,
  deviceId: 'p',
  deviceClass: 'pump',
  startMs,
  endMs: startMs + 10,
  specHash: '',
  features: new Float32Array(0),
  score: 1,
  pValue: 0.5,
  threshold: 2,
  modelVersion,
  supportWindows: 0,
  coverage: 1,
  flags: ready ? [] : ['cold'],
});

const opened = (startMs: number, endMs: number, state: Alert['state'] = 'opened'): Alert => ({
  alertId: `a${startMs}`,
  revision: 0,
  state,
  deviceId: 'p',
  deviceClass: 'pump',
  severity: 'warning',
  startMs,
  endMs,
  score: 5,
  threshold: 2,
  pValue: 0,
  windows: 3,
  contributions: [],
  modelVersion: 1,
  supportWindows: 10,
  message: '',
});

//  time   0    10   20   30   40   50   60   70
//         cold cold |--- watched ----------------|
//                        [== fault ==]
//              [alert 15-25: false]   [alert 35-55: true, 25 after the start of the fault]
test('alerts are true where their windows reach into a fault, otherwise false', () => {
  const board = createScoreboard([truth([fault(30, 50)])]);
  for (const start of [0, 10]) board.window(scored(start, false));
  for (const start of [20, 30, 40, 50, 60]) board.window(scored(start, true, start < 40 ? 1 : 2));
  board.alert(opened(15, 25));
  board.alert(opened(35, 55));
  board.alert(opened(35, 65, 'updated'));
  expect(board.outcomes()[0]).toMatchObject({
    windows: 7,
    windowsUntilReady: 2,
    alerts: 2,
    detected: 1,
    detectable: 1,
    delayMs: 25,
    falseAlarms: 1,
    modelVersions: [1, 2],
  });
});

test('a fault before the device was watched is not detectable, and an ignored stretch makes no false alarm', () => {
  const board = createScoreboard([truth([fault(0, 15), fault(30, 50, true)])]);
  for (const start of [0, 10]) board.window(scored(start, false));
  for (const start of [20, 30]) board.window(scored(start, true));
  board.alert(opened(35, 45));
  expect(board.outcomes()[0]).toMatchObject({ detectable: 0, detected: 0, delayMs: null, falseAlarms: 0, alerts: 1 });
});

test('a record that is delivered twice counts once', () => {
  const board = createScoreboard([truth([])]);
  for (let i = 0; i < 2; i++) {
    board.window(scored(0, true));
    board.alert(opened(0, 10));
  }
  expect(board.totals()).toEqual({ windows: 1, scored: 1, alerts: 1 });
});

//  time   0    20                     60       80
//              [.. not known ........][== fault ==]
//                 [alert 30-40, still open ------>
test('an alert that opened while nothing was known and is still open when the fault begins came before it', () => {
  const board = createScoreboard([truth([fault(20, 60, true), fault(60, 80)])]);
  for (const start of [0, 20, 60]) board.window(scored(start, true));
  board.alert(opened(30, 40));
  expect(board.outcomes()[0]).toMatchObject({ detected: 1, delayMs: -20, falseAlarms: 0 });
});

test('a false alarm that stays open detects nothing', () => {
  const board = createScoreboard([truth([fault(60, 80)])]);
  for (const start of [0, 20, 60]) board.window(scored(start, true));
  board.alert(opened(5, 15));
  expect(board.outcomes()[0]).toMatchObject({ detected: 0, falseAlarms: 1 });
});

//  time   0    10   20   30   40   50   60   70
//         |------------ watched ---------------|
//                        [== fault ==]
//         [alert 5-15]             [opened again 40-45]
test('an alert that comes back on a fault finds it', () => {
  const board = createScoreboard([truth([fault(30, 50)])]);
  for (const start of [0, 10, 20, 30, 40, 50]) board.window(scored(start, true));
  board.alert(opened(5, 15));
  board.alert(opened(5, 15, 'closed'));
  board.alert({ ...opened(5, 45), openings: 2 });
  expect(board.outcomes()[0]).toMatchObject({ alerts: 1, detected: 1, delayMs: 15, falseAlarms: 1 });
  expect(board.totals().alerts).toBe(1);
});

//  time   0    20        40       60   70
//         |------------ watched --------|
//              [= shared =]
//               [alert 25-35]   [alert 55-65: false]
test('what came from outside is no fault of the device, and no false alarm', () => {
  const board = createScoreboard([truth([{ ...fault(20, 40), isShared: true }])]);
  for (const start of [0, 10, 20, 30, 40, 50, 60]) board.window(scored(start, true));
  board.alert(opened(25, 35));
  board.alert(opened(55, 65));
  const outcome = { injected: [], detectable: 0, detected: 0, delayMs: null, falseAlarms: 1, shared: ['imbalance'] };
  expect(board.outcomes()[0]).toMatchObject({ ...outcome, inIncident: false });
  const incident: FleetIncident = {
    incidentId: 'i',
    revision: 1,
    state: 'opened',
    deviceClass: 'pump',
    kind: 'shift',
    severity: 'warning',
    startMs: 25,
    endMs: 35,
    devices: 3,
    devicesOpen: 3,
    of: 4,
    members: [{ deviceId: 'p', alertId: 'a25', startMs: 25, isOpen: true, wasTold: false }],
    message: '',
  };
  board.incident(incident);
  board.incident({ ...incident, revision: 2, state: 'closed' });
  expect(board.outcomes()[0]).toMatchObject({ ...outcome, inIncident: true });
  expect(board.incidents()).toMatchObject([{ revision: 2, state: 'closed' }]);
});
