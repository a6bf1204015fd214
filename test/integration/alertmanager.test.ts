// The sink for Alertmanager and a real one: what fires there is what is open, over updates, restarts of either, and the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '@tocsin/config';
import { runNotifier, type RunningNotifier } from '@tocsin/notifier';
import { encodeAlert, type Alert } from '@tocsin/schemas';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { createEmbeddedTransport, type Transport } from '@tocsin/transport';
import { alertOf, recordedMs, until } from '../../services/notifier/src/sinks/sink-room.fixture.ts';
import { nameOf, startAlertmanager, type AlertmanagerRoom } from './alertmanager-room.ts';

vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });
const program = process.env['ALERTMANAGER'];
const skipped = program === undefined ? ' (skipped: ALERTMANAGER is not set)' : '';

describe.skipIf(program === undefined)(`a real Alertmanager${skipped}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  let room: AlertmanagerRoom;
  let world: { transport: Transport; state: StateStore };
  let notifier: RunningNotifier;

  beforeAll(async () => {
    room = await startAlertmanager(program!);
    world = {
      transport: createEmbeddedTransport({ directory: join(folder, 'log') }),
      state: createEmbeddedState({ directory: join(folder, 'state') }),
    };
    await start();
  });
  afterAll(async () => {
    await notifier?.stop();
    await world?.transport.close();
    await world?.state.close();
    await room?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(): Promise<void> {
    const file = `
classes: { pump: { channels: [x], rateHz: 4096 } }
links: { url: 'https://tocsin.example', key: ${'k'.repeat(32)} }
notifier:
  httpPort: 0
  grouping: { holdMs: 0, updateEveryMs: 1000 }
  sinks: { ops: { kind: alertmanager, url: '${room.url}', refreshMs: 2000, recipient: Ada } }`;
    notifier = await runNotifier(loadConfig({ file, env: {} }), { ...world, note: () => undefined });
  }
  const say = (...alerts: readonly Alert[]): Promise<void> =>
    world.transport
      .writer()
      .send(alerts.map((alert) => ({ topic: 'tocsin.alerts', key: alert.deviceId, value: encodeAlert(alert) })));
  /** `pump-1 warning alert-of-pump-1-2` */
  const texts = async () =>
    (await room.firing()).map((alert) => [nameOf(alert), alert.labels['severity'], alert.annotations['tocsin_id']].join(' '));
  const expectFiring = (expected: readonly string[]) =>
    until(async () => (await texts()).join() === expected.join(), `${expected.join(', ') || 'nothing'} fires`);

  test('what is open fires with its labels and answers, once, however often it is told', async () => {
    await say(alertOf('pump-1'), alertOf('pump-1'));
    await expectFiring(['pump-1 warning alert-of-pump-1-1']);
    const [{ labels, annotations, generatorURL }] = await room.firing();
    expect(labels).toEqual({
      alertname: 'TocsinAlert',
      kind: 'model',
      device: 'pump-1',
      severity: 'warning',
      device_class: 'pump',
      source: 'tocsin',
    });
    expect(annotations['summary']).toContain('pump-1: x.rms 4.5x what is normal.');
    expect(annotations['answer_false_alarm']).toMatch(/^https:\/\/tocsin\.example\/answer\?t=[\w.-]+$/);
    expect(generatorURL).toMatch(/^https:\/\/tocsin\.example\/#\//);
    await say(alertOf('pump-1', { revision: 2, state: 'updated' }));
    await expectFiring(['pump-1 warning alert-of-pump-1-2']);
  });

  test('a warning that becomes critical is one that fires, and another notifier goes on with it', async () => {
    await say(alertOf('pump-1', { revision: 3, state: 'updated', severity: 'critical' }));
    await expectFiring(['pump-1 critical alert-of-pump-1-3']);
    await notifier.stop();
    const stoppedMs = Date.now();
    await start();
    await until(async () => Date.parse((await room.firing())[0]?.updatedAt ?? '') > stoppedMs, 'it is told again');
    expect(await texts()).toEqual(['pump-1 critical alert-of-pump-1-3']);
  });

  test('an Alertmanager that has lost everything is told again, and what is over is gone', async () => {
    await room.restart();
    await expectFiring(['pump-1 critical alert-of-pump-1-3']);
    await say(alertOf('pump-1', { revision: 4, state: 'closed', severity: 'critical' }));
    await expectFiring([]);
  });

  test('many together are one incident, and gone when they are', async () => {
    const devices = ['pump-2', 'pump-3', 'pump-4', 'pump-5'];
    const startMs = recordedMs + 86_400_000;
    await say(...devices.map((deviceId) => alertOf(deviceId, { startMs, endMs: startMs + 1000 })));
    await until(async () => (await texts()).length === 3, 'two had been told before it was one incident');
    expect(nameOf((await room.firing())[0])).toBe('TocsinFleetIncident');
    await say(...devices.map((deviceId) => alertOf(deviceId, { revision: 2, state: 'closed', startMs, endMs: startMs + 1000 })));
    await expectFiring([]);
    expect(await room.figure('alertmanager_alerts_invalid_total')).toBe(0);
  });
});
