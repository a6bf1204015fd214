// What is told of peers beside an alert, and when nothing is.
import { expect, test } from 'vitest';
import type { Alert } from '@tocsin/schemas';
import { noGroups, type ClassGroups, type GroupingPlan } from './class-groups.ts';
import { passTime, takeAlert, type Told } from './fleet-grouping.ts';

const plan: GroupingPlan = { share: 0.1, minDevices: 3, spanMs: 60_000, holdMs: 10_000, updateEveryMs: 30_000 };
const of = (devices: number): ClassGroups => ({ ...noGroups('pump'), devices });

function alertOf(device: number, atS: number, more: Partial<Alert> = {}): Alert {
  const about = { alertId: `a${device}`, deviceId: `pump-${device}`, deviceClass: 'pump', severity: 'warning' } as const;
  const scores = { score: 2, threshold: 1, pValue: 1e-4, windows: 2, contributions: [], modelVersion: 1, supportWindows: 10 };
  const startMs = atS * 1000;
  return { ...about, revision: 1, state: 'opened', startMs, endMs: startMs + 500, ...scores, message: '', ...more };
}
const closed = (device: number, atS: number, more: Partial<Alert> = {}) =>
  alertOf(device, atS, { revision: 2, state: 'closed', ...more });

test('alerts by themselves say how many peers began about when they did, while they are open, and never fewer than before', () => {
  //    0     50    100 s        2000 s
  //    1     2      3            4       2 has both of the others
  const groups = of(40);
  const said = (told: readonly Told[]) =>
    told.map((each) => (each.about === 'alert' ? `${each.alert.alertId}${each.alert.message}` : ''));
  const sentence = (device: number, atS: number, more: Partial<Alert> = {}) =>
    alertOf(device, atS, { message: ' high.', ...more });
  const beganS = [0, 50, 100];
  for (const [i, atS] of beganS.entries()) takeAlert(groups, sentence(i + 1, atS), 100_000, plan);
  expect(said(passTime(groups, 110_000, plan))).toEqual([
    'a1 high; 1 of 39 peers shifted too.',
    'a2 high; 2 of 39 peers shifted too.',
    'a3 high; 1 of 39 peers shifted too.',
  ]);
  groups.singles.delete('a1');
  const [updated] = takeAlert(groups, sentence(2, 50, { revision: 2, state: 'updated' }), 120_000, plan);
  expect(updated).toMatchObject({ alert: { message: ' high; 2 of 39 peers shifted too.', peers: { shifted: 2, of: 39 } } });
  const [over] = takeAlert(groups, closed(2, 50, { revision: 3, message: ' well.' }), 125_000, plan);
  expect(over).toEqual({ about: 'alert', alert: closed(2, 50, { revision: 3, message: ' well.' }) });
  takeAlert(groups, sentence(4, 2000), 2_000_000, plan);
  takeAlert(groups, sentence(5, 2000, { guard: 'silent', message: ' off?' }), 2_000_000, plan);
  // Of what is heard of in the middle nobody knows who began with it.
  takeAlert(groups, sentence(6, 1990, { revision: 7, state: 'updated' }), 2_000_000, plan);
  expect(said(passTime(groups, 2_010_000, plan))).toEqual([
    'a4 high; 1 of 39 peers shifted too.',
    'a5 off? None of its 39 peers fell silent.',
    'a6 high.',
  ]);
});

test('they count what an incident nearby is made of, too', () => {
  const groups = of(12);
  for (const device of [1, 2, 3]) takeAlert(groups, alertOf(device, 0), 0, plan);
  takeAlert(groups, alertOf(4, 50), 3000, plan);
  //   0 s  1 2 3     50 s  4 joins     105 s  5 joins; 6 began within a span of it, and joins nothing
  takeAlert(groups, alertOf(5, 105), 4000, plan);
  takeAlert(groups, alertOf(6, 165), 5000, plan);
  expect(passTime(groups, 15_000, plan)).toMatchObject([{ alert: { alertId: 'a6', peers: { shifted: 1, of: 11 } } }]);
});
