// A shift of many machines at once, from telemetry through the scorer and the notifier to a receiver: one incident, told once.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadConfig } from '@tocsin/config';
import { runNotifier, type RunningNotifier } from '@tocsin/notifier';
import { decodeFleetIncident, type FleetIncident } from '@tocsin/schemas';
import { openReceiver, type Receiver } from '../../services/notifier/src/sinks/receiver.fixture.ts';
import { secret, until } from '../../services/notifier/src/sinks/sink-room.fixture.ts';
import { telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, readAll, type ScorerRoom } from './scorer-room.ts';

let room: ScorerRoom;
let receiver: Receiver;
let notifier: RunningNotifier;
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
beforeEach(async () => {
  room = await openScorerRoom();
  receiver = await openReceiver();
});
afterEach(async () => {
  await notifier.stop();
  await room.close();
  await receiver.close();
});

function configOf(grouping: string) {
  const file = `
state: { kind: embedded, directory: no-such-directory }
topics: { partitions: 2 }
classes: { pump: { channels: [x], rateHz: 4096 } }
notifier:
  httpPort: 0
  grouping: ${grouping}
  sinks: { ops: { kind: webhook, url: '${receiver.url}', secret: '${secret}' } }`;
  return loadConfig({ file, env: {} });
}

type Said = {
  about: string;
  state: string;
  id: string;
  message: string;
  devices?: number;
  deviceId?: string;
  members?: { deviceId: string }[];
  peers?: { shifted: number; of: number } | null;
};
const said = (): Said[] => receiver.taken().map(({ body }) => JSON.parse(body) as Said);

/** The pumps that are broken for five seconds. */
async function play(devices: number, isBroken: (device: number) => boolean): Promise<void> {
  await room.publish(1);
  const scorer = room.scorer();
  await scorer.start();
  const fault = { kind: 'imbalance' as const, startS: 5, endS: 10, severity: 0.8 };
  await room.send(telemetry(devices, 160, { faultsOf: (device) => (isBroken(device) ? [fault] : []) }));
  await room.drained(scorer);
  await scorer.stop();
}

test('eight of ten pumps shift: one incident with all of them, from its opening to its end, and no alert by itself', async () => {
  notifier = await runNotifier(configOf('{ holdMs: 120000, updateEveryMs: 1500 }'), { ...room, note: () => undefined });
  await play(10, (device) => device < 8);
  await until(() => said().some(({ state }) => state === 'closed'), 'it is over');
  expect(new Set(said().map(({ about, id }) => `${about} ${id}`)).size).toBe(1);
  const last = said().at(-1)!;
  expect(last).toMatchObject({ about: 'incident', state: 'closed', devices: 8 });
  expect([...new Set(last.members!.map(({ deviceId }) => deviceId))].sort()).toEqual(
    ['0', '1', '2', '3', '4', '5', '6', '7'].map((n) => `pump-${n}`),
  );
  const incidents: FleetIncident[] = await readAll(room.transport, 'tocsin.incidents', ({ value }) =>
    decodeFleetIncident(value!),
  );
  expect(incidents.map(({ state, revision }) => [state, revision])[0]).toEqual(['opened', 1]);
  for (const { of } of incidents) expect(of).toBeLessThanOrEqual(10);
  const metrics = await (await fetch(`${notifier.endpoint.url}/metrics`)).text();
  expect(metrics).toMatch(/tocsin_alerts_grouped_total\{class="pump"\} (8|9|1\d)/);
  expect(metrics).toContain('tocsin_incidents_open{class="pump",kind="shift"} 0');
});

test('one pump alone is one alert', async () => {
  notifier = await runNotifier(configOf('{ holdMs: 0 }'), { ...room, note: () => undefined });
  await play(4, (device) => device === 2);
  await until(() => said().some(({ state }) => state === 'closed'), 'it is over');
  expect(new Set(said().map(({ about, deviceId }) => `${about} ${deviceId}`))).toEqual(new Set(['alert pump-2']));
});

test('two pumps are too few for an incident: the second alert says that there was another', async () => {
  notifier = await runNotifier(configOf('{ holdMs: 0 }'), { ...room, note: () => undefined });
  await play(6, (device) => device === 2 || device === 4);
  await until(() => new Set(said().flatMap(({ state, id }) => (state === 'closed' ? [id] : []))).size >= 2, 'both are over');
  expect(new Set(said().map(({ about, deviceId }) => `${about} ${deviceId}`))).toEqual(new Set(['alert pump-2', 'alert pump-4']));
  const [first, second] = said().filter(({ state }) => state === 'opened');
  expect(first.peers?.shifted ?? 0).toBe(0);
  expect(second.peers!.shifted).toBe(1);
  expect(second.peers!.of).toBeLessThan(6);
  expect(second.message).toMatch(/^pump-[24], x: .+ for this device since .+; 1 (of [1-5] )?peers? shifted too\.$/);
  for (const { state, peers } of said()) if (state === 'closed') expect(peers).toBeNull();
});
