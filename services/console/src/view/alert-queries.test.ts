// One answer for all pages that ask after the same news, and another one as soon as there is more.
import { expect, test } from 'vitest';
import { encodeAlert, type Alert } from '@tocsin/schemas';
import type { AlertsQuery } from '../api/alerts-api.ts';
import { createAlertQueries } from './alert-queries.ts';
import { createWorldView } from './world-view.ts';

const none = () => undefined;
const news = { window: none, alert: none, incident: none, label: none, model: none, letter: none };
const alert: Alert = {
  alertId: 'a',
  revision: 0,
  state: 'opened',
  deviceId: 'd',
  deviceClass: 'c',
  severity: 'warning',
  startMs: 0,
  endMs: 1000,
  score: 2,
  threshold: 1,
  pValue: 0.01,
  windows: 3,
  contributions: [],
  modelVersion: 1,
  supportWindows: 10,
  message: 'd: louder.',
};
const asked: AlertsQuery = { life: 'open', q: '', offset: 0, limit: 10 };

test('computed once until something changes, or a second has passed', () => {
  let [changes, nowMs] = [0, 0];
  const bounds = { devicesMax: 10, historyWindows: 32, historyBytes: 10_000, featureBytes: 10_000 };
  const world = createWorldView([], bounds, { ...news, alert: () => void (changes += 1) });
  const query = createAlertQueries(
    { ...world, peerSpanMs: 1000, effectOf: () => 'unknown' },
    () => changes,
    () => nowMs,
  );
  world.take.alerts(encodeAlert(alert), 0);
  const first = query(asked);
  expect(first.matched).toBe(1);
  expect(query({ ...asked })).toBe(first);
  expect(query({ ...asked, life: 'closed' }).matched).toBe(0);
  world.take.alerts(encodeAlert({ ...alert, revision: 1, state: 'closed' }), 0);
  const second = query(asked);
  expect(second.matched).toBe(0);
  nowMs = 1000;
  expect(query(asked)).not.toBe(second);
});
