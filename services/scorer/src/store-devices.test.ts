import { parseDeviceClass } from '@tocsin/config';
import { noScores } from '@tocsin/decisions';
import { emptySupport, encodeDeviceState } from '@tocsin/models';
import { deviceStateKey, type DeviceState } from '@tocsin/schemas';
import { createEmbeddedState } from '@tocsin/state';
import { createWindowScratch } from '@tocsin/windows';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { createDeviceLoader } from './load-devices.ts';
import { resumePartition, type Partition } from './partition.ts';
import { stateOrder } from './state-order.ts';
import { createStoreDevices, StateConflict } from './store-devices.ts';
import { deviceThatLearnt } from './tracked-device.fixture.ts';

const directory = mkdtempSync(join(tmpdir(), 'tocsin-store-'));
const state = createEmbeddedState({ directory });
const deviceClass = parseDeviceClass('pump', { channels: ['x'], rateHz: 1 });
const parts = { deviceClass, specHash: 'feed', d: 3, scratch: createWindowScratch(deviceClass) };
const meter = { deviceLoaded: () => undefined, deviceCache: () => undefined };
const load = createDeviceLoader(state, new Map([['pump', parts]]), meter, () => undefined);
const store = createStoreDevices(state, () => undefined);
const known: DeviceState = {
  ...deviceThatLearnt(0).state,
  deviceId: 'p',
  specHash: 'feed',
  frontierMs: 5000,
  revision: 0,
  modelVersion: 1,
  ...noScores,
  support: emptySupport(3),
};

afterAll(async () => {
  await state.close();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  const key = deviceStateKey('p');
  await state.remove([key]);
  await state.putIfNewer([{ key, order: stateOrder(known), value: encodeDeviceState(known) }]);
});

/** A partition that has just taken the device over. */
async function takenOver(): Promise<Partition> {
  const partition = resumePartition(1, { offset: 0, metadata: '' }, 10);
  const record = { topic: 't', partition: 0, offset: 5, timestampMs: 0, key: null, value: null, headers: {} };
  const reading = { deviceId: 'p', deviceClass: 'pump', startMs: 0, rateHz: 1, channels: ['x'], samples: Float32Array.of(1) };
  await load(partition, [{ record, reading }]);
  return partition;
}

/** A bundle and a label on top of what the partition has of the device, not yet stored. */
function change({ devices }: Partition): void {
  const device = devices.get('p')!;
  Object.assign(device.state, { modelVersion: 2, revision: device.state.revision + 2 });
  device.isDirty = true;
}

test('what an old owner stores after a new one has come is refused, however many changes it holds', async () => {
  const old = await takenOver();
  await store(old);
  change(old);
  const next = await takenOver();
  await store(next);
  await expect(store(old)).rejects.toThrow(StateConflict);
  change(next);
  await store(next);
});

test('a new owner starts over where the old one has stored something since it looked', async () => {
  const old = await takenOver();
  await store(old);
  const next = await takenOver();
  change(old);
  await store(old);
  change(next);
  await expect(store(next)).rejects.toThrow('p: the store holds a newer state');
});

test('whoever takes a device over stores it before anything of it is said', async () => {
  const partition = await takenOver();
  expect(partition.devices.get('p')!.isDirty).toBe(true);
  await store(partition);
  expect(partition.devices.get('p')).toMatchObject({ isDirty: false, storedOrder: stateOrder({ ...known, revision: 1 }) });
});
