// `tocsin undelivered`: finds what a sink gave up, and sends it to that sink again.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld } from '../test-world.fixture.ts';

let room: LocalRoom;
beforeEach(() => void (room = openLocalRoom()));
afterEach(() => room.close());

const headers = {
  sink: 'shift',
  outcome: 'expired',
  why: 'status 503: \u001B[2J',
  attempts: '7',
  notice: 'a1-2',
  place: 'x:0:0',
};

test('lists what was given up, and nothing of it moves the cursor; --again sends it to its sink only', async () => {
  const world = createTestWorld();
  expect(await world.tocsin(`undelivered --config ${room.config}`)).toBe(0);
  expect(world.out()).toBe('everything was delivered\n');
  await room.withLog(async (transport) => {
    await transport.admin().ensureTopics(['tocsin.undelivered', 'tocsin.notices'].map((name) => ({ name, partitions: 1 })));
    await transport.writer().send(
      [headers, { ...headers, sink: 'other' }].map((each) => ({
        topic: 'tocsin.undelivered',
        key: 'pump-1',
        value: Buffer.from('bytes'),
        headers: each,
      })),
    );
  });
  const listing = createTestWorld();
  expect(await listing.tocsin(`undelivered --sink shift --again --config ${room.config}`)).toBe(0);
  expect(listing.out()).toMatch(/shift +expired +a1-2 +pump-1 +7 +status 503: \\u\{1b\}\[2J\n$/);
  expect(listing.out()).not.toContain('other');
  expect(listing.err()).toContain('sent again: 1');
  // Whoever mistypes a name is not told that all is well.
  expect(listing.err()).toContain('the configuration has no such sink: shift (known: none)');
  expect((await room.topic('tocsin.notices'))?.partitions.map(({ endOffset }) => endOffset)).toEqual([1]);
  const lines = createTestWorld();
  await lines.tocsin(`undelivered --json --config ${room.config}`);
  expect(
    lines
      .out()
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { sink: string }).sink),
  ).toEqual(['shift', 'other']);
});
