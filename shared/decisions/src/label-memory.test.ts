import * as fc from 'fast-check';
import { labelLimits, noLabels, verdicts, type Label, type LabelMemory } from '@tocsin/schemas';
import { describe, expect, test } from 'vitest';
import { idKey, isUnderMaintenance, maintenanceMaxMs, pendingLabels, rememberWindow, settle } from './label-memory.ts';

const label = (labelId: string, subjectId: string, atMs: number, verdict: Label['verdict'] = 'real'): Label => ({
  labelId,
  deviceId: 'p',
  subjectId,
  verdict,
  who: 'Ada',
  atMs,
  note: '',
});
const settleAll = (memory: LabelMemory, labels: readonly Label[]) =>
  pendingLabels(memory, labels).reduce((now, each) => settle(now, each, 1e6), memory);
const ids = (labels: readonly Label[]) => labels.map(({ labelId }) => labelId);

describe('which labels are pending', () => {
  test('the later one stands, by time, then by the key of its id; in order of time', () => {
    const labels = [label('c', 'w1', 5), label('a', 'w2', 7), label('b', 'w2', 7), label('d', 'w1', 4)];
    const tied = idKey('a') > idKey('b') ? 'a' : 'b';
    expect(ids(pendingLabels(noLabels, labels))).toEqual(['c', tied]);
  });

  test('what has taken effect is not pending again; an older one on the same subject comes too late', () => {
    const memory = settleAll(noLabels, [label('c', 'w1', 5)]);
    expect(pendingLabels(memory, [label('c', 'w1', 5), label('z', 'w1', 4)])).toEqual([]);
    expect(ids(pendingLabels(memory, [label('e', 'w1', 6)]))).toEqual(['e']);
  });

  test('however often and in whatever portions labels are read, each takes effect at most once', () => {
    const some = fc.array(
      fc.record({ id: fc.nat(30), subject: fc.nat(20), atMs: fc.nat(40), verdict: fc.constantFrom(...verdicts) }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(some, fc.nat(60), (drawn, cut) => {
        const labels = drawn.map(({ id, subject, atMs, verdict }) => label(`l${id}`, `w${subject}`, atMs, verdict));
        let memory: LabelMemory = noLabels;
        const applied: string[] = [];
        for (const portion of [labels.slice(0, cut), labels, labels]) {
          for (const each of pendingLabels(memory, portion)) {
            applied.push(`${each.labelId} ${each.subjectId} ${each.atMs}`);
            memory = settle(memory, each, 1e6);
          }
        }
        expect(new Set(applied).size).toBe(applied.length);
        expect(memory.verdicts.length).toBeLessThanOrEqual(labelLimits.verdicts);
        expect(pendingLabels(memory, labels)).toEqual([]);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('maintenance', () => {
  test('lasts until a later verdict on anything, or a day', () => {
    const begun = settle(noLabels, label('m', 'p', 1000, 'maintenance'), 2000);
    expect(isUnderMaintenance(begun, 1000 + maintenanceMaxMs - 1)).toBe(true);
    expect(isUnderMaintenance(begun, 1000 + maintenanceMaxMs)).toBe(false);
    expect(isUnderMaintenance(settle(begun, label('n', 'w', 999), 2000), 3000)).toBe(true);
    expect(isUnderMaintenance(settle(begun, label('n', 'w', 1001, 'real'), 2000), 3000)).toBe(false);
    expect(isUnderMaintenance(settle(begun, label('n', 'p', 1001, 'unsure'), 2000), 3000)).toBe(false);
  });

  test('goes on when the device is told to forget something meanwhile', () => {
    const begun = settle(noLabels, label('m', 'p', 1000, 'maintenance'), 2000);
    expect(isUnderMaintenance(settle(begun, label('n', 'rollback p', 1001, 'rollback'), 2000), 3000)).toBe(true);
  });

  //   m  Bob: maintenance of p   f  Ada: false alarm on v and w, which ends it   u  she takes that back
  //   9 h ------- 10 h                                                     12 h -----> as Bob said, a day from 9 h
  test('is not over because nobody is sure of something else: a verdict that is taken back leaves what others said', () => {
    const said = [label('m', 'p', 9, 'maintenance'), label('f', 'w', 10, 'false-alarm'), label('g', 'v', 10, 'false-alarm')];
    const undone = [label('u', 'w', 12, 'unsure'), label('x', 'v', 12, 'unsure')];
    expect(settleAll(noLabels, said).maintenance).toBeNull();
    const asBobSaid = { sinceMs: 9, untilMs: 9 + maintenanceMaxMs };
    expect(settleAll(settleAll(noLabels, said), undone).maintenance).toEqual(asBobSaid);
    expect(settleAll(noLabels, [...said, ...undone]).maintenance).toEqual(asBobSaid);
    expect(settleAll(noLabels, [...said, ...undone, label('z', 'p', 13, 'unsure')]).maintenance).toBeNull();
  });

  test('is as if what is called unsure had never been said, in whatever portions labels are read', () => {
    const stories = fc.array(fc.record({ subject: fc.nat(3), verdict: fc.constantFrom(...verdicts) }), { maxLength: 9 });
    fc.assert(
      fc.property(stories, fc.nat(3), fc.nat(9), (story, unsure, cut) => {
        const labels = story.map(({ subject, verdict }, i) => label(`l${i}`, `w${subject}`, i + 1, verdict));
        const others = labels.filter(({ subjectId }) => subjectId !== `w${unsure}`);
        const all = [...labels, label('u', `w${unsure}`, 99, 'unsure')];
        const atOnce = settleAll(noLabels, all).maintenance;
        expect(atOnce).toEqual(settleAll(noLabels, others).maintenance);
        expect(settleAll(settleAll(noLabels, labels.slice(0, cut)), all).maintenance).toEqual(atOnce);
      }),
    );
  });

  test('declared in the year 2106 it is over a day after it was read', () => {
    const begun = settle(noLabels, label('m', 'p', Date.UTC(2106, 0), 'maintenance'), 5000);
    expect(isUnderMaintenance(begun, 5000 + maintenanceMaxMs)).toBe(false);
  });
});

//   windows   a1 a2 a3 a4 a5 a6 a7 (alert a)   b1 (alert b)   x y (no alert)
//   kept      a1       a4 a5 a6 a7             b1               y
test('of every alert the first window and the newest are remembered, of the rest the newest', () => {
  const order = ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7', 'b1', 'x', 'y'];
  const memory = order.reduce<LabelMemory>((now, windowId) => {
    const alertId = 'ab'.includes(windowId[0]) ? windowId[0] : null;
    return rememberWindow(now, { windowId, alertId, features: new Float32Array(1) });
  }, noLabels);
  expect(memory.windows.map(({ windowKey }) => windowKey)).toEqual(['a1', 'a4', 'a5', 'a6', 'a7', 'b1', 'y'].map(idKey));
});

test('judged windows stay while there is room for two suspects', () => {
  let memory: LabelMemory = noLabels;
  for (let i = 0; i < 30; i++) {
    memory = rememberWindow(memory, { windowId: `w${i}`, alertId: `a${i}`, features: new Float32Array(1) });
    if (i % 2 === 0)
      memory = {
        ...memory,
        windows: memory.windows.map((window, at) =>
          at === memory.windows.length - 1 ? { ...window, standing: 'anomaly' } : window,
        ),
      };
  }
  expect(memory.windows).toHaveLength(labelLimits.windows);
  expect(memory.windows.filter(({ standing }) => standing === 'suspect')).toHaveLength(labelLimits.suspects);
  expect(memory.windows.at(-1)?.windowKey).toBe(idKey('w29'));
});
