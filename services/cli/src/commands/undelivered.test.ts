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
  await room.withLog(async () => undefined);
  const world = createTestWorld();
  expect([await world.tocsin(`undelivered --config ${room.config}`), world.err()]).toEqual([0, '']);
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
  // As after `dlq redrive`: it is marked, and not sent twice unless somebody insists.
  const second = createTestWorld({ USER: 'ada' });
  expect(await second.tocsin(`undelivered --again --sink shift --config ${room.config}`)).toBe(0);
  expect(second.out()).toMatch(/a1-2 +pump-1 +7 +sent +status 503/);
  expect(second.err()).toContain('sent again: 0; sent before, and not now: 1');
  expect((await room.topic('tocsin.notices'))?.partitions.map(({ endOffset }) => endOffset)).toEqual([1]);
  const forced = createTestWorld();
  await forced.tocsin(`undelivered --again --force --sink shift --config ${room.config}`);
  expect(forced.err()).toContain('sent again: 1\n');
  const lines = createTestWorld();
  await lines.tocsin(`undelivered --json --config ${room.config}`);
  expect(
    lines
      .out()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as object),
  ).toMatchObject([
    { sink: 'shift', wasSentAgain: true },
    { sink: 'other', wasSentAgain: false },
  ]);
});

test('a sink that is neither configured nor found is wrong usage', async () => {
  await room.withLog((transport) => transport.admin().ensureTopics([{ name: 'tocsin.undelivered', partitions: 1 }]));
  const world = createTestWorld();
  expect(await world.tocsin(`undelivered --sink nosuch --config ${room.config}`)).toBe(2);
  expect(world.out()).toBe('');
  expect(world.err()).toContain(
    '--sink nosuch: neither the configuration nor what was undelivered has such a sink (known: none)',
  );
});
