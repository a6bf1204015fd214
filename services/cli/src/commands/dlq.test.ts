// `tocsin dlq` on dead letters in an embedded log: what is listed, what is shown, what is wrong usage.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { escape, letterOf, openRefusedRoom, reading, type RefusedRoom } from '../dlq/refused-room.fixture.ts';

let room: RefusedRoom;
beforeEach(async () => void (room = await openRefusedRoom()));
afterEach(() => room.close());

const json = async (options: string): Promise<Record<string, unknown>[]> =>
  (await room.told(`list --json ${options}`.trim()))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test('the newest are listed last, then how many by reason; nothing in them reaches the terminal', async () => {
  const listed = await room.told('list');
  expect(listed).toMatch(/telemetry:0:7 .* pump-3 +unknown_class +decode +\d+ .*expected one of fan/);
  expect(listed).toMatch(/telemetry:1:0 .* - +broken_avro/);
  expect(listed).not.toContain(escape);
  expect(listed).toContain('\\u{1b}[2Jpump');
  expect(listed).toContain('5 dead letters\n        3  unknown_class\n');
});

test.each([
  ['--reason not_finite', ['telemetry:0:10']],
  ['--device pump-3 --limit 2', ['telemetry:0:9', 'telemetry:0:10']],
  ['--device pump-4', []],
  ['--topic other', []],
  ['--limit 0', []],
  ['--until 1h', []],
  ['--since 2026-01-01T12:00 --reason broken_avro', ['telemetry:1:0']],
])('list %s', async (options, ids) => {
  expect((await json(options)).slice(0, -1).map(({ id }) => id)).toEqual(ids);
});

test('a letter that lies there twice is one letter', async () => {
  await room.write([letterOf(7, 'unknown_class', reading(7))]);
  expect((await json('')).at(-1)).toEqual({
    total: 5,
    byReason: { unknown_class: 3, not_finite: 1, broken_avro: 1 },
    redriven: 0,
    unreadable: 0,
  });
});

test('one is shown with its bytes, and with what would become of it now', async () => {
  const raw = join(room.log, 'raw.bin');
  const shown = await room.told(`show telemetry:0:7 --raw ${raw}`);
  expect(shown).toContain('as unknown_class at stage decode');
  expect(shown).toContain('header    trace: abc');
  expect(shown).toMatch(/now +decodes with this configuration: would be taken, and in time/);
  expect(shown).toMatch(/reading +device pump-3 of class pump, 2026-01-01 00:00:07.000 to 2026-01-01 00:00:08.000, 100 Hz/);
  expect(shown).toContain('samples   a: 1, 1, 1, 1, … (100)');
  expect(shown).toMatch(/00000000 {2}0c 70 75 6d 70 2d 33 08 {2}70 75 6d 70 .* \|\.pump-3\.pump/);
  expect([...readFileSync(raw)]).toEqual([...reading(7)]);
  expect(await room.told('show telemetry:0:10')).toMatch(/now +still refused as not_finite: sample 0 of channel 'a' is NaN/);
  expect(await room.told('show telemetry:1:0')).toContain('|...|');
});

test('without a dead-letter topic there is nothing', async () => {
  rmSync(room.log, { recursive: true });
  await room.withLog(async () => undefined);
  expect(await room.told('list')).toBe('no dead letters\n');
  expect(await room.told('redrive --all')).toContain('0 dead letters chosen');
});

test.each([
  ['redrive', '--id with ids, --reason with a reason, or --all'],
  ['redrive --all --id a:0:1', '--id with ids'],
  ['redrive --id 7', 'topic:partition:offset'],
  ['redrive --reason nonsense', 'unknown_class'],
  ['show 7', 'topic:partition:offset'],
  ['list --since yesterday', '2h, 3d ago'],
])('%s is wrong usage', async (line, said) => {
  const { code, world } = await room.dlq(line);
  expect(code).toBe(2);
  expect(world.err()).toContain(said);
});
