import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeBundle } from '@tocsin/models';
import { encodeLabel, encodeScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { expect, test } from 'vitest';
import { selectBackend } from '../backend.ts';
import { decodeRecords } from '../intake/decode-records.ts';
import { labelOf, scored } from '../scored-windows.fixture.ts';
import { syntheticFleet, syntheticSpec } from '../synthetic-fleet.fixture.ts';
import { metaUpdate } from '../update/meta-update.ts';
import { defaultUpdatePlan } from '../update/update-plan.ts';
import { openEpisodeStore } from './episode-store.ts';

const d = 12;
const spec = syntheticSpec(d);
const topics = { windows: 'windows', alerts: 'alerts', labels: 'labels' };
const layout = { specHash: spec.hash, d };
/** A log of four devices, more of each than is kept, and a label in the middle. */
const records: LogRecord[] = syntheticFleet(4, 200, d)
  .flatMap(({ deviceId, windows }) => windows.map((window) => ({ ...scored(0), ...window, deviceId, specHash: spec.hash })))
  .sort((one, other) => one.startMs - other.startMs)
  .map((window, offset) => recordOf('windows', offset, encodeScoredWindow(window)));
const label = recordOf('labels', 0, encodeLabel(labelOf({ deviceId: 'device-1-0', subjectId: 'device-1-0-150' })));

function recordOf(topic: string, offset: number, value: Uint8Array): LogRecord {
  return { topic, partition: 0, offset, timestampMs: offset, key: null, value, headers: {} };
}

/** Reads the log into a store of its own, in batches of so many, and learns. */
async function bundleOf(batchRecords: number, seed: number): Promise<Uint8Array> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-rebuild-'));
  const store = openEpisodeStore({
    directory: join(directory, 'store'),
    maxBytes: 100_000_000,
    windowsPerDevice: 96,
    seed: 1,
    layouts: [{ deviceClass: 'pump', specHash: spec.hash }],
    windowsTopic: topics.windows,
    minWindows: 20,
    note: () => undefined,
    now: () => 0,
  });
  const take = (batch: readonly LogRecord[]) => {
    const { items } = decodeRecords(batch, topics, { layoutOf: () => layout, versionOf: () => 0 });
    store.take({ topic: batch[0].topic, partition: 0, records: batch, items });
  };
  take([label]);
  for (let from = 0; from < records.length; from += batchRecords) take(records.slice(from, from + batchRecords));
  const choice = { specHash: spec.hash, windowsMin: 20, devicesMax: 3, seed };
  const { devices, learnedFrom } = store.load('pump', choice);
  await store.close();
  rmSync(directory, { recursive: true });
  const task = { deviceClass: 'pump', learner: 'eb-mw' as const, spec, supportWindows: 10, previous: null, version: 1 };
  const weights = { ...defaultUpdatePlan.weights, steps: 5, pool: 16 };
  const plan = { ...defaultUpdatePlan, judgedEpisodes: 2, weights };
  const result = await metaUpdate({ ...task, devices, learnedFrom, createdAtMs: 1, seed, plan }, await selectBackend('cpu'));
  if (result.outcome === 'keep') throw new Error(result.verdict);
  // How long it took is nobody's business here.
  return encodeBundle({ ...result.bundle, metrics: { ...result.bundle.metrics, seconds: 0 } });
}

test('the log that a bundle was learned from gives it again, byte for byte, however it is read', async () => {
  const [one, again, other] = [await bundleOf(800, 1), await bundleOf(37, 1), await bundleOf(800, 2)];
  expect(again).toEqual(one);
  expect(other).not.toEqual(one);
});
