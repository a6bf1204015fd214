import { expect, test } from 'vitest';
import type { Alert, FleetIncident } from '@tocsin/schemas';
import { createNoticeTeller } from './tell-notices.ts';

const alert = (alertId: string, state: Alert['state'] = 'opened'): Alert => ({
  alertId,
  revision: 1,
  state,
  deviceId: `pump of ${alertId}`,
  deviceClass: 'pump',
  severity: 'warning',
  startMs: 0,
  endMs: 1,
  score: 5,
  threshold: 2,
  pValue: 0,
  windows: 3,
  contributions: [],
  modelVersion: 1,
  supportWindows: 10,
  message: `${alertId} is odd`,
});

const incident = (state: FleetIncident['state'], alertIds: readonly string[]): FleetIncident => ({
  incidentId: 'i',
  revision: 1,
  state,
  deviceClass: 'pump',
  kind: 'shift',
  severity: 'critical',
  startMs: 0,
  endMs: 1,
  devices: alertIds.length,
  devicesOpen: 0,
  of: 14,
  members: alertIds.map((alertId) => ({ deviceId: alertId, alertId, startMs: 0, isOpen: true, wasTold: false })),
  message: 'many are odd',
});

function openTeller() {
  const lines: string[] = [];
  const screen = {
    event: (line: string) => void lines.push(line),
    progress: () => undefined,
    done: () => undefined,
    colour: (_: unknown, text: string) => text,
  };
  return { lines, teller: createNoticeTeller(screen, () => ' 1.0 s') };
}

test('the first alerts of a class have a line each, an incident has one, and none of its alerts', () => {
  const { lines, teller } = openTeller();
  for (let i = 0; i < 9; i++) teller.told({ about: 'alert', alert: alert(`a${i}`) });
  teller.told({ about: 'alert', alert: alert('a1', 'closed') });
  for (const state of ['opened', 'updated', 'closed'] as const)
    teller.told({ about: 'incident', incident: incident(state, ['b', 'c']) });
  expect(lines).toHaveLength(6 + 1 + 1);
  expect(lines[0]).toBe(' 1.0 s  warning   a0 is odd');
  expect(lines[6]).toBe(' 1.0 s  further alerts of pump are counted below');
  expect(lines[7]).toBe(' 1.0 s  incident  many are odd');
});

test('all is told once every alert was, by itself or in an incident', () => {
  const { teller } = openTeller();
  for (const id of ['a', 'b']) teller.raised(alert(id));
  // Topics are read side by side: a notice may come before the alert.
  teller.told({ about: 'alert', alert: alert('c') });
  teller.raised(alert('c'));
  expect(teller.isAllTold()).toBe(false);
  teller.told({ about: 'alert', alert: alert('a') });
  expect(teller.isAllTold()).toBe(false);
  teller.told({ about: 'incident', incident: incident('opened', ['b']) });
  expect(teller.isAllTold()).toBe(true);
});
