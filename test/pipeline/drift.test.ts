// A drift too slow for any window to be over its threshold, through the real scorer on the embedded twins.
import { parseDeviceClass } from '@tocsin/config';
import { featureWords } from '@tocsin/schemas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { openLabelRoom, type LabelRoom } from './label-room.ts';

const watchful = parseDeviceClass('pump', { channels: ['x'], rateHz: pump.rateHz, guards: { drift: true } });
const wear = () => [{ kind: 'looseness', startS: 15, severity: 0.3, rampS: 285 } as const];

let room: LabelRoom;
beforeEach(async () => {
  room = await openLabelRoom();
});
afterEach(() => room.close());

async function run(records: ReturnType<typeof telemetry>) {
  const scorer = await room.started({ classes: [watchful] });
  await room.feed(scorer, records);
  await scorer.stop();
}

//   machine   A A A a a a a b b b b B B B B       from window 120 on, over 2300 windows
//   over      . . . . . . . . . . . . . . .       nothing
//   drift                       O
test('wear that is learnt as it comes is reported against where the machine came from', async () => {
  await run(telemetry(1, 1700, { faultsOf: wear }));
  const windows = await room.windows();
  expect(windows.filter(({ score, threshold }) => score! > threshold!)).toEqual([]);
  const alerts = await room.alerts();
  expect(alerts).toMatchObject([{ guard: 'drift', state: 'opened', severity: 'warning', threshold: 3 }]);
  const [{ contributions, message, deviceId, alertId }] = alerts;
  expect(contributions.length).toBeGreaterThan(5);
  expect(contributions.every(({ deviation }) => Math.abs(deviation) > 3)).toBe(true);
  expect(message).toContain(`pump-0: ${featureWords(contributions[0])} of x has crept `);
  expect(message).toContain('since 2026-01-01 00:00:06 UTC');

  // Called normal, where the machine is now is where it is compared with from then on.
  await room.label({ deviceId, subjectId: alertId, verdict: 'false-alarm' });
  await run(telemetry(1, 1750, { faultsOf: wear }).slice(1700));
  expect((await room.alerts()).at(-1)).toMatchObject({ guard: 'drift', state: 'closed' });
  expect((await room.stateOf()).teaching.reference!.sinceMs).toBeGreaterThan(windows.at(-1)!.startMs);
});

test('steady machines drift nowhere', async () => {
  await run(telemetry(3, 600));
  expect((await room.alerts()).filter(({ guard }) => guard !== undefined)).toEqual([]);
});
