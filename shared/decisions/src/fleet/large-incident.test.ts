// Incidents with more members than a record lists: who is one of them follows from when it began.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listedMembersMax, type Alert, type FleetIncident } from '@tocsin/schemas';
import { noGroups, type GroupingPlan } from './class-groups.ts';
import { passTime, takeAlert, type Told } from './fleet-grouping.ts';

const plan: GroupingPlan = { share: 0.1, minDevices: 3, spanMs: 60_000, holdMs: 10_000, updateEveryMs: 30_000 };
const devices = 800;

function alertOf(device: number, startMs: number): Alert {
  const about = { alertId: `a${device}`, deviceId: `pump-${device}`, deviceClass: 'pump', severity: 'warning' } as const;
  const scores = { score: 2, threshold: 1, pValue: 1e-4, windows: 2, contributions: [], modelVersion: 1, supportWindows: 10 };
  return { ...about, revision: 1, state: 'opened', startMs, endMs: startMs + 500, ...scores, message: '' };
}
const incidentsIn = (told: readonly Told[]): FleetIncident[] =>
  told.flatMap((each) => (each.about === 'incident' ? [each.incident] : []));

//   600 devices within a minute    xxxxxxxxxxxx
//   others over ten minutes         x  x x    x     x        x          x
//   one of it                      [------------------]   as long as many begin
test('whatever began between its start and when the last of them joined is a member, and nothing else', () => {
  const stragglers = fc.array(fc.integer({ min: 0, max: 600_000 }), { maxLength: 190 });
  fc.assert(
    fc.property(stragglers, (late) => {
      const starts = [...Array.from({ length: 600 }, (_, i) => i * 100), ...late].toSorted((one, two) => one - two);
      const groups = { ...noGroups('pump'), devices };
      const told = starts.flatMap((startMs, i) => takeAlert(groups, alertOf(i, startMs), startMs, plan));
      told.push(...passTime(groups, 700_000, plan));
      const { startMs, joinedUntilMs = NaN, members } = incidentsIn(told).at(-1)!;
      expect(members).toHaveLength(listedMembersMax);
      const joined = new Set(groups.incidents.flatMap((life) => [...life.members.keys()]));
      const within = starts.flatMap((at, i) => (at >= startMs && at <= joinedUntilMs ? [`a${i}`] : []));
      expect(within).toEqual([...joined]);
    }),
    { numRuns: 20 },
  );
});

test('one that lists all of its members says nothing of that', () => {
  const groups = { ...noGroups('pump'), devices: 12 };
  const told = [0, 1, 2].flatMap((i) => takeAlert(groups, alertOf(i, i), i, plan));
  expect(incidentsIn(told)).toHaveLength(1);
  expect(incidentsIn(told)[0]).not.toHaveProperty('joinedUntilMs');
});
