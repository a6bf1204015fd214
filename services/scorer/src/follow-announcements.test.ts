import { encodeModelAnnouncement, type ModelAnnouncement } from '@tocsin/schemas';
import { StateError } from '@tocsin/state';
import type { RecordBatch } from '@tocsin/transport';
import { expect, test } from 'vitest';
import { createFollowAnnouncements } from './follow-announcements.ts';

const metrics = {
  learner: 'eb',
  candidates: [],
  algorithm: '',
  backend: 'cpu',
  devicesTrained: 9,
  devicesHeldOut: 2,
  windows: 90,
  heldOutAuroc: { closedForm: 0.9, head: null, previous: null },
  verdict: '',
  seconds: 1,
};
const about = { deviceClass: 'pump', version: 3, location: 'k', checksum: 'c', specHash: 'feed', createdAtMs: 1 };
const announcement: ModelAnnouncement = { ...about, metrics };
const away = new StateError('unreachable', 'away');

/** A batch of one announcement, of a member that is let go of after so many heartbeats. */
function batchOf(value: Uint8Array, isStale = () => false): RecordBatch {
  const records = [{ topic: 't', partition: 0, offset: 0, timestampMs: 0, key: null, value, headers: {} }];
  const calls = { isStale, heartbeat: async () => undefined, commit: async () => undefined };
  return { topic: 't', partition: 0, records, endOffset: 1, epoch: 1, resumedFrom: { offset: 0, metadata: '' }, ...calls };
}

/** A follower whose store answers after so many attempts. */
function follower(failures: number) {
  const heard: number[] = [];
  let attempts = 0;
  const adopt = async ({ version }: ModelAnnouncement) => {
    if (attempts++ < failures) throw away;
    heard.push(version);
    return 'adopted' as const;
  };
  const notes: string[] = [];
  const wait = { now: () => 0, sleep: async () => undefined, onWaiting: () => undefined };
  const follow = createFollowAnnouncements(
    { adopt },
    () => () => undefined,
    wait,
    (_, message) => void notes.push(message),
  );
  return { follow, heard, notes, attempts: () => attempts };
}

test('a bundle that is announced while the store is away is adopted when it is back', async () => {
  const { follow, heard } = follower(50);
  await follow(batchOf(encodeModelAnnouncement(announcement)));
  expect(heard).toEqual([3]);
});

test('nobody waits any longer than for as long as he is a member', async () => {
  const { follow, heard, attempts } = follower(Infinity);
  await expect(follow(batchOf(encodeModelAnnouncement(announcement), () => attempts() > 5))).rejects.toBe(away);
  expect(heard).toEqual([]);
});

test('what is no announcement is said and passed over', async () => {
  const { follow, notes } = follower(0);
  await follow(batchOf(Uint8Array.of(1, 2, 3)));
  expect(notes).toEqual(['a model announcement cannot be read']);
});
