// An alert that comes and goes: opened again, left open, and told now and then.
import * as fc from 'fast-check';
import type { Alert, Incident } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { countOpening, mayClose } from './alert-pace.ts';
import { closeByVerdict, forgetClosed } from './close-by-verdict.ts';
import { decide, noIncident, type AlertPlan } from './decide.ts';
import { quietWatch, raiseAndClear } from './raise-and-clear.ts';
import { plan, spec, windowOf } from './test-windows.ts';

const hourMs = 3_600_000;

/** One window every `everyS` seconds, from 14:02:10 on; one letter per window: O opened, R opened again, u updated, C closed. */
function play(marks: string, more: Partial<AlertPlan>, everyS = 1) {
  let incident: Incident = noIncident;
  let story = '';
  const alerts: Alert[] = [];
  const incidents: Incident[] = [];
  marks.split('').forEach((mark, at) => {
    const decision = decide(incident, { window: windowOf(mark, at * everyS), spec, explain: () => [] }, { ...plan, ...more });
    incident = structuredClone(decision.incident);
    incidents.push(incident);
    if (decision.alert !== null) alerts.push(decision.alert);
    const { state, openings = 1 } = decision.alert ?? {};
    story += state === undefined ? ' ' : state === 'opened' ? (openings > 1 ? 'R' : 'O') : state === 'closed' ? 'C' : 'u';
  });
  return { story: story.trimEnd(), alerts, incident, incidents };
}

describe('raise 2 of 3, clear 3', () => {
  test.each([
    // within six seconds of its last anomalous window it is the same
    ['comes back soon', 'XX....XX...', { cooldownMs: 6000 }, ' O  C  R  C'],
    ['comes back late', 'XX.......XX...', { cooldownMs: 6000 }, ' O  C     O  C'],
    // the third opening of the hour stays, and says that it came back
    ['comes and goes', 'XX...XX...XX...XX...XX', { cooldownMs: 6000, openingsPerHour: 3 }, ' O  C R  C R    u    u'],
    ['goes, and nothing follows', 'XX...XX...........', { cooldownMs: 6000, openingsPerHour: 2 }, ' O  C R'],
    // nothing is said in the ten seconds after something was, unless it is critical
    ['gets worse quickly', '0011223344556677', { updateEveryMs: 10_000 }, ' O         u'],
    ['gets worse at once', '00WX', { updateEveryMs: 10_000 }, ' O u'],
  ] as const)('%s: %s', (_, marks, more, story) => expect(play(marks, more).story).toBe(story));

  test('one that came back has its id, its start, all its windows and one more revision', () => {
    const { alerts } = play('XX....XX...', { cooldownMs: 6000 });
    expect(new Set(alerts.map(({ alertId, startMs }) => `${alertId} ${startMs}`)).size).toBe(1);
    expect(alerts.map(({ revision, windows, openings }) => [revision, windows, openings])).toEqual([
      [1, 2, undefined],
      [2, 2, undefined],
      [3, 4, 2],
      [4, 4, 2],
    ]);
    expect(alerts.at(-1)!.message).toBe(
      'pump-3: back to normal after 4 anomalous windows from 14:02:11 to 14:02:18 UTC; opened 2 times.',
    );
  });

  test('one that is left open closes in the next hour, and says how often it would have', () => {
    // a window a minute: 15:00 is the 58th
    const { story, alerts } = play(`XX...XX...XX${'.'.repeat(60)}`, { cooldownMs: 6 * 60_000, openingsPerHour: 2 }, 60);
    expect(story).toBe(' O  C R    u'.padEnd(58) + 'C');
    expect(alerts.at(-1)).toMatchObject({ state: 'closed', openings: 2, swings: 2, windows: 6 });
    expect(alerts.at(-1)!.message).toContain('; opened 2 times, came and went 2 more times.');
  });

  test('what people said is the end of it: what comes then is another alert, and counted anew', () => {
    const facts = { deviceId: 'pump-3', deviceClass: 'pump', modelVersion: 4, supportWindows: 16 };
    const once = play('XX', { cooldownMs: hourMs }).incident;
    expect(closeByVerdict(once, { verdict: 'false-alarm', who: 'Ada' }, facts).incident).toEqual(noIncident);
    const closed = play('XX...', { cooldownMs: hourMs }).incident;
    expect(closed.closed?.windows).toBe(2);
    expect(forgetClosed(closed)).not.toHaveProperty('closed');
    expect(forgetClosed(noIncident)).toBe(noIncident);
  });

  test('maintenance forgets what led to an alert, and leaves one alone', () => {
    const maintained = { ...windowOf('W', 2), flags: ['maintenance'] as const };
    const under = (incident: Incident) => decide(incident, { window: maintained, spec, explain: () => [] }, plan);
    expect(under(play('X.X', { raiseCount: 3 }).incident)).toEqual({ incident: noIncident, alert: null });
    const { incident } = play('XX..', {});
    expect(under(incident)).toEqual({ incident: { ...incident, recent: 0, calm: 0 }, alert: null });
  });
});

test('a lower level to close than to open: what is in between neither raises nor clears', () => {
  // p: X .005, `.` .5; over the threshold is under .01, and under .04 is not calm
  const between = { score: 0.9, pValue: 0.03 };
  const seen = (clearFactor: number) => {
    let incident = play('XX', { clearFactor }).incident;
    for (let at = 2; at < 12; at++)
      incident = decide(
        incident,
        { window: { ...windowOf('.', at), ...between }, spec, explain: () => [] },
        { ...plan, clearFactor },
      ).incident;
    return incident;
  };
  expect(seen(1).open).toBeNull();
  expect(seen(4)).toMatchObject({ calm: 0, recent: 0, open: { windows: 2 } });
  // nine in ten normal windows are calm, however much is asked for
  expect(play('XX...', { clearFactor: 1000 }).story).toBe(' O  C');
});

describe('for any windows and any pace', () => {
  const marks = fc.string({ unit: fc.constantFrom('.', '.', '.', 'X', 'X', 'W', '1', '9', 'c', '-'), maxLength: 300 });
  const paces = fc.record(
    {
      cooldownMs: fc.constantFrom(0, 5 * 60_000, hourMs),
      openingsPerHour: fc.integer({ min: 1, max: 4 }),
      updateEveryMs: fc.constantFrom(0, 60_000, hourMs),
      clearCount: fc.integer({ min: 1, max: 4 }),
    },
    { requiredKeys: ['openingsPerHour', 'clearCount'] },
  );
  const perHour = (alerts: readonly Alert[]) => {
    const counts = new Map<number, number>();
    for (const { endMs } of alerts.filter(({ state }) => state === 'opened'))
      counts.set(Math.floor(endMs / hourMs), (counts.get(Math.floor(endMs / hourMs)) ?? 0) + 1);
    return Math.max(0, ...counts.values());
  };

  test('so many openings an hour and no more; whatever would be open without a pace is open', () => {
    fc.assert(
      fc.property(marks, paces, (windows, pace) => {
        const { alerts, incidents } = play(windows, pace, 60);
        expect(perHour(alerts)).toBeLessThanOrEqual(pace.openingsPerHour);
        let watch = quietWatch;
        windows.split('').forEach((mark, at) => {
          if (mark !== 'c' && mark !== '-') watch = raiseAndClear(watch, mark !== '.', { ...plan, ...pace });
          if (watch.isOpen) expect(incidents[at].open).not.toBeNull();
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('records of one alert are numbered, it is opened after it was closed only, and never gets milder', () => {
    fc.assert(
      fc.property(marks, paces, (windows, pace) => {
        const { alerts } = play(windows, pace, 60);
        for (const id of new Set(alerts.map(({ alertId }) => alertId))) {
          const life = alerts.filter(({ alertId }) => alertId === id);
          expect(life.map(({ revision }) => revision)).toEqual(life.map((_, i) => i + 1));
          const states = life.map(({ state }) => ({ opened: 'O', updated: 'u', closed: 'C' })[state]).join('');
          expect(states).toMatch(/^(Ou*C)*(Ou*)?$/);
          expect(life.filter(({ state }) => state === 'opened').map(({ openings = 1 }) => openings)).toEqual(
            life.filter(({ state }) => state === 'opened').map((_, i) => i + 1),
          );
          const severities = life.map(({ severity }) => severity);
          expect(severities).toEqual(severities.toSorted().toReversed());
          for (const name of ['windows', 'swings', 'endMs'] as const) {
            const values = life.map((alert) => alert[name] ?? 0);
            expect(values).toEqual(values.toSorted((one, two) => one - two));
          }
        }
      }),
      { seed: 2, numRuns: 300 },
    );
  });
});

test('hours are those of the clock, also before 1970 and at the end of time', () => {
  const plan3 = { openingsPerHour: 2 };
  for (const start of [0, -hourMs, -8.64e15, 8.64e15 - hourMs]) {
    const count = countOpening(countOpening(undefined, start), start + hourMs - 1);
    expect(count.openings).toBe(2);
    expect(mayClose(count, start + hourMs - 1, plan3)).toBe(false);
    expect(mayClose(count, start + hourMs, plan3)).toBe(true);
    expect(count.hour).toBe(count.hour >>> 0);
  }
  expect(mayClose(undefined, 0, plan3)).toBe(true);
  expect(mayClose({ hour: 0, openings: 255 }, 0, {})).toBe(true);
});
