// Taking back what a device has learnt: by itself right before an alert, and by command; through the real scorer on the embedded twins.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { openLabelRoom, type LabelRoom } from './label-room.ts';

let room: LabelRoom;
beforeEach(async () => {
  room = await openLabelRoom();
});
afterEach(() => room.close());

const rolledBack = async () => /teaching_blocks_total\{class="pump",outcome="rolled_back"\} (\d+)/.exec(await room.metrics())![1];

// Windows 0 to 49 are learnt at once, then twenty of every forty: 70 are after window 89, 90 after window 129, 110 after window 169.
//   window   0 ............ 129|134            the machine breaks at window 134; windows close eight records later
//   learnt   50 .... 70 ...  90  70
test('a block that was learnt right before an alert is taken back with it', async () => {
  const faultsOf = () => [{ kind: 'imbalance', startS: 134 / 8, severity: 0.8 } as const];
  const scorer = await room.started();
  const records = telemetry(1, 170, { faultsOf });
  await room.feed(scorer, records.slice(0, 142));
  expect((await room.stateOf()).support.learned).toBe(90);
  await room.feed(scorer, records.slice(142));
  await scorer.stop();
  const { support, incident, teaching } = await room.stateOf();
  expect(incident.open).not.toBeNull();
  expect(support.learned).toBe(70);
  expect(teaching).toMatchObject({ block: null, before: null });
  expect(await rolledBack()).toBe('1');
});

test('by command: one block, then all but the first windows; and whoever takes over knows it', async () => {
  const records = telemetry(1, 200);
  const rollback = (atMs: number) =>
    room.label({ labelId: `${atMs}`, deviceId: 'pump-0', subjectId: 'rollback pump-0', verdict: 'rollback', atMs });
  const first = await room.started();
  await room.feed(first, records.slice(0, 180));
  expect((await room.stateOf()).support.learned).toBe(110);
  await rollback(1);
  await room.drained(first);
  await room.feed(first, records.slice(180, 182));
  expect((await room.stateOf()).support.learned).toBe(90);
  await rollback(2);
  await room.drained(first);
  await room.feed(first, records.slice(182, 184));
  const { support, teaching } = await room.stateOf();
  expect(support).toMatchObject({ learned: 10, count: 10 });
  // It goes on as a device that is known: nothing is learnt at once.
  expect(teaching.block?.count).toBe(2);
  await first.stop();
  const second = await room.started();
  await room.feed(second, records.slice(184));
  await second.stop();
  expect((await room.stateOf()).support.learned).toBe(10);
  expect(await rolledBack()).toBe('2');
  expect((await room.windows()).at(-1)!.supportWindows).toBe(10);
});
