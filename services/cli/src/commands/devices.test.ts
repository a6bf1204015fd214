import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld } from '../test-world.fixture.ts';

let room: LocalRoom;
beforeEach(() => {
  room = openLocalRoom();
});
afterEach(() => room.close());

test('a rollback is a label on the device, listed with the others', async () => {
  const world = createTestWorld({ USER: 'ada' });
  expect(await world.tocsin(`devices rollback pump-3 --config ${room.config} --note wrong`)).toBe(0);
  expect(world.out()).toMatch(/^\S+ {2}pump-3: rollback\n$/);
  const listing = createTestWorld();
  expect(await listing.tocsin(`labels list --config ${room.config} --json`)).toBe(0);
  expect(JSON.parse(listing.out())).toMatchObject({
    deviceId: 'pump-3',
    subjectId: 'rollback pump-3',
    verdict: 'rollback',
    who: 'ada',
    note: 'wrong',
  });
});

test('without a device it is wrong usage', async () => {
  const world = createTestWorld();
  expect(await world.tocsin(`devices rollback --config ${room.config}`)).toBe(2);
  expect(world.err()).toContain("missing required argument 'device'");
});
