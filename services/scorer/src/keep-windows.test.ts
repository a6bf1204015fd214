// What opens an alert is kept as it was in the walk; nothing waits for it, and nothing breaks with it.
import { expect, test } from 'vitest';
import { decodeKeptWindow } from '@tocsin/models';
import { keptWindowKey, type Window } from '@tocsin/schemas';
import type { OrderedEntry } from '@tocsin/state';
import { createKeepWindows } from './keep-windows.ts';

const deviceClass = { channels: ['x', 'y'], rateHz: 4 };
const alert = { alertId: 'a1', deviceId: 'pump-3', state: 'opened' } as const;
const windowOf = (first: number): Window => ({
  deviceId: 'pump-3',
  deviceClass: 'pump',
  startMs: 0,
  endMs: 1000,
  samples: Float32Array.of(first, 2, 3, 4, 5, 6, 7, 8),
  coverage: 1,
});

function opened(put: (entry: OrderedEntry) => Promise<boolean[]>) {
  const notes: string[] = [];
  const keep = createKeepWindows({ putIfNewer: ([entry]) => put(entry) }, (_level, message) => void notes.push(message));
  return { keep, notes };
}

test('in the place of its alert, as it was then: the walk uses the samples again', async () => {
  const stored: OrderedEntry[] = [];
  const { keep } = opened(async (entry) => (stored.push(entry), [true]));
  const window = windowOf(1);
  keep(alert, 'w1', window, deviceClass);
  window.samples.fill(9);
  keep({ ...alert, state: 'updated' }, 'w2', window, deviceClass);
  keep({ ...alert, state: 'closed' }, 'w3', window, deviceClass);
  expect(stored.map(({ key, order }) => [key, order])).toEqual([[keptWindowKey('pump-3', 'a1'), 1000]]);
  const kept = decodeKeptWindow(stored[0].value);
  expect(kept).toMatchObject({ alertId: 'a1', windowId: 'w1', rateHz: 4, channels: ['x', 'y'] });
  expect([...kept.samples].map(Math.round)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a store that is away is told once, and again when it has been back', async () => {
  let isAway = true;
  const { keep, notes } = opened(() => (isAway ? Promise.reject(new Error('gone')) : Promise.resolve([true])));
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  for (let i = 0; i < 3; i++) keep(alert, 'w', windowOf(i), deviceClass);
  await turn();
  expect(notes).toHaveLength(1);
  isAway = false;
  keep(alert, 'w', windowOf(0), deviceClass);
  await turn();
  isAway = true;
  keep(alert, 'w', windowOf(0), deviceClass);
  await turn();
  expect(notes).toHaveLength(2);
});

test('a fleet that alarms as one does not pile up', () => {
  let puts = 0;
  const { keep } = opened(() => ((puts += 1), new Promise(() => undefined)));
  for (let i = 0; i < 1000; i++) keep({ ...alert, alertId: `a${i}` }, 'w', windowOf(i), deviceClass);
  expect(puts).toBe(64);
});

test('samples that are no numbers are not kept', () => {
  let puts = 0;
  const { keep } = opened(async () => ((puts += 1), [true]));
  keep(alert, 'w', windowOf(Number.NaN), deviceClass);
  expect(puts).toBe(0);
});
