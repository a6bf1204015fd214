// `tocsin run`: scorer and trainer in this process, on the embedded log.
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bundledDataDirectory } from '@tocsin/simulator';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld } from '../test-world.fixture.ts';

let room: LocalRoom;
beforeEach(() => void (room = openLocalRoom()));
afterEach(() => room.close());

async function windows(): Promise<number> {
  const info = await room.topic('tocsin.windows');
  return (info?.partitions ?? []).reduce((sum, { endOffset }) => sum + endOffset, 0);
}

test('turns what is replayed beside it into windows, and ends in order on a signal', async () => {
  const world = createTestWorld();
  expect(await world.tocsin(`run --config ${room.config}`)).toBe('running');
  await createTestWorld().tocsin(`replay --data ${bundledDataDirectory} --config ${room.config} --sets gearbox --from-now`);
  while ((await windows()) < 400) await world.sleep(50);
  world.signal('SIGTERM');
  expect(await world.exited).toBe(0);
});

test('without device classes it does not start', async () => {
  room.close();
  room = openLocalRoom('classes: {}\n');
  const world = createTestWorld();
  expect(await world.tocsin(`run --config ${room.config}`)).toBe(1);
  expect(world.err()).toMatch(/^tocsin: the configuration has no device classes/);
});

test('every secret that is missing is reported at once, before anything starts', async () => {
  const text = readFileSync(room.config, 'utf8').replace(
    'notifier: { httpPort: 0 }',
    'notifier: { httpPort: 0, sinks: { shift: { kind: webhook, url: "http://a", secretFile: no-secret } } }',
  );
  writeFileSync(room.config, `${text}links: { url: "http://tocsin", keyFile: no-key }\n`);
  const world = createTestWorld();
  expect(await world.tocsin(`run --config ${room.config}`)).toBe(1);
  expect(world.err()).toContain('the configuration has 2 mistakes:');
  expect(world.err()).toMatch(/links\.keyFile: no-key.*\n.*notifier\.sinks\.shift\.secretFile: no-secret/);
  const doctor = createTestWorld();
  await doctor.tocsin(`doctor --json --config ${room.config}`);
  const { findings } = JSON.parse(doctor.out()) as { findings: { check: string; level: string }[] };
  expect(findings.filter(({ check }) => check === 'config').map(({ level }) => level)).toEqual(['ok', 'warn', 'warn']);
});

test('where one part cannot start, none is left behind', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => void taken.listen(0, resolve));
  const { port } = taken.address() as AddressInfo;
  const world = createTestWorld({ TOCSIN_TRAINER_HTTP_PORT: String(port) });
  expect(await world.tocsin(`run --config ${room.config}`)).toBe(1);
  expect(world.err()).toMatch(/^tocsin: cannot listen on [^\n]*\n$/);
  taken.close();
  // The scorer has left its group: another one may take its place at once.
  const next = createTestWorld();
  expect(await next.tocsin(`run --config ${room.config}`)).toBe('running');
  next.signal('SIGTERM');
  expect(await next.exited).toBe(0);
});
