// A notifier that is killed again and again, as a real process: nothing of what it has to say is lost, and what is said twice is the
// same, letter by letter. The log and the store are the embedded ones, on disk, as `tocsin run` has them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeAlert } from '@tocsin/schemas';
import { createEmbeddedTransport } from '@tocsin/transport';
import { openReceiver, type Receiver } from '../../services/notifier/src/sinks/receiver.fixture.ts';
import { alertOf, secret, until } from '../../services/notifier/src/sinks/sink-room.fixture.ts';
import { startService, type ServiceProcess } from './service-process.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 60_000 });

const partitions = 2;
let directory: string;
let receiver: Receiver;
let notifier: ServiceProcess;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  receiver = await openReceiver();
});
afterEach(async () => {
  await notifier.end('SIGKILL');
  await receiver.close();
  rmSync(directory, { recursive: true, force: true });
});

function writeConfig(): string {
  const file = join(directory, 'tocsin.yaml');
  writeFileSync(
    file,
    `transport: { kind: embedded, directory: ${JSON.stringify(join(directory, 'log'))} }
state: { kind: embedded, directory: ${JSON.stringify(join(directory, 'state'))} }
topics: { partitions: ${partitions} }
classes: { pump: { channels: [x], rateHz: 4096 } }
notifier:
  grouping: { holdMs: 0, minDevices: 1000 }
  sinks: { ops: { kind: webhook, url: '${receiver.url}', secret: '${secret}' } }
`,
  );
  return file;
}

async function started(config: string): Promise<ServiceProcess> {
  const service = startService('notifier', config, 0, {});
  await until(() => service.output().includes('notifier reads') || service.hasFailed(), `it starts: ${service.output()}`);
  return service;
}

test('killed while its notices are on their way, it says them all when it is back', async () => {
  const config = writeConfig();
  notifier = await started(config);
  const transport = createEmbeddedTransport({ directory: join(directory, 'log') });
  const writer = transport.writer();
  const devices = Array.from({ length: 24 }, (_, i) => `pump-${i}`);
  const kills = 3;
  for (let kill = 0; kill < kills; kill++) {
    const some = devices.slice(kill * 8, kill * 8 + 8);
    // From the third on nobody hears whether it arrived.
    receiver.behave(200, 200, 'wait');
    const before = receiver.received.length;
    await writer.send(some.map((deviceId) => ({ topic: 'tocsin.alerts', key: deviceId, value: encodeAlert(alertOf(deviceId)) })));
    await until(() => receiver.received.length >= before + 3, 'some are on their way');
    await notifier.end('SIGKILL');
    receiver.behave(200);
    notifier = await started(config);
  }
  const keys = () => receiver.received.map(({ headers }) => headers['idempotency-key']);
  await until(() => new Set(keys()).size === devices.length, 'all are said');
  expect(new Set(keys())).toEqual(new Set(devices.map((deviceId) => `alert-of-${deviceId}-1`)));
  // At each kill one notice of every partition, and what was written to the notices right before.
  expect(keys().length).toBeLessThanOrEqual(devices.length + kills * (8 + partitions));
  for (const deviceId of devices)
    expect(new Set(receiver.received.filter(({ body }) => body.includes(`"${deviceId}"`)).map(({ body }) => body)).size).toBe(1);
  await transport.close();
});
