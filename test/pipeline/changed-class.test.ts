// A class whose windows close otherwise than before, from one start to the next: what had been said stays said, and nothing goes missing.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceClass } from '@tocsin/schemas';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
});
afterEach(() => room.close());

const patient: DeviceClass = { ...pump, window: { ...pump.window, latenessMs: 2000 } };
const hasty: DeviceClass = { ...pump, window: { ...pump.window, latenessMs: 0 } };

//  patient  |=====|.....(open)      closes a window two seconds later than the hasty one that replays its log
//  hasty    |=====|=====|=====|
test.each([
  ['sooner', patient, hasty],
  ['later', hasty, patient],
])('windows that close %s than they did before the restart', async (_, before, after) => {
  const records = telemetry(2, 60);
  const first = room.scorer({ classes: [before] });
  await first.start();
  await room.send(records.slice(0, 80));
  await room.drained(first);
  await first.stop();
  const second = room.scorer({ classes: [after] });
  await second.start();
  await room.send(records.slice(80));
  await room.drained(second);
  await second.stop();
  expect(judge(expectedWindows(records, after), await room.windows())).toMatchObject({ lost: 0, conflicting: 0 });
});

test('what was taken into open windows and is refused now lies among the dead letters', async () => {
  const records = telemetry(1, 12);
  const first = room.scorer({ classes: [patient] });
  await first.start();
  await room.send(records);
  await room.drained(first);
  await first.stop();
  expect(await room.windows()).toHaveLength(0);
  const second = room.scorer({ classes: [{ ...pump, channels: ['y'] }] });
  await second.start();
  await expect
    .poll(async () => (await room.deadLetters()).map(({ reason }) => reason))
    .toEqual(records.map(() => 'wrong_channels'));
  await second.stop();
});
