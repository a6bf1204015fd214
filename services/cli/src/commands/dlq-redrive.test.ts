// `tocsin dlq redrive` on dead letters in an embedded log: what is sent again, what is not, and what is said of it.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { telemetryType } from '@tocsin/schemas';
import { letterOf, openRefusedRoom, reading, startMs, type RefusedRoom } from '../dlq/refused-room.fixture.ts';
import { createTestWorld } from '../test-world.fixture.ts';

let room: RefusedRoom;
beforeEach(async () => void (room = await openRefusedRoom()));
afterEach(() => room.close());

test('what would be taken is sent again, once, as it came', async () => {
  expect(await room.told('redrive --all --dry-run')).toContain(
    '5 dead letters chosen: 3 would be sent again, 0 sent before, 2 left because',
  );
  expect(await room.telemetry()).toEqual([]);
  const sent = await room.told('redrive --all');
  expect(sent).toContain('5 dead letters chosen: 3 sent again, 0 sent before, 2 left because');
  expect(sent).toMatch(/1 {2}not_finite, e.g. telemetry:0:10: sample 0/);
  const again = (await room.telemetry()).map(({ partition, key, value, headers }) => ({
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
  expect((await room.telemetry()).map(({ value }) => [...value!])).toEqual([7, 8, 9].map((second) => [...reading(second)]));

  expect(await room.told('redrive --all')).toContain('0 sent again, 3 sent before, 2 left because');
  expect(await room.telemetry()).toHaveLength(3);
  expect(await room.told('list')).toContain('5 dead letters, 3 of them sent again');
  expect(await room.told('show telemetry:0:8')).toMatch(/redriven +\d.* by ada/);
  expect(await room.told('redrive --id telemetry:0:8 --force')).toContain('1 sent again');
  expect(await room.telemetry()).toHaveLength(4);
});

test('forced, everything goes, and it is told what will come of it', async () => {
  const sent = await room.told('redrive --all --force');
  expect(sent).toContain('5 sent again');
  expect(sent).toContain('2 of these do not decode: the scorer refuses them again');
  expect(await room.telemetry()).toHaveLength(5);
});

// pump-3 belongs to the partition that its key says, wherever that is; a producer had put these two into one each
test('what came in a partition of another device goes where its key belongs', async () => {
  const stray = { ...letterOf(7, 'other_partition', reading(7)), id: 'telemetry:0:77', offset: 77 };
  await room.write([stray, { ...stray, id: 'telemetry:1:78', partition: 1, offset: 78 }]);
  await room.told('redrive --reason other_partition');
  const places = (await room.telemetry()).map(({ partition }) => partition);
  expect(places).toHaveLength(2);
  expect(new Set(places).size).toBe(1);
});

// frontier      ─────────────────┤ 9 s
// readings   7 ├──┤ 8 ├──┤ 9 ├──┤        7 and 8 end at or before it
test('what comes too late is counted', async () => {
  await room.judgedUpTo(startMs + 9000);
  expect(await room.told('redrive --all --dry-run')).toContain('2 of these are too late');
  expect(await room.told('show telemetry:0:7')).toContain('too late: the device has been judged up to 2026-01-01 00:00:09.000');
});

test('a device that was refused for a change of class is refused as long as it is remembered otherwise', async () => {
  await room.write([{ ...letterOf(20, 'class_changed', reading(20)), stage: 'window' }]);
  expect(await room.told('redrive --reason class_changed --dry-run')).toContain('1 would be sent');
  await room.judgedUpTo(startMs, 'fan');
  expect(await room.told('redrive --reason class_changed --dry-run')).toMatch(
    /0 would be sent[^]*'pump-3' is remembered as 'fan'/,
  );
});

test('a clock that was ahead of its record does not become right by waiting', async () => {
  await room.write([{ ...letterOf(21, 'future_timestamp', reading(21)), timestampMs: startMs - 86_400_000 * 365 }]);
  expect(await room.told('redrive --reason future_timestamp')).toContain('0 sent again');
});

test('letters of a topic that nobody reads stay', async () => {
  await room.write([{ ...letterOf(5, 'unknown_class', reading(5)), id: 'old:0:5', topic: 'old' }]);
  expect(await room.told('redrive --topic old --all')).toMatch(/unread_topic, e.g. old:0:5: no scorer reads topic 'old'/);
  expect(await room.told('redrive --topic old --all --force')).toMatch(/unknown_topic, e.g. old:0:5: topic 'old' does not exist/);
});

test('a letter that has the beginning of a record only is never sent, not even by force', async () => {
  await room.write([{ ...letterOf(22, 'broken_avro', reading(22)), cutFromBytes: 2_000_000 }]);
  expect(await room.told('show telemetry:0:22')).toContain('2,000,000 bytes, of which the letter has the first 434 bytes');
  expect(await room.told('redrive --device pump-3 --reason broken_avro --force')).toContain('0 sent again');
});

//   registry   away               there, with the schema
//   show       cannot be said     would be taken
//   redrive    fails, sends none  sends
test('a registry that was away has come back', async () => {
  const wired = Buffer.concat([Buffer.from([0, 0, 0, 0, 7]), reading(30)]);
  await room.write([letterOf(30, 'unknown_schema', wired)]);
  const registry: Server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ schema: JSON.stringify(telemetryType.schema()) }));
  });
  const listening = (port: number) => new Promise<void>((resolve) => void registry.listen(port, '127.0.0.1', resolve));
  await listening(0);
  const { port } = registry.address() as AddressInfo;
  await new Promise((resolve) => registry.close(resolve));

  const run = async (line: string) => {
    const { code, world } = await room.dlq(line, { TOCSIN_REGISTRY_URL: `http://127.0.0.1:${port}` });
    return { code, out: world.out(), err: world.err() };
  };
  expect((await run('show telemetry:0:30')).out).toMatch(/now +cannot be said: /);
  expect(await run('redrive --id telemetry:0:30')).toMatchObject({ code: 1, err: expect.stringContaining('registry') });
  expect(await room.telemetry()).toEqual([]);

  await listening(port);
  try {
    expect((await run('show telemetry:0:30')).out).toMatch(/now +decodes with this configuration: would be taken/);
    expect((await run('redrive --id telemetry:0:30')).out).toContain('1 sent again');
  } finally {
    registry.closeAllConnections();
    registry.close();
  }
  expect((await room.telemetry()).map(({ value }) => Buffer.from(value!))).toEqual([wired]);
});

test('an id that is not there is a failure, one that is still refused too', async () => {
  const absent = await room.dlq('redrive --id telemetry:0:7 telemetry:0:99');
  expect(absent.code).toBe(1);
  expect(absent.world.err()).toContain('no dead letter telemetry:0:99 in topic tocsin.dead-letter');
  expect((await room.dlq('show telemetry:0:99')).code).toBe(1);
  expect((await room.dlq('redrive --id telemetry:0:10')).code).toBe(1);
});

test('Ctrl-C ends it after the batch in hand', async () => {
  const world = createTestWorld();
  world.signal('SIGINT');
  expect(await world.tocsin(`dlq redrive --all --config ${room.config}`)).toBe(130);
  expect(world.out()).toContain('stopped');
  expect(await room.telemetry()).toEqual([]);
});
