// The window that opened an alert, from the walk of a real scorer through the store to the console.
import { expect, test } from 'vitest';
import { createExtractor, createFeatureSpec } from '@tocsin/features';
import { decodeKeptWindow } from '@tocsin/models';
import { keptWindowKey } from '@tocsin/schemas';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { openConsoleRoom, until } from './console-room.ts';

type Detail = { keptWindows: { windowId: string; alertId: string; startMs: number }[] };
type Window = {
  windowId: string;
  features: { feature: string; actual: number; expected: number; share: number }[];
  waveform: { alertId: string; rateHz: number; channels: { name: string; samples: number[] }[] };
};

test('its samples are there, its features come out of them again, and they say why', async () => {
  const room = await openConsoleRoom();
  await room.publish(1);
  const scorer = room.scorer({ keepsWindows: true });
  await scorer.start();
  await room.send(telemetry(2, 60, { faultsOf: (i) => (i === 1 ? [{ kind: 'imbalance', startS: 5, severity: 0.8 }] : []) }));
  await room.drained(scorer);
  const [opened] = (await room.alerts()).filter(({ state }) => state === 'opened');
  const [bytes] = await room.state.getMany([keptWindowKey('pump-1', opened.alertId)]);
  const kept = decodeKeptWindow(bytes!);
  const scored = (await room.windows()).find(({ windowId }) => windowId === kept.windowId)!;
  expect(kept).toMatchObject({ alertId: opened.alertId, startMs: scored.startMs, endMs: scored.endMs, channels: ['x'] });
  // Sixteen bits are enough for the features, too.
  createExtractor(createFeatureSpec(pump))(kept.samples).forEach((value, j) => expect(value).toBeCloseTo(scored.features[j], 1));

  await until(() => room.page.world.alerts.find(opened.alertId) !== null, 'the console knows the alert');
  const { body: detail } = await room.get<Detail>('/api/device?id=pump-1');
  expect(detail.keptWindows).toEqual([{ windowId: kept.windowId, alertId: opened.alertId, startMs: kept.startMs }]);
  const { body: window } = await room.get<Window>(`/api/window?device=pump-1&id=${opened.alertId}`);
  expect(window).toMatchObject({ windowId: kept.windowId, waveform: { alertId: opened.alertId, rateHz: 4096 } });
  expect(window.waveform.channels[0].samples).toHaveLength(1024);
  expect(window.features.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 6);
  // Nobody else's.
  expect((await room.get<Detail>('/api/device?id=pump-0')).body.keptWindows).toEqual([]);
  await scorer.stop();
  await room.close();
}, 40_000);
