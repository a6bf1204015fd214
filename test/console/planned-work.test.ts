// Planned work as the console shows it: what is planned on a device, whether now by the device's own time, and who is not missed meanwhile.
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { encodeScoredWindow } from '@tocsin/schemas';
import { alertOf, openConsoleRoom, until, windowOf, type ConsoleRoom } from './console-room.ts';

type Work = { once: object | null; weekly: string | null; note: string; isNow: boolean };
type Detail = { row: { state: string }; plannedWork: Work[]; alerts: { isHeld: boolean }[] };

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** Windows are of the first hour of 2026, a Thursday. */
const maintenance = `[
  { devices: line-3-*, days: [thu], from: '00:00', to: '02:00', note: cleaning },
  { devices: line-4, days: [sat, sun], from: '22:00', to: '06:00', zone: Europe/Berlin },
  { from: '2025-12-24T00:00:00Z', to: '2025-12-27T00:00:00Z', note: over },
  { from: '2026-12-24T00:00:00Z', to: '2026-12-27T00:00:00Z', note: holidays }]`;

let room: ConsoleRoom;
beforeAll(async () => {
  const flow = maintenance.replaceAll('\n', ' ');
  room = await openConsoleRoom({ moreClasses: `  fan: { channels: [x], rateHz: 4096, maintenance: ${flow} }\n` });
  const deviceClass = 'fan';
  await room.sayWindows(['line-3-a', 'line-4'].map((deviceId) => windowOf(deviceId, 0, { deviceClass })));
  await room.sayAlerts(['line-3-a', 'line-4'].map((deviceId) => alertOf(deviceId, { deviceClass, guard: 'drift' })));
  await room.sayAlerts([alertOf('line-3-b', { deviceClass })]);
  const { alerts, fleet } = room.page.world;
  const isHeard = (deviceId: string) => fleet.devices.get(deviceId)?.latest != null;
  await until(() => alerts.size() === 3 && ['line-3-a', 'line-4'].every(isHeard), 'both are known');
});
afterAll(() => room.close());

const detail = async (id: string) => (await room.get<Detail>(`/api/device?id=${id}`)).body;
const states = async () => [(await detail('line-3-a')).row.state, (await detail('line-4')).row.state];

test('what is planned on a device, and whether now', async () => {
  const { fromMs, toMs } = { fromMs: Date.UTC(2026, 11, 24), toMs: Date.UTC(2026, 11, 27) };
  const holidays = { once: { fromMs, toMs }, weekly: null, note: 'holidays', isNow: false };
  const cleaning = { once: null, weekly: 'Thu 00:00–02:00, UTC', note: 'cleaning', isNow: true };
  const weekends = { once: null, weekly: 'Sat, Sun 22:00–06:00, Europe/Berlin', note: '', isNow: false };
  expect((await detail('line-3-a')).plannedWork).toEqual([cleaning, holidays]);
  expect((await detail('line-4')).plannedWork).toEqual([weekends, holidays]);
});

test('an alert that is open meanwhile says that nothing more will be said', async () => {
  expect((await detail('line-3-a')).alerts).toMatchObject([{ isHeld: true }]);
  expect((await detail('line-4')).alerts).toMatchObject([{ isHeld: false }]);
});

test('who is switched off for planned work is not silent until it is over', async () => {
  const { take, fleet, alerts } = room.page.world;
  // Their alerts end; what is left to say of them is when they were heard of.
  for (const { alert } of alerts.all()) fleet.alert({ ...alert, state: 'closed' });
  const logTimeMs = fleet.logTimeMs();
  const other = (n: number, hours: number) =>
    take.windows(encodeScoredWindow(windowOf('other', n)), logTimeMs + hours * 3_600_000);
  other(1, 1);
  expect(await states()).toEqual(['maintenance', 'silent']);
  other(2, 3);
  expect(await states()).toEqual(['silent', 'silent']);
});
