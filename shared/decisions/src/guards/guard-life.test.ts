import { noGuards, type Alert, type GuardMemory } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { calmGuard, dismissGuard, expectBreach, guardAlertId, stepGuard } from './guard-life.ts';

const facts = { deviceId: 'pump-3', deviceClass: 'pump', modelVersion: 1, supportWindows: 10, channels: ['x', 'y'] };
const pace = { raiseCount: 2, clearCount: 3 };

/**
 * `.` within bounds, `#` over, `D` over after an operator dismissed what was open, `E` over as was expected, `-` calm whatever it was.
 * Letters: O opened, C closed.
 */
function play(marks: string) {
  let memory: GuardMemory = noGuards;
  let story = '';
  const alerts: Alert[] = [];
  const take = (step: { memory: GuardMemory; alert: Alert | null }) => {
    memory = step.memory;
    if (step.alert !== null) alerts.push(step.alert);
    return step.alert === null ? ' ' : { opened: 'O', updated: 'u', closed: 'C' }[step.alert.state];
  };
  marks.split('').forEach((mark, at) => {
    let told = ' ';
    if (mark === 'D') told = take(dismissGuard(memory, 'range', { verdict: 'false-alarm', who: 'Ada' }, facts));
    if (mark === 'E') memory = expectBreach(memory, 'range');
    if (mark === '-') return void ((memory = calmGuard(memory, 'range')), (story += ' '));
    const breach = mark === '.' ? null : { value: 300, bound: 200, channel: 1 };
    const stepped = take(stepGuard(memory, { guard: 'range', breach, startMs: at * 1000, endMs: at * 1000 + 1000 }, pace, facts));
    story += told === ' ' ? stepped : told;
  });
  return { story: story.trimEnd(), alerts, memory };
}

const lives = `
  one window is not enough
    .#.#..#.

  two in a row are, three calm ones close
    .###.#...##
      O     C O

  dismissed it is quiet for as long as it lasts
    ###D###.##
     O C

  and alarms again when it comes again
    ##D##...##
     OC      O

  expected it is no news, and afterwards it is
    EE##...##
            O

  what was dismissed or expected is over when that is known otherwise, what is open is not
    EE-##-###...
        O      C
`;

describe('lives of a guard, raise 2, clear 3', () => {
  const drawn = lives.split('\n\n').map((life) => {
    const [name, marks, story = ''] = life.split('\n').filter((line) => line !== '');
    return { name: name.trim(), marks: marks.slice(4), story: story.slice(4).trimEnd() };
  });
  test.each(drawn)('$name', ({ marks, story }) => expect(play(marks).story).toBe(story));
});

test('the alert names guard, channel, value and bound, and keeps its id', () => {
  const { alerts } = play('###...');
  expect(alerts[0]).toMatchObject({
    guard: 'range',
    alertId: guardAlertId('range', 'pump-3', 1000),
    state: 'opened',
    revision: 1,
    severity: 'critical',
    score: 300,
    threshold: 200,
    contributions: [{ feature: 'y.value out of range', channel: 'y', actual: 300, expected: 200 }],
    message: 'pump-3: y reads 300, beyond 200, since 1970-01-01 00:00:01 UTC; check the sensor.',
  });
  expect(alerts[1]).toMatchObject({ alertId: alerts[0].alertId, state: 'closed', revision: 2, windows: 3, contributions: [] });
  expect(play('###...').alerts).toEqual(alerts);
});

test('a guard that comes back soon is opened again, and left open where it comes and goes', () => {
  const pace3 = { ...pace, cooldownMs: 10_000, openingsPerHour: 2 };
  let memory: GuardMemory = noGuards;
  const alerts: Alert[] = [];
  '##...##...##...##...'.split('').forEach((mark, at) => {
    const breach = mark === '.' ? null : { value: 300 + at, bound: 200, channel: 1 };
    const step = stepGuard(memory, { guard: 'range', breach, startMs: at * 1000, endMs: at * 1000 + 1000 }, pace3, facts);
    memory = step.memory;
    if (step.alert !== null) alerts.push(step.alert);
  });
  expect(alerts.map(({ state, revision, openings = 1, swings = 0 }) => [state, revision, openings, swings])).toEqual([
    ['opened', 1, 1, 0],
    ['closed', 2, 1, 0],
    ['opened', 3, 2, 0],
    ['updated', 4, 2, 1],
    ['updated', 5, 2, 2],
  ]);
  expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(1);
  expect(alerts[2]).toMatchObject({ score: 306, windows: 4, startMs: 1000, endMs: 7000 });
  expect(alerts[4].message).toBe(
    'pump-3: y reads 306, beyond 200, since 1970-01-01 00:00:01 UTC; check the sensor. Opened 2 times, came and went 2 more times.',
  );
  const later = { guard: 'range', breach: null, startMs: 3_600_000, endMs: 3_601_000 } as const;
  expect(stepGuard(memory, later, pace3, facts).alert).toMatchObject({ state: 'closed', revision: 6, swings: 3 });
});

test('silence ends with what comes', () => {
  const once = { raiseCount: 1, clearCount: 1 };
  const breach = { value: 70_000, bound: 60_000, channel: 0 };
  const silent = stepGuard(noGuards, { guard: 'silent', breach, startMs: 5000, endMs: 5000 }, once, facts);
  const back = stepGuard(silent.memory, { guard: 'silent', breach: null, startMs: 90_000, endMs: 91_000 }, once, facts);
  expect(back.alert).toMatchObject({ state: 'closed', startMs: 5000, endMs: 90_000 });
});
