import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Alert, IncidentKind } from '@tocsin/schemas';
import { alertWithPeers, countShifted, peersOf, type Beginning } from './peers.ts';

const spanMs = 60_000;
const began = (deviceId: string, atS: number, kind: IncidentKind = 'shift'): Beginning => ({
  deviceId,
  kind,
  startMs: atS * 1000,
});

test.each<[string, Beginning[], number]>([
  //   -61 -60     0      60  61 s
  //     b  c      a       d   e      c and d are within a minute
  ['before and after', [began('b', -61), began('c', -60), began('a', 0), began('d', 60), began('e', 61)], 2],
  ['its own alerts are nobody else', [began('a', 0), began('a', 5)], 0],
  ['a device is one, however many alerts it has', [began('b', 5), began('b', 0)], 1],
  ['who fell silent did not shift', [began('b', 0, 'silence')], 0],
  ['nobody', [], 0],
])('%s', (_, known, shifted) => {
  expect(countShifted([began('a', 0)], known, spanMs)).toEqual([shifted]);
});

test('of many at once as of each by itself', () => {
  const beginnings = fc.array(
    fc.record({ device: fc.nat(6), atS: fc.nat(400), silent: fc.boolean() }).map(({ device, atS, silent }) => {
      return began(`pump-${device}`, atS, silent ? 'silence' : 'shift');
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(beginnings, beginnings, (alerts, known) => {
      const plainly = alerts.map(({ deviceId, kind, startMs }) => {
        const near = known.filter((other) => other.kind === kind && Math.abs(other.startMs - startMs) <= spanMs);
        return new Set(near.map((other) => other.deviceId).filter((other) => other !== deviceId)).size;
      });
      expect(countShifted(alerts, known, spanMs)).toEqual(plainly);
    }),
  );
});

test.each([
  ['this one is no peer of its own', 3, 42, { shifted: 3, of: 41 }],
  ['who has an alert is somebody', 2, 1, { shifted: 2, of: 2 }],
  ['nobody knows how many there are', 1, 0, { shifted: 1, of: 0 }],
])('%s', (_, shifted, awake, peers) => {
  expect(peersOf(shifted, awake)).toEqual(peers);
});

test('an alert says it in its sentence, and as figures; where nothing is known it stays as it is', () => {
  const alert = { alertId: 'x', message: 'pump-1, x: peak level 2x what is normal for this device since 14:02:10 UTC.' } as Alert;
  expect(alertWithPeers(alert, { shifted: 3, of: 41 })).toEqual({
    ...alert,
    peers: { shifted: 3, of: 41 },
    message: 'pump-1, x: peak level 2x what is normal for this device since 14:02:10 UTC; 3 of 41 peers shifted too.',
  });
  const silent = { ...alert, guard: 'silent' as const, message: 'pump-1: is it switched off?' };
  expect(alertWithPeers(silent, { shifted: 0, of: 41 }).message).toBe(
    'pump-1: is it switched off? None of its 41 peers fell silent.',
  );
  expect(alertWithPeers(alert, { shifted: 0, of: 0 })).toBe(alert);
});
