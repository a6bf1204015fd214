// A bundle under which a device alarms as it never did is left again by that device, through the real scorer on the embedded twins.
import { checksumOf, decodeBundle, encodeBundle } from '@tocsin/models';
import { currentBundleKey, encodeModelAnnouncement } from '@tocsin/schemas';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fittedBundle, telemetry } from '../fixtures/pump-fleet.ts';
import { openLabelRoom, type LabelRoom } from './label-room.ts';
import { topics } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: LabelRoom;
beforeEach(async () => {
  room = await openLabelRoom();
});
afterEach(() => room.close());

/** A bundle under whose calibration everything is over the threshold. */
async function publishBad(version: number): Promise<void> {
  const { announcement, bytes: good } = fittedBundle(version);
  const bundle = decodeBundle(good);
  const { calibration } = bundle;
  const quantiles = calibration.quantiles.map((row) => row.map((score) => score - 8));
  const medians = calibration.medians.map((score) => score - 8);
  const bytes = encodeBundle({ ...bundle, calibration: { ...calibration, quantiles, medians } });
  const value = encodeModelAnnouncement({ ...announcement, checksum: checksumOf(bytes) });
  await room.state.put(announcement.location, bytes);
  await room.state.put(currentBundleKey('pump'), value);
  await room.transport.writer().send([{ topic: topics.models, key: 'pump', value }]);
}

//   bundle      1        2 bad                          3
//   device      1 ...... 2 X X X ... X|1 . . . . . . .  3 . . .
//   process     first ........ second ....... third
test('the device goes back, stays there under whatever process, and takes the next one', async () => {
  const records = telemetry(1, 120);
  const first = await room.started();
  await room.feed(first, records.slice(0, 60));
  const { scored } = await room.stateOf();
  expect(scored).toBeGreaterThan(0);
  await publishBad(2);
  await room.drained(first);
  await room.feed(first, records.slice(60, 72));
  await first.stop();
  expect(await room.stateOf()).toMatchObject({ modelVersion: 2, changes: { watched: { windows: 12, over: 12 } } });
  const second = await room.started();
  await room.feed(second, records.slice(72, 84));
  expect(await room.stateOf()).toMatchObject({ modelVersion: 1, changes: { refused: 2, watched: null } });
  await second.stop();
  const third = await room.started();
  await room.feed(third, records.slice(84, 100));
  expect((await room.stateOf()).modelVersion).toBe(1);
  expect((await room.stateOf()).scored).toBeGreaterThan(scored);
  await room.publish(3);
  await room.drained(third);
  await room.feed(third, records.slice(100));
  await third.stop();
  expect((await room.stateOf()).modelVersion).toBe(3);

  const windows = (await room.windows()).toSorted((one, two) => one.startMs - two.startMs);
  const undone = windows.filter(({ flags }) => flags.includes('undone'));
  expect(undone).toHaveLength(1);
  expect(undone[0].modelVersion).toBe(2);
  const versions = windows.map(({ modelVersion }) => modelVersion);
  expect(versions.filter((version, i) => version !== versions[i - 1])).toEqual([1, 2, 1, 3]);
  expect(windows.slice(windows.indexOf(undone[0]) + 1).filter(({ score, threshold }) => score! > threshold!)).toEqual([]);
  expect(judge(expectedWindows(records), windows)).toEqual({ lost: 0, wrong: 0, conflicting: 0, repeated: 0 });
  expect(await room.metrics()).toContain('tocsin_changes_undone_total{class="pump",change="bundle"} 1');
  expect(room.notes()).toContainEqual(
    expect.objectContaining({
      level: 'warn',
      fields: expect.objectContaining({ deviceId: 'pump-0', refused: 2, modelVersion: 1 }),
    }),
  );
  // Its alert ends as alerts end.
  expect((await room.alerts()).map(({ state }) => state)).toEqual(expect.arrayContaining(['opened', 'closed']));
});
