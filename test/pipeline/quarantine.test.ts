// What a watched device learns, and what it does not, through the real scorer on the embedded twins.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { openLabelRoom, type LabelRoom } from './label-room.ts';

let room: LabelRoom;
beforeEach(async () => {
  room = await openLabelRoom();
});
afterEach(() => room.close());

//   machine   A A A A A A A A A A a a b b b B B B     it goes over from A to B in 480 windows, from window 240 on
//   alert                               O
//   learnt    . . . . . . . .                         nothing from window 240 on
test('an onset that begins slowly, under the threshold, is not learnt', async () => {
  const onset = 240;
  const devices = 3;
  const faultsOf = () => [{ kind: 'imbalance', startS: onset / 8, severity: 1, rampS: 60 } as const];
  const scorer = await room.started();
  await room.feed(scorer, telemetry(devices, 420, { faultsOf }));
  await scorer.stop();
  const [{ startMs: firstMs }] = await room.windows();
  for (const { deviceId, startMs } of await room.opened()) {
    const opened = Math.round((startMs - firstMs) / 125);
    // The onset went by unnoticed for a while, and its windows were candidates.
    expect(opened).toBeGreaterThan(onset + 5);
    const { support, incident } = await room.stateOf(deviceId);
    expect(incident.open).not.toBeNull();
    expect(support.learned).toBeGreaterThan(100);
    expect(support.learned).toBeLessThanOrEqual(onset);
  }
  expect(await room.opened()).toHaveLength(devices);
  expect(await room.metrics()).toMatch(/tocsin_teaching_blocks_total\{class="pump",outcome="dropped_alert"\} [1-9]/);
});

test('a steady machine goes on learning, block by block', async () => {
  const scorer = await room.started();
  await room.feed(scorer, telemetry(1, 300));
  await scorer.stop();
  const { support } = await room.stateOf();
  expect(support.learned).toBeGreaterThanOrEqual(50 + 5 * 20);
  expect(support.learned % 20).toBe(10);
});
