// `tocsin doctor` with the embedded log and store, and with servers that do not answer.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noIncident, noScores } from '@tocsin/decisions';
import { emptySupport, encodeDeviceState } from '@tocsin/models';
import { deviceStateKey, noGuards, noLabels, noTeaching } from '@tocsin/schemas';
import { bundledDataDirectory, openFleet } from '@tocsin/simulator';
import { createEmbeddedState } from '@tocsin/state';
import type { Finding } from '../doctor/finding.ts';
import { openLocalRoom, type LocalRoom } from '../local-room.fixture.ts';
import { createTestWorld } from '../test-world.fixture.ts';
import type { World } from '../world.ts';

let room: LocalRoom;
beforeEach(() => void (room = openLocalRoom()));
afterEach(() => room.close());

async function examined(env: World['env'] = {}): Promise<{ code: unknown; findings: Finding[] }> {
  const world = createTestWorld(env);
  const code = await world.tocsin(`doctor --json --config ${room.config}`);
  return { code, findings: JSON.parse(world.out()).findings };
}

/** Findings of a check as `level: found`. */
function told(findings: readonly Finding[], check: string): string[] {
  return findings.filter((finding) => finding.check === check).map(({ level, found }) => `${level}: ${found}`);
}

test('before anything has started it warns, and leaves nothing behind', async () => {
  const { code, findings } = await examined();
  expect(code).toBe(0);
  expect(told(findings, 'log')[0]).toBe(`warn: embedded log in ${room.log}: not there yet`);
  expect(told(findings, 'state')[0]).toMatch(/^warn: .*not there yet/);
  expect(told(findings, 'backend')[0]).toMatch(/^ok: the trainer would use cpu/);
  expect(told(findings, 'disk')).toHaveLength(2);
  expect([room.log, room.state].map((path) => existsSync(path))).toEqual([false, false]);
});

test('looks at the newest telemetry', async () => {
  await createTestWorld().tocsin(`replay --data ${bundledDataDirectory} --config ${room.config} --sets gearbox --from-now`);
  const { code, findings } = await examined();
  expect(code).toBe(0);
  expect(told(findings, 'topic telemetry')).toEqual(['ok: 3 partitions, 256 records']);
  expect(told(findings, 'telemetry')[0]).toMatch(/^ok: .* would be taken: gearbox \(\d devices?, 2 channels, 4300 Hz\)$/);
  expect(told(findings, 'keys')[0]).toMatch(/^ok: /);
  expect(told(findings, 'clock')[0]).toMatch(/^ok: /);
  expect(told(findings, 'group tocsin-scorer')).toEqual(['warn: has read nothing of telemetry yet']);
  expect(told(findings, 'topics')).toEqual([
    'warn: not there yet: tocsin.windows, tocsin.alerts, tocsin.labels, tocsin.models, tocsin.dead-letter, tocsin.incidents, tocsin.notices, tocsin.undelivered',
  ]);
});

//   frontier of every device:   an hour after its newest record | before it
test('tells devices that send what lies before what was scored of them', async () => {
  await createTestWorld().tocsin(`replay --data ${bundledDataDirectory} --config ${room.config} --sets gearbox`);
  const [gearbox] = openFleet(bundledDataDirectory).dataSets;
  await putFrontiers(gearbox.devices.map(({ id }) => [id, 4e12]));
  const [line] = told((await examined()).findings, 'frontier');
  expect(line).toMatch(/^warn: telemetry: (\d+) of the newest \1 records \((\d) of \2 devices\) lie before what was scored/);
  await putFrontiers(gearbox.devices.map(({ id }) => [id, 1]));
  expect(told((await examined()).findings, 'frontier')[0]).toMatch(/^ok: the newest records of \d devices go on/);
});

//   telemetry of gearbox: [0 ... ^5 ...) of every partition
test('tells who does not read any more what waits for it', async () => {
  await createTestWorld().tocsin(`replay --data ${bundledDataDirectory} --config ${room.config} --sets gearbox`);
  await room.withLog(async (log) => {
    const reader = log.reader({ groupId: 'tocsin-scorer', topics: ['telemetry'] });
    let read = 0;
    await reader.run(async (batch) => {
      await batch.commit({ offset: 5, metadata: '' });
      read += batch.records.length;
    });
    while (read < 256) await createTestWorld().sleep(20);
    expect(told((await examined()).findings, 'group tocsin-scorer')[0]).toMatch(/^ok: \d+ records of telemetry behind the end/);
    await reader.stop();
    const { code, findings } = await examined();
    expect(code).toBe(1);
    expect(told(findings, 'group tocsin-scorer')[0]).toMatch(/^fail: nobody reads as this group: \d+ records of telemetry wait$/);
  });
});

test('tells the groups of the others, too', async () => {
  await room.withLog((log) =>
    log.admin().ensureTopics(['tocsin.windows', 'tocsin.alerts', 'tocsin.notices'].map((name) => ({ name, partitions: 1 }))),
  );
  withSinks('{ shift: { kind: alertmanager, url: "http://127.0.0.1:1" } }');
  const { findings } = await examined();
  for (const group of ['tocsin-trainer', 'tocsin-notifier', 'tocsin-notifier.shift'])
    expect(told(findings, `group ${group}`)[0]).toMatch(/^warn: \S+ is empty, and nobody reads it as this group$/);
});

test('tries where notices go, sends nothing, and names no credential', async () => {
  const heard: Buffer[] = [];
  const sink = createServer((socket) => socket.on('data', (bytes) => heard.push(bytes)).on('error', () => undefined));
  await new Promise<void>((resolve) => void sink.listen(0, '127.0.0.1', resolve));
  const there = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/services/hidden-token`;
  const secret = 'hidden-for-more-than-24-bytes';
  withSinks(`
    there: { kind: webhook, url: "${there}", secret: ${secret} }
    gone: { kind: webhook, url: "http://127.0.0.1:1/hidden-token?key=hidden", secret: ${secret} }
    nowhere: { kind: alertmanager, url: "http://nowhere.invalid", headers: { authorization: Bearer hidden } }`);
  const { code, findings } = await examined();
  sink.close();
  expect(code).toBe(1);
  expect(told(findings, 'sink there')[0]).toMatch(/^ok: webhook at 127.0.0.1:\d+ takes connections$/);
  expect(told(findings, 'sink gone')[0]).toMatch(/^fail: webhook at 127.0.0.1:1: .*ECONNREFUSED/);
  expect(told(findings, 'sink nowhere')[0]).toMatch(/^fail: alertmanager at nowhere.invalid:80: /);
  expect(JSON.stringify(findings)).not.toContain('hidden');
  expect(heard).toEqual([]);
});

function withSinks(sinks: string): void {
  const text = readFileSync(room.config, 'utf8');
  writeFileSync(room.config, text.replace('notifier: { httpPort: 0 }', `notifier:\n  httpPort: 0\n  sinks: ${sinks}`));
}

/** States as a scorer leaves them, as far as a doctor reads them. */
async function putFrontiers(frontiers: readonly (readonly [string, number])[]): Promise<void> {
  const store = createEmbeddedState({ directory: room.state });
  for (const [deviceId, frontierMs] of frontiers) {
    const about = { deviceId, deviceClass: 'gearbox', specHash: '', frontierMs, revision: 0, modelVersion: 0 };
    const life = { ...noScores, incident: noIncident, labels: noLabels, guards: noGuards, teaching: noTeaching };
    await store.put(deviceStateKey(deviceId), encodeDeviceState({ ...about, ...life, support: emptySupport(2) }));
  }
  await store.close();
}

test('records of an unknown class are a failure', async () => {
  await createTestWorld().tocsin(`replay --data ${bundledDataDirectory} --config ${room.config} --sets gearbox`);
  const { log } = room;
  const other = openLocalRoom('classes:\n  pump: { channels: [a], rateHz: 1 }\n');
  const world = createTestWorld({ TOCSIN_TRANSPORT_DIRECTORY: log });
  expect(await world.tocsin(`doctor --config ${other.config}`)).toBe(1);
  expect(world.out()).toMatch(/^fail +telemetry +\d+ records of \d+ would be refused as unknown_class → .*expected one of pump/m);
  other.close();
});

test('tells all mistakes of the configuration, and looks no further', async () => {
  writeFileSync(room.config, 'scorer: { htpPort: 1 }\nclasses:\n  pump: { channels: [a], rateHz: 0 }\n');
  const { code, findings } = await examined({ TOCSIN_STATE_KIND: 'memory' });
  expect(code).toBe(1);
  expect(told(findings, 'config')).toHaveLength(3);
  expect(findings.map(({ check }) => check)).not.toContain('log');
});

test('a configuration without classes is a failure', async () => {
  room.close();
  room = openLocalRoom('classes: {}\n');
  const { code, findings } = await examined();
  expect(code).toBe(1);
  expect(told(findings, 'config')[0]).toMatch(/^fail: .*no device classes/);
});

describe('servers', () => {
  let silent: Server;
  beforeEach(async () => {
    // Takes every connection and never says a word.
    silent = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => void silent.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => void silent.close());

  test.each(['silent', 'absent'])('that are %s are failures in bounded time', async (kind) => {
    const port = kind === 'silent' ? (silent.address() as AddressInfo).port : 1;
    const { code, findings } = await examined({
      TOCSIN_TRANSPORT_KIND: 'kafka',
      KAFKA_BROKERS: `127.0.0.1:${port}`,
      TOCSIN_STATE_KIND: 'redis',
      REDIS_URL: `redis://127.0.0.1:${port}`,
      TOCSIN_REGISTRY_URL: `http://127.0.0.1:${port}`,
    });
    expect(code).toBe(1);
    expect(told(findings, 'log')[0]).toMatch(/^fail: 127.0.0.1:\d+: /);
    expect(told(findings, 'state')[0]).toMatch(/^fail: /);
    expect(told(findings, 'registry')[0]).toMatch(/^warn: schema registry/);
    expect(told(findings, 'backend')[0]).toMatch(/^ok: /);
  });
});
