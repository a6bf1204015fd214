// The windows of a whole fleet fit into what they may take, whoever has gone quiet and whoever comes.
import { expect, test } from 'vitest';
import type { ScoredWindow } from '@tocsin/schemas';
import { createFleetView } from './fleet-view.ts';
import { ringBytesPerWindow } from './score-ring.ts';

const windowOf = (deviceId: string, n: number): ScoredWindow => ({
  windowId: n.toString(16).padStart(24, '0'),
  deviceId,
  deviceClass: 'c',
  startMs: n,
  endMs: n + 1,
  specHash: '',
  features: new Float32Array(0),
  score: 0,
  pValue: 0.5,
  threshold: 1,
  modelVersion: 1,
  supportWindows: 0,
  coverage: 1,
  flags: [],
});

test('devices that say nothing any more make room for those that come', () => {
  const historyBytes = 20 * 1000 * ringBytesPerWindow;
  const fleet = createFleetView(new Map(), { devicesMax: 10_000, historyWindows: 1000, historyBytes });
  const held = () => [...fleet.devices.values()].reduce((sum, { ring }) => sum + ring.capacity, 0) * ringBytesPerWindow;
  // Ids that change every now and then, as those of containers do.
  for (let round = 0; round < 10; round++)
    for (let d = 0; d < 20; d++) {
      for (let n = 0; n < 1000; n++) fleet.window(windowOf(`${round}-${d}`, n), n);
      expect(held()).toBeLessThanOrEqual(1.15 * historyBytes);
    }
  expect(fleet.windowsMax()).toBe(100);
  expect(fleet.devices.get('0-0')!.ring.length).toBeLessThanOrEqual(112);
});
