// Dead letters as a scorer writes them, in an embedded log; five readings of pump-3 in a row were refused.
//
//   dead-letter topic    0:7 unknown_class  0:8 unknown_class  0:9 unknown_class  0:10 not_finite  1:0 broken_avro
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { noIncident, noScores } from '@tocsin/decisions';
import { emptySupport, encodeDeviceState } from '@tocsin/models';
import {
  deviceStateKey,
  encodeDeadLetter,
  encodeTelemetry,
  noGuards,
  noLabels,
  type DeadLetter,
  type RejectionReason,
} from '@tocsin/schemas';
import { createEmbeddedState } from '@tocsin/state';
import type { LogRecord } from '@tocsin/transport';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld, type TestWorld } from '../test-world.fixture.ts';

const escape = String.fromCharCode(27);
const pumps = 'classes:\n  pump: { channels: [a], rateHz: 100 }\n';
const startMs = Date.UTC(2026, 0, 1);

let room: LocalRoom;
beforeEach(async () => {
  room = openLocalRoom(pumps);
  await write([
    ...[7, 8, 9].map((offset) => letterOf(offset, 'unknown_class', reading(offset))),
    letterOf(10, 'not_finite', reading(10, Number.NaN)),
    { ...letterOf(0, 'broken_avro', Uint8Array.of(1, 2, 3)), id: 'telemetry:1:0', partition: 1, key: null },
  ]);
});
afterEach(() => room.close());

/** One second of pump-3, the `second`-th. */
function reading(second: number, first = 1): Uint8Array {
  const samples = new Float32Array(100).fill(1);
  samples[0] = first;
  const at = startMs + second * 1000;
  return encodeTelemetry({ deviceId: 'pump-3', deviceClass: 'pump', startMs: at, rateHz: 100, channels: ['a'], samples });
}

function letterOf(offset: number, reason: RejectionReason, value: Uint8Array): DeadLetter {
  const error = `deviceClass is '${escape}[2Jpump'; expected one of fan; add it under classes`;
  return {
    id: `telemetry:0:${offset}`,
    stage: 'decode',
    reason,
    error,
    topic: 'telemetry',
    partition: 0,
    offset,
    timestampMs: startMs + offset * 1000 + 1000,
    key: Buffer.from('pump-3'),
    value,
    headers: { trace: Buffer.from('abc') },
  };
}

async function write(letters: readonly DeadLetter[]): Promise<void> {
  await room.withLog(async (log) => {
    await log.admin().ensureTopics(['telemetry', 'tocsin.dead-letter'].map((name) => ({ name, partitions: 2 })));
    await log
      .writer()
      .send(letters.map((letter) => ({ topic: 'tocsin.dead-letter', key: letter.key, value: encodeDeadLetter(letter) })));
  });
}

async function dlq(line: string): Promise<{ code: unknown; world: TestWorld }> {
  const world = createTestWorld({ USER: 'ada' });
  return { code: await world.tocsin(`dlq ${line} --config ${room.config}`), world };
}

async function told(line: string): Promise<string> {
  const { code, world } = await dlq(line);
  expect(world.err()).toBe('');
  expect(code).toBe(0);
  return world.out();
}

const json = async (options: string): Promise<Record<string, unknown>[]> =>
  (await told(`list --json ${options}`.trim()))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** What lies in the telemetry topic. */
async function telemetry(): Promise<LogRecord[]> {
  return room.withLog(async (log) => {
    const info = await log.admin().describe('telemetry');
    const found: LogRecord[] = [];
    let left = info!.partitions.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
    if (left === 0) return found;
    const reader = log.reader({ groupId: `test-${Math.random()}`, topics: ['telemetry'] });
    await new Promise<void>((resolve, reject) => {
      const take = async ({ records }: { records: readonly LogRecord[] }) => {
        found.push(...records);
        left -= records.length;
        if (left === 0) resolve();
      };
      reader.run(take).catch(reject);
    });
    return found;
  });
}

/** The state of pump-3, judged up to then. */
async function judgedUpTo(frontierMs: number, deviceClass = 'pump'): Promise<void> {
  const store = createEmbeddedState({ directory: room.state });
  const state = {
    deviceId: 'pump-3',
    deviceClass,
    specHash: 'x',
    frontierMs,
    revision: 0,
    support: emptySupport(4),
    modelVersion: 0,
    ...noScores,
    incident: noIncident,
    labels: noLabels,
    guards: noGuards,
  };
  await store.put(deviceStateKey('pump-3'), encodeDeviceState(state));
  await store.close();
}

test('the newest are listed last, then how many by reason; nothing in them reaches the terminal', async () => {
  const listed = await told('list');
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
  await write([letterOf(7, 'unknown_class', reading(7))]);
  expect((await json('')).at(-1)).toEqual({
    total: 5,
    byReason: { unknown_class: 3, not_finite: 1, broken_avro: 1 },
    redriven: 0,
    unreadable: 0,
  });
});

test('one is shown with its bytes, and with what would become of it now', async () => {
  const raw = join(room.log, 'raw.bin');
  const shown = await told(`show telemetry:0:7 --raw ${raw}`);
  expect(shown).toContain('as unknown_class at stage decode');
  expect(shown).toContain('header    trace: abc');
  expect(shown).toMatch(/now +decodes with this configuration: would be taken, and in time/);
  expect(shown).toMatch(/reading +device pump-3 of class pump, 2026-01-01 00:00:07.000 to 2026-01-01 00:00:08.000, 100 Hz/);
  expect(shown).toContain('samples   a: 1, 1, 1, 1, … (100)');
  expect(shown).toMatch(/00000000 {2}0c 70 75 6d 70 2d 33 08 {2}70 75 6d 70 .* \|\.pump-3\.pump/);
  expect([...readFileSync(raw)]).toEqual([...reading(7)]);
  expect(await told('show telemetry:0:10')).toMatch(/now +still refused as not_finite: sample 0 of channel 'a' is NaN/);
  expect(await told('show telemetry:1:0')).toContain('|...|');
});

test('what would be taken is sent again, once, as it came', async () => {
  expect(await told('redrive --all --dry-run')).toContain(
    '5 dead letters chosen: 3 would be sent again, 0 sent before, 2 left because',
  );
  expect(await telemetry()).toEqual([]);
  const sent = await told('redrive --all');
  expect(sent).toContain('5 dead letters chosen: 3 sent again, 0 sent before, 2 left because');
  expect(sent).toMatch(/1 {2}not_finite, e.g. telemetry:0:10: sample 0/);
  const again = (await telemetry()).map(({ partition, key, value, headers }) => ({
    partition,
    key: Buffer.from(key!).toString(),
    isSame: Buffer.from(reading(7)).length === value!.length,
    headers: Object.entries(headers).map(([name, bytes]) => `${name}=${Buffer.from(bytes).toString()}`),
  }));
  expect(again).toEqual(
    [7, 8, 9].map((offset) => ({
      partition: 0,
      key: 'pump-3',
      isSame: true,
      headers: ['trace=abc', `tocsin-redrive-of=telemetry:0:${offset}`],
    })),
  );
  expect((await telemetry()).map(({ value }) => [...value!])).toEqual([7, 8, 9].map((second) => [...reading(second)]));

  expect(await told('redrive --all')).toContain('0 sent again, 3 sent before, 2 left because');
  expect(await telemetry()).toHaveLength(3);
  expect(await told('list')).toContain('5 dead letters, 3 of them sent again');
  expect(await told('show telemetry:0:8')).toMatch(/redriven +\d.* by ada/);
  expect(await told('redrive --id telemetry:0:8 --force')).toContain('1 sent again');
  expect(await telemetry()).toHaveLength(4);
});

test('forced, everything goes, and it is told what will come of it', async () => {
  const sent = await told('redrive --all --force');
  expect(sent).toContain('5 sent again');
  expect(sent).toContain('2 of these do not decode: the scorer refuses them again');
  expect(await telemetry()).toHaveLength(5);
});

// frontier      ─────────────────┤ 9 s
// readings   7 ├──┤ 8 ├──┤ 9 ├──┤        7 and 8 end at or before it
test('what comes too late is counted', async () => {
  await judgedUpTo(startMs + 9000);
  expect(await told('redrive --all --dry-run')).toContain('2 of these are too late');
  expect(await told('show telemetry:0:7')).toContain('too late: the device has been judged up to 2026-01-01 00:00:09.000');
});

test('a device that was refused for a change of class is refused as long as it is remembered otherwise', async () => {
  await write([{ ...letterOf(20, 'class_changed', reading(20)), stage: 'window' }]);
  expect(await told('redrive --reason class_changed --dry-run')).toContain('1 would be sent');
  await judgedUpTo(startMs, 'fan');
  expect(await told('redrive --reason class_changed --dry-run')).toMatch(/0 would be sent[^]*'pump-3' is remembered as 'fan'/);
});

test('a clock that was ahead of its record does not become right by waiting', async () => {
  await write([{ ...letterOf(21, 'future_timestamp', reading(21)), timestampMs: startMs - 86_400_000 * 365 }]);
  expect(await told('redrive --reason future_timestamp')).toContain('0 sent again');
});

test('letters of a topic that nobody reads stay', async () => {
  await write([{ ...letterOf(5, 'unknown_class', reading(5)), id: 'old:0:5', topic: 'old' }]);
  expect(await told('redrive --topic old --all')).toMatch(/unread_topic, e.g. old:0:5: no scorer reads topic 'old'/);
  expect(await told('redrive --topic old --all --force')).toMatch(/unknown_topic, e.g. old:0:5: topic 'old' does not exist/);
});

test('a letter that has the beginning of a record only is never sent, not even by force', async () => {
  await write([{ ...letterOf(22, 'broken_avro', reading(22)), cutFromBytes: 2_000_000 }]);
  expect(await told('show telemetry:0:22')).toContain('2,000,000 bytes, of which the letter has the first 434 bytes');
  expect(await told('redrive --device pump-3 --reason broken_avro --force')).toContain('0 sent again');
});

test('an id that is not there is a failure, one that is still refused too', async () => {
  const absent = await dlq('redrive --id telemetry:0:7 telemetry:0:99');
  expect(absent.code).toBe(1);
  expect(absent.world.err()).toContain('no dead letter telemetry:0:99 in topic tocsin.dead-letter');
  expect((await dlq('show telemetry:0:99')).code).toBe(1);
  expect((await dlq('redrive --id telemetry:0:10')).code).toBe(1);
});

test('Ctrl-C ends it after the batch in hand', async () => {
  const world = createTestWorld();
  world.signal('SIGINT');
  expect(await world.tocsin(`dlq redrive --all --config ${room.config}`)).toBe(130);
  expect(world.out()).toContain('stopped');
  expect(await telemetry()).toEqual([]);
});

test('without a dead-letter topic there is nothing', async () => {
  rmSync(room.log, { recursive: true });
  expect(await told('list')).toBe('no dead letters\n');
  expect(await told('redrive --all')).toContain('0 dead letters chosen');
});

test.each([
  ['redrive', '--id with ids, --reason with a reason, or --all'],
  ['redrive --all --id a:0:1', '--id with ids'],
  ['redrive --id 7', 'topic:partition:offset'],
  ['redrive --reason nonsense', 'unknown_class'],
  ['show 7', 'topic:partition:offset'],
  ['list --since yesterday', '2h, 3d ago'],
])('%s is wrong usage', async (line, said) => {
  const { code, world } = await dlq(line);
  expect(code).toBe(2);
  expect(world.err()).toContain(said);
});
