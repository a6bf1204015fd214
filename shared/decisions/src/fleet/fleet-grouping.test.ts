// One incident instead of many alerts: when it opens, who joins, what is still told by itself, and when it is over.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Alert } from '@tocsin/schemas';
import { noGroups, restoreGroups, storeGroups, type ClassGroups, type GroupingPlan } from './class-groups.ts';
import { passTime, takeAlert, type Told } from './fleet-grouping.ts';

const plan: GroupingPlan = { share: 0.1, minDevices: 3, spanMs: 60_000, holdMs: 10_000, updateEveryMs: 30_000 };

function alertOf(device: number, atS: number, more: Partial<Alert> = {}): Alert {
  return {
    alertId: `a${device}`,
    revision: 1,
    state: 'opened',
    deviceId: `pump-${device}`,
    deviceClass: 'pump',
    severity: 'warning',
    startMs: atS * 1000,
    endMs: atS * 1000 + 500,
    score: 2,
    threshold: 1,
    pValue: 1e-4,
    windows: 2,
    contributions: [],
    modelVersion: 1,
    supportWindows: 10,
    message: '',
    ...more,
  };
}
const closed = (device: number, atS: number, more: Partial<Alert> = {}) =>
  alertOf(device, atS, { revision: 2, state: 'closed', ...more });

/** `alert a1 opened`, `incident opened 3 of 12 (3 open)`. */
const textOf = (told: Told) =>
  told.about === 'alert'
    ? `alert ${told.alert.alertId} ${told.alert.state}`
    : `incident ${told.incident.state} ${told.incident.devices} of ${told.incident.of} (${told.incident.devicesOpen} open)`;

/** Takes alerts one second apart, beginning at the given second; what was told. */
function play(groups: ClassGroups, alerts: readonly Alert[], atS: number, own = plan): string[] {
  return alerts.flatMap((alert, i) => {
    const nowMs = (atS + i) * 1000;
    return [...takeAlert(groups, alert, nowMs, own), ...passTime(groups, nowMs, own)].map(textOf);
  });
}
const later = (groups: ClassGroups, atS: number, own = plan) => passTime(groups, atS * 1000, own).map(textOf);
const of = (devices: number): ClassGroups => ({ ...noGroups('pump'), devices });

describe('alerts by themselves', () => {
  test('are told after a while of waiting for their peers, with all that was said of them', () => {
    const groups = of(12);
    expect(play(groups, [alertOf(1, 0), closed(1, 0)], 0)).toEqual([]);
    expect(later(groups, 9)).toEqual([]);
    expect(later(groups, 10)).toEqual(['alert a1 opened', 'alert a1 closed']);
  });

  test('are told at once where nothing is held, and when they have been told before', () => {
    expect(play(of(12), [alertOf(1, 0), closed(1, 0)], 0, { ...plan, holdMs: 0 })).toEqual([
      'alert a1 opened',
      'alert a1 closed',
    ]);
  });

  test('are no incident where they are too far apart, too few for so large a class, or of one device', () => {
    //   0        60       120 s
    //   1---------2---------3       any 60 s hold two of them
    const apart = of(12);
    play(apart, [alertOf(1, 0), alertOf(2, 60), alertOf(3, 121)], 0);
    expect(apart.incidents).toEqual([]);
    const large = of(100);
    play(
      large,
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((device) => alertOf(device, 0)),
      0,
    );
    expect(large.incidents).toEqual([]);
    const one = of(12);
    play(
      one,
      ['x', 'y', 'z'].map((alertId) => alertOf(1, 0, { alertId })),
      0,
    );
    expect(one.incidents).toEqual([]);
  });

  test('that fell silent have another cause than those that shifted', () => {
    const groups = of(12);
    play(groups, [alertOf(1, 0), alertOf(2, 0), alertOf(3, 0, { guard: 'silent' })], 0);
    expect(groups.incidents).toEqual([]);
    expect(play(groups, [alertOf(4, 0, { guard: 'range' })], 3)).toEqual(['incident opened 3 of 12 (3 open)']);
  });
});

describe('what nobody expects of alerts and clocks', () => {
  test('an end that comes before its beginning is told once, and the beginning is no news then', () => {
    const groups = of(12);
    expect(play(groups, [closed(1, 0), closed(1, 0), alertOf(1, 0)], 0)).toEqual(['alert a1 closed']);
    expect(later(groups, 60)).toEqual([]);
    // It has come back.
    expect(play(groups, [alertOf(1, 0, { revision: 3, openings: 2 })], 61)).toEqual(['alert a1 opened']);
  });

  test('a clock that is set back by an hour lets nobody wait for an hour', () => {
    const groups = of(12);
    play(groups, [alertOf(1, 0)], 7200);
    expect(later(groups, 3600)).toEqual(['alert a1 opened']);
    play(groups, [alertOf(2, 1000), alertOf(3, 1000), alertOf(4, 1000)], 7200);
    play(groups, [closed(2, 1000), closed(3, 1000), closed(4, 1000)], 7203);
    expect(later(groups, 3600)).toEqual(['incident closed 3 of 12 (0 open)']);
  });

  test('times that are none, or that no date can hold, are no reason to say nothing', () => {
    const groups = of(12);
    play(
      groups,
      [NaN, Infinity, 1e300, 1e300, 1e300].map((ms, i) => ({ ...alertOf(i, 0), startMs: ms, endMs: ms })),
      0,
    );
    const stored = restoreGroups(JSON.parse(JSON.stringify(storeGroups(groups))));
    expect([...stored.singles.values()].map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(stored.incidents).toHaveLength(1);
  });

  test('devices that come back for weeks, always under another id, do not pile up', () => {
    const groups = of(600);
    const round = (k: number) => Array.from({ length: 600 }, (_, i) => alertOf(i, k * 40, { alertId: `a${i} ${k}` }));
    for (let k = 0; k < 20; k++) {
      for (const alert of round(k)) takeAlert(groups, alert, k * 40_000, plan);
      passTime(groups, k * 40_000, plan);
      for (const alert of round(k)) takeAlert(groups, { ...alert, state: 'closed', revision: 2 }, k * 40_000 + 1, plan);
    }
    expect(groups.incidents).toHaveLength(1);
    expect(groups.incidents[0].members.size).toBeLessThanOrEqual(1800);
    const [closing] = passTime(groups, 4_000_000, plan);
    expect(closing).toMatchObject({ incident: { state: 'closed', devices: 600, startMs: 0 } });
  });
});

describe('an incident', () => {
  test('of 400 devices is told once, and none of its alerts', () => {
    const groups = of(400);
    const alerts = Array.from({ length: 400 }, (_, i) => alertOf(i, i / 50));
    const told = alerts.flatMap((alert, i) => takeAlert(groups, alert, i * 20, plan)).map(textOf);
    expect(told).toEqual(['incident opened 40 of 400 (40 open)']);
    expect(later(groups, 60)).toEqual(['incident updated 400 of 400 (400 open)']);
    expect(groups.grouped).toBe(400);
    expect(later(groups, 600)).toEqual([]);
  });

  test('names what had been told before, and tells its end, too', () => {
    const groups = of(12);
    play(groups, [alertOf(1, 0)], 0);
    expect(later(groups, 20)).toEqual(['alert a1 opened']);
    expect(play(groups, [alertOf(2, 18), alertOf(3, 19)], 21)).toEqual(['incident opened 3 of 12 (3 open)']);
    const [{ members }] = groups.incidents;
    expect([...members.values()].map(({ alertId, wasTold }) => [alertId, wasTold])).toEqual([
      ['a1', true],
      ['a2', false],
      ['a3', false],
    ]);
    const update = alertOf(1, 0, { revision: 2, state: 'updated' });
    expect(play(groups, [update, closed(1, 0, { revision: 3 }), closed(2, 18)], 25)).toEqual(['alert a1 closed']);
  });

  test('is joined by whoever begins while many do, and not by what comes long afterwards', () => {
    //    0 s  1 2 3      opens, and is dense until 0 s
    //   50 s  4          joins; with 1 2 3 it is dense until 50 s
    //  105 s  5          joins; but 50 to 105 s hold two only
    //  170 s  6          by itself
    const groups = of(12);
    play(groups, [alertOf(1, 0), alertOf(2, 0), alertOf(3, 0), alertOf(4, 50), alertOf(5, 105), alertOf(6, 170)], 0);
    expect([...groups.incidents[0].members.keys()]).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
    expect(later(groups, 20)).toEqual(['alert a6 opened']);
  });

  test('is told again when it gets worse, and now and then while it changes', () => {
    const groups = of(12);
    play(groups, [alertOf(1, 0), alertOf(2, 0), alertOf(3, 0)], 0);
    expect(play(groups, [alertOf(4, 1), alertOf(5, 1, { severity: 'critical' })], 3)).toEqual([
      'incident updated 5 of 12 (5 open)',
    ]);
    expect(groups.incidents[0].severity).toBe('critical');
    expect(play(groups, [closed(1, 0)], 10)).toEqual([]);
    expect(later(groups, 40)).toEqual(['incident updated 5 of 12 (4 open)']);
    expect(later(groups, 400)).toEqual([]);
  });

  test('closes when all its alerts have been closed for a while, and what comes back is a new matter', () => {
    const groups = of(12);
    play(groups, [alertOf(1, 0), alertOf(2, 0), alertOf(3, 0)], 0);
    expect(play(groups, [closed(1, 0), closed(2, 0), closed(3, 0)], 40)).toEqual(['incident updated 3 of 12 (2 open)']);
    expect(later(groups, 71)).toEqual([]);
    expect(later(groups, 72)).toEqual(['incident closed 3 of 12 (0 open)']);
    expect(play(groups, [closed(2, 0)], 80)).toEqual([]);
    expect(play(groups, [alertOf(2, 0, { revision: 3, openings: 2 })], 90)).toEqual([]);
    expect(later(groups, 100)).toEqual(['alert a2 opened']);
    expect(later(groups, 4000)).toEqual([]);
    expect([groups.incidents.length, groups.singles.size]).toEqual([0, 0]);
  });

  test('has a sentence', () => {
    const groups = of(12);
    const told = [1, 2, 3, 4].flatMap((device) => takeAlert(groups, alertOf(device, 3600 + device), device, plan));
    const [{ about, ...rest }] = told;
    expect(about).toBe('incident');
    expect('incident' in rest && rest.incident.message).toBe(
      '3 of 12 pump shifted together since 01:00:01 UTC: look for one cause. pump-1, pump-2, pump-3.',
    );
  });
});

/** A story of alerts: who, when it began, what becomes of it. */
const stories = fc.array(
  fc.record({ device: fc.nat(14), atS: fc.nat(300), closes: fc.boolean(), silent: fc.boolean(), pauseS: fc.nat(40) }),
  { maxLength: 60 },
);
type Story = { device: number; atS: number; closes: boolean; silent: boolean; pauseS: number }[];

/** Plays a story; `between` sees and may replace what is remembered after every step. */
function tellStory(
  story: Story,
  between: (groups: ClassGroups, i: number) => ClassGroups,
): { told: Told[]; groups: ClassGroups } {
  let groups = of(15);
  let nowMs = 0;
  const told: Told[] = [];
  const revisions = new Map<string, number>();
  story.forEach(({ device, atS, closes, silent, pauseS }, i) => {
    nowMs += pauseS * 1000;
    const revision = (revisions.get(`a${device}`) ?? 0) + 1;
    revisions.set(`a${device}`, revision);
    const state = closes && revision > 1 ? ('closed' as const) : revision > 1 ? ('updated' as const) : ('opened' as const);
    const alert = alertOf(device, atS, { revision, state, ...(silent ? { guard: 'silent' as const } : {}) });
    told.push(...takeAlert(groups, alert, nowMs, plan));
    groups = between(groups, i);
    // At least once: the same record again changes nothing. Only of what was over when it was first heard of nothing is kept.
    expect(takeAlert(groups, alert, nowMs, plan)).toEqual(
      state === 'closed' && told.at(-1)?.about === 'alert' ? expect.anything() : [],
    );
    told.push(...passTime(groups, nowMs, plan));
  });
  told.push(...passTime(groups, nowMs + 20_000, plan));
  return { told, groups };
}

describe('whatever happens', () => {
  test('the same alerts give the same, stored and restored after every one of them or not', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const whole = tellStory(story, (groups) => groups);
        const stored = tellStory(story, (groups) => restoreGroups(JSON.parse(JSON.stringify(storeGroups(groups)))));
        expect(stored.told).toEqual(whole.told);
        expect(storeGroups(stored.groups)).toEqual(storeGroups(whole.groups));
      }),
    );
  });

  test('every alert is told by itself or is a member of what is told; revisions of incidents rise by one', () => {
    fc.assert(
      fc.property(stories, (story) => {
        const { told, groups } = tellStory(story, (same) => same);
        const heard = new Set(told.flatMap((each) => (each.about === 'alert' ? [each.alert.alertId] : [])));
        for (const { members } of groups.incidents) for (const alertId of members.keys()) heard.add(alertId);
        const revisions = new Map<string, number>();
        for (const each of told) {
          if (each.about === 'alert') continue;
          const { incidentId, revision, members } = each.incident;
          expect(revision).toBe((revisions.get(incidentId) ?? 0) + 1);
          revisions.set(incidentId, revision);
          for (const { alertId } of members) heard.add(alertId);
        }
        for (const { device } of story) expect(heard).toContain(`a${device}`);
      }),
    );
  });
});
