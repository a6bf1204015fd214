// Who shifted too, of those that are awake.
import { expect, test } from 'vitest';
import type { Alert, ScoredWindow } from '@tocsin/schemas';
import { createAlertBook } from './alert-book.ts';
import { peersOfAlerts } from './alert-peers.ts';
import { createFleetView } from './fleet-view.ts';

const minuteMs = 60_000;
const alertOf = (deviceId: string, startMs: number, more: Partial<Alert> = {}): Alert => ({
  alertId: `alert-of-${deviceId}`,
  revision: 1,
  state: 'opened',
  deviceId,
  deviceClass: 'pump',
  severity: 'warning',
  startMs,
  endMs: startMs,
  score: 3,
  threshold: 1,
  pValue: 1e-5,
  windows: 3,
  contributions: [],
  modelVersion: 1,
  supportWindows: 20,
  message: '',
  ...more,
});
const windowOf = (deviceId: string, deviceClass: string): ScoredWindow => ({
  windowId: 'ab',
  deviceId,
  deviceClass,
  startMs: 0,
  endMs: 1,
  specHash: '',
  features: new Float32Array(0),
  score: 0,
  pValue: 0.5,
  threshold: 1,
  modelVersion: 1,
  supportWindows: 20,
  coverage: 1,
  flags: [],
});

test('peers are those of the class that are awake; they shifted where an alert of theirs began about then', () => {
  const alerts = createAlertBook();
  const fleet = createFleetView(new Map(), { devicesMax: 100, historyWindows: 32, historyBytes: 1e6 });
  // pump-9 went to sleep half an hour and a bit before the others were heard of.
  fleet.window(windowOf('pump-9', 'pump'), 0);
  for (const deviceId of ['pump-1', 'pump-2', 'pump-3', 'pump-4', 'pump-5'])
    fleet.window(windowOf(deviceId, 'pump'), 31 * minuteMs);
  fleet.window(windowOf('fan-1', 'fan'), 31 * minuteMs);
  const known = [
    alertOf('pump-1', 0),
    alertOf('pump-2', 5 * minuteMs, { state: 'closed', guard: 'range' }),
    alertOf('pump-3', 5 * minuteMs + 1),
    alertOf('pump-4', 0, { guard: 'silent' }),
    alertOf('fan-1', 0, { deviceClass: 'fan' }),
  ];
  for (const alert of known) alerts.add(alert, 0);
  const asked = known.filter(({ deviceId }) => deviceId !== 'pump-3');
  expect(Object.fromEntries(peersOfAlerts({ alerts, fleet, peerSpanMs: 5 * minuteMs }, asked))).toEqual({
    'alert-of-pump-1': { shifted: 1, of: 4 },
    'alert-of-pump-2': { shifted: 2, of: 4 },
    'alert-of-pump-4': { shifted: 0, of: 4 },
    'alert-of-fan-1': { shifted: 0, of: 0 },
  });
});
