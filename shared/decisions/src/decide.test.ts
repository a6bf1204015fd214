import * as fc from 'fast-check';
import type { Alert, Contribution, Incident } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { decide, noIncident, type AlertPlan } from './decide.ts';
import { plan, spec, windowOf } from './test-windows.ts';

const contribution: Contribution = { feature: 'x.skew', channel: 'x', share: 1, actual: 3, expected: 0.1, deviation: 9 };

/** Plays windows drawn as marks; returns the alerts, and one letter per window: O opened, u updated, C closed. */
function play(marks: string, decisionPlan: AlertPlan = plan) {
  let incident: Incident = noIncident;
  let explained = 0;
  let story = '';
  const alerts: Alert[] = [];
  const incidents: Incident[] = [];
  const explain = () => {
    explained += 1;
    return [contribution];
  };
  marks.split('').forEach((mark, at) => {
    const decision = decide(incident, { window: windowOf(mark, at), spec, explain }, decisionPlan);
    incident = decision.incident;
    incidents.push(incident);
    if (decision.alert !== null) alerts.push(decision.alert);
    story += decision.alert === null ? ' ' : { opened: 'O', updated: 'u', closed: 'C' }[decision.alert.state];
  });
  return { story: story.trimEnd(), alerts, incident, incidents, explained };
}

// . calm   X over   W wild   0-9 so many ln 2 over   c cold   - no score        O opened   u updated   C closed
const lives = `
  one window is not enough
    ..X....X..

  two of three are
    ..XX....
       O  C

  also with a gap
    ..X.X....
        O  C

  two of four are not
    ..X..X...

  a short calm spell does not close; the fourth anomalous window is news
    XX..X..X...X
     O     u  C

  after closing it takes two again
    XX...X...XX
     O  C     O

  news grows rare: at 4, 8, 16 anomalous windows
    XXXXXXXXXXXXXXXXXX...
     O u   u       u    C

  as bad as before is none
    122221222...
     O u   u   C

  worse by another ln 2 is
    0012233344...
     Ouu u uu   C

  cold and unscored windows do not raise
    ccccc-----

  nor clear
    XX..ccc--..
     O       C

  nor take part in the count
    Xccc---X
           O
`;

describe('lives of alerts, raise 2 of 3, clear 3', () => {
  const drawn = lives.split('\n\n').map((life) => {
    const [name, marks, story = ''] = life.split('\n').filter((line) => line !== '');
    return { name: name.trim(), marks: marks.slice(4), story: story.slice(4) };
  });
  test.each(drawn)('$name', ({ marks, story }) => expect(play(marks).story).toBe(story));
});

describe('the alert', () => {
  test('tells of the incident so far, with the worst window by its excess', () => {
    const { alerts } = play('.X2X1...');
    expect(alerts[0]).toMatchObject({
      state: 'opened',
      revision: 1,
      deviceId: 'pump-3',
      deviceClass: 'pump',
      severity: 'warning',
      windows: 2,
      startMs: windowOf('2', 2).startMs,
      endMs: windowOf('2', 2).endMs,
      score: windowOf('2', 2).score,
      threshold: 1,
      pValue: 0.005,
      modelVersion: 4,
      supportWindows: 16,
      contributions: [contribution],
    });
    expect(alerts.at(-1)).toMatchObject({
      state: 'closed',
      revision: 3,
      windows: 4,
      score: windowOf('2', 2).score,
      endMs: windowOf('1', 4).endMs,
      contributions: [],
    });
  });

  test('keeps its id for life; another incident, another id; a replay, the same', () => {
    const { alerts } = play('XX...XX...');
    expect(alerts.map(({ alertId }) => alertId)).toEqual([0, 0, 1, 1].map((i) => alerts[2 * i].alertId));
    expect(alerts[0].alertId).not.toBe(alerts[2].alertId);
    expect(play('XX...XX...').alerts).toEqual(alerts);
  });

  test('is critical when wild and lasting, and stays so', () => {
    expect(play('WWXXXXXX').alerts.map(({ severity }) => severity)).toEqual(['warning', 'critical', 'critical']);
    expect(play('XXXXXXXX').incident.open?.severity).toBe('warning');
    expect(play('XXXXXW').alerts.at(-1)).toMatchObject({ state: 'updated', severity: 'critical' });
  });

  test('asks for contributions only when it needs them', () => {
    expect(play('.X.....-cX').explained).toBe(0);
    expect(play('XXXXX...').explained).toBe(2);
  });

  test('refuses a memory that does not fit', () => {
    expect(() => play('.', { ...plan, raiseOf: 32 })).toThrow('raiseOf: 32');
    expect(play('X'.repeat(31), { ...plan, raiseCount: 31, raiseOf: 31 }).story).toBe('O'.padStart(31));
  });
});

test('a class that says so is alerted from cold devices, and told so', () => {
  const { story, alerts } = play('.ccc', { ...plan, alertFrom: 0 });
  expect(story).toBe('  O');
  expect(alerts[0]).toMatchObject({ confidence: 'cold', supportWindows: 9 });
  expect(alerts[0].message).toContain('(known from 9 windows only)');
});

describe('for any windows and any plan', () => {
  const marks = fc.string({ unit: fc.constantFrom('.', '.', 'X', 'X', 'W', '1', '3', '9', 'c', '-'), maxLength: 120 });
  const plans = fc
    .record({ raiseOf: fc.integer({ min: 1, max: 8 }), raise: fc.nat(7), clearCount: fc.integer({ min: 1, max: 5 }) })
    .map(({ raiseOf, raise, clearCount }) => ({ ...plan, raiseOf, raiseCount: 1 + (raise % raiseOf), clearCount }));

  test('opens and closes take turns, revisions count up, an id is never used twice', () => {
    fc.assert(
      fc.property(marks, plans, (windows, decisionPlan) => {
        const { story, alerts, incident } = play(windows, decisionPlan);
        const told = story.replaceAll(' ', '');
        expect(told).toMatch(/^(Ou*C)*(Ou*)?$/);
        const each = told.match(/Ou*C?/g) ?? [];
        let at = 0;
        for (const { length } of each) {
          const life = alerts.slice(at, (at += length));
          expect(new Set(life.map(({ alertId, startMs }) => `${alertId} ${startMs}`)).size).toBe(1);
          expect(life.map(({ revision }) => revision)).toEqual(life.map((_, i) => i + 1));
          const counts = life.map((alert) => alert.windows);
          expect(counts).toEqual(counts.toSorted((one, two) => one - two));
        }
        expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(each.length);
        expect(incident.open === null).toBe(/^$|C$/.test(told));
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('going on from what was remembered tells the rest of the same story', () => {
    fc.assert(
      fc.property(marks, fc.nat(120), (windows, cut) => {
        const whole = play(windows);
        const at = Math.min(cut, windows.length);
        let incident = at === 0 ? noIncident : structuredClone(whole.incidents[at - 1]);
        for (let i = at; i < windows.length; i++) {
          const observation = { window: windowOf(windows[i], i), spec, explain: () => [contribution] };
          incident = decide(incident, observation, plan).incident;
          expect(incident).toEqual(whole.incidents[i]);
        }
      }),
      { seed: 1 },
    );
  });

  test('a long incident is a handful of records', () => {
    expect(play('X'.repeat(5000)).alerts.length).toBeLessThan(15);
  });
});
