import { crc32 } from 'node:zlib';
import { parseDeviceClass } from '@tocsin/config';
import { noIncident, noScores } from '@tocsin/decisions';
import { emptySupport, encodeDeviceState } from '@tocsin/models';
import { noGuards, noLabels, noTeaching, type DeviceState, type Reading } from '@tocsin/schemas';
import { createWindowScratch } from '@tocsin/windows';
import { expect, test } from 'vitest';
import { createDeviceLoader } from './load-devices.ts';
import { resumePartition } from './partition.ts';

const d = 3;
const deviceClass = parseDeviceClass('pump', { channels: ['x'], rateHz: 1 });
const parts = { deviceClass, specHash: 'feed', d, scratch: createWindowScratch(deviceClass) };
const reading: Reading = {
  deviceId: 'pump-1',
  deviceClass: 'pump',
  startMs: 0,
  rateHz: 1,
  channels: ['x'],
  samples: Float32Array.of(1),
};
const record = { topic: 't', partition: 0, offset: 5, timestampMs: 0, key: null, value: null, headers: {} };
const about = {
  deviceId: 'pump-1',
  deviceClass: 'pump',
  specHash: 'feed',
  frontierMs: 5000,
  revision: 0,
  modelVersion: 1,
  ...noScores,
};
const life = { incident: noIncident, labels: noLabels, guards: noGuards, teaching: noTeaching };
const support = { ...emptySupport(d), count: 7, learned: 7, sum: new Float64Array(d).fill(0.123) };
const good: DeviceState = { ...about, ...life, support };

/** The state with a NaN in place of its first sum, under a checksum that fits. */
function withNaN(): Uint8Array {
  const bytes = Buffer.from(encodeDeviceState(good));
  bytes.writeDoubleLE(NaN, bytes.indexOf(Buffer.from(Float64Array.of(0.123).buffer)));
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

test.each([
  ['stored', encodeDeviceState(good), 7],
  ['new', null, 0],
  ['rebuilt_class', encodeDeviceState({ ...good, deviceClass: 'fan' }), 0],
  ['rebuilt_spec', encodeDeviceState({ ...good, specHash: 'f00d' }), 0],
  ['rebuilt_not_finite', withNaN(), 0],
  ['rebuilt_malformed', encodeDeviceState({ ...good, support: emptySupport(d + 1) }), 0],
  ['rebuilt_foreign', encodeDeviceState({ ...good, deviceId: 'pump-2' }), 0],
  ['rebuilt_oversized', oversized(), 0],
] as [string, Uint8Array | null, number][])('%s', async (outcome, stored, learned) => {
  const outcomes: string[] = [];
  const store = { getMany: async () => [stored] };
  const meter = { deviceLoaded: (origin: string) => void outcomes.push(origin), deviceCache: () => undefined };
  const partition = resumePartition(1, { offset: 0, metadata: '' }, 10);
  await createDeviceLoader(store, new Map([['pump', parts]]), meter, () => undefined)(partition, [{ record, reading }]);
  expect(outcomes).toEqual([outcome]);
  expect(partition.devices.get('pump-1')!.state).toMatchObject({ deviceId: 'pump-1', support: { learned } });
});

/** A state, and far more bytes than any has. */
function oversized(): Uint8Array {
  const bytes = new Uint8Array(16 * 2 ** 20 + 1);
  bytes.set(encodeDeviceState(good));
  return bytes;
}
