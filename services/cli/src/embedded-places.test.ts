// Commands that only look leave nothing behind where there is nothing to look at, and say where they looked.
import { existsSync } from 'node:fs';
import { relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireLog } from './embedded-places.ts';
import { openLocalRoom, type LocalRoom } from './local-room.fixture.ts';
import { createTestWorld } from './test-world.fixture.ts';

let room: LocalRoom;
beforeEach(() => void (room = openLocalRoom()));
afterEach(() => room.close());

test.each([
  ['undelivered', 'log'],
  ['labels list', 'log'],
  ['labels undo some', 'log'],
  ['dlq list', 'log'],
  ['dlq show telemetry:0:1', 'log'],
  ['dlq redrive --all', 'log'],
  ['models list', 'state store'],
])('%s, without an embedded %s', async (line, what) => {
  const world = createTestWorld();
  expect(await world.tocsin(`${line} --config ${room.config}`)).toBe(1);
  expect(world.out()).toBe('');
  expect(world.err()).toContain(`there is no embedded ${what} at ${what === 'log' ? room.log : room.state}: `);
  expect([room.log, room.state].map((path) => existsSync(path))).toEqual([false, false]);
});

test('a relative path is told with what it is relative to', () => {
  const directory = relative(process.cwd(), room.log);
  expect(() => requireLog({ kind: 'embedded', directory })).toThrow(
    `no embedded log at ${room.log}: transport.directory is ${directory}, relative to the working directory`,
  );
  expect(() => requireLog({ kind: 'kafka', directory })).not.toThrow();
});
