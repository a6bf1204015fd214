// Planned work: windows of its time are scored and said, teach nothing and raise nothing, whoever reads them and however often.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeTelemetry, encodeTelemetry, type DeviceClass, type MaintenanceSpan } from '@tocsin/schemas';
import type { Transport } from '@tocsin/transport';
import { pump, startMs, telemetry } from '../fixtures/pump-fleet.ts';
import { changed, openLabelRoom, type LabelRoom } from './label-room.ts';

let room: LabelRoom;
beforeEach(async () => void (room = await openLabelRoom()));
afterEach(() => room.close());

/** From one second of the telemetry to another. */
const during = (fromS: number, toS: number, devices = '*'): MaintenanceSpan => ({
  kind: 'once',
  devices,
  note: 'new bearings',
  fromMs: startMs + 1000 * fromS,
  toMs: startMs + 1000 * toS,
});
const withWork = (...maintenance: MaintenanceSpan[]): DeviceClass => ({ ...pump, maintenance });
const isMaintained = ({ flags }: { flags: readonly string[] }) => flags.includes('maintenance');
const story = async (deviceId = 'pump-0') =>
  (await room.alerts()).filter((alert) => alert.deviceId === deviceId).map(({ state }) => state);

//   telemetry   0 s . . . . 5 s  X X X X X X X X X X X X X X     another machine from 5 s on
//   work                    [4 s           9 s)
describe('a machine that becomes another one while it is worked on', () => {
  test('is scored and flagged; nothing is raised and nothing learnt before the work is over', async () => {
    const records = changed(120, 2);
    const scorer = await room.started({ classes: [withWork(during(4, 9, 'pump-0'))] });
    await room.feed(scorer, records.slice(0, 60));
    await room.feed(scorer, records.slice(60, 144));
    expect(await story()).toEqual([]);
    // a window of 250 ms every 125 ms, those that end by 4 s
    expect((await room.stateOf()).support.learned).toBe(31);
    await room.feed(scorer, records.slice(144));
    await scorer.stop();
    const windows = (await room.windows()).filter(({ deviceId }) => deviceId === 'pump-0');
    for (const window of windows) {
      const overlaps = window.startMs < startMs + 9000 && window.endMs > startMs + 4000;
      expect(isMaintained(window)).toBe(overlaps);
    }
    const flagged = windows.filter(isMaintained);
    expect(flagged.some(({ score, threshold }) => score! > threshold!)).toBe(true);
    const [opened] = await room.opened().then((all) => all.filter(({ deviceId }) => deviceId === 'pump-0'));
    expect(opened.startMs).toBeGreaterThanOrEqual(startMs + 9000 - 250);
    expect((await story('pump-1'))[0]).toBe('opened');
    expect((await room.opened()).find(({ deviceId }) => deviceId === 'pump-1')!.startMs).toBeLessThan(startMs + 9000);
  });

  test('an alert that is open when work begins stays open, and goes on when it is over', async () => {
    const scorer = await room.started({ classes: [withWork(during(8, 10))] });
    await room.feed(scorer, changed(120));
    await scorer.stop();
    const alerts = await room.alerts();
    expect(alerts[0].state).toBe('opened');
    expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(1);
    expect(alerts.every(({ state }) => state !== 'closed')).toBe(true);
    const said = alerts.filter(({ endMs }) => endMs > startMs + 8250 && endMs <= startMs + 10_000);
    expect(said).toEqual([]);
    const { windows } = (await room.stateOf()).incident.open!;
    const judged = (await room.windows()).filter((window) => !isMaintained(window) && window.score! > window.threshold!);
    expect(windows).toBeLessThanOrEqual(judged.length);
  });
});

test('whoever reads it again says the same, to the last byte', async () => {
  const records = changed(110);
  const classes = [withWork(during(6, 7), during(9, 11))];
  const forgetful = (real: Transport): Transport => ({
    ...real,
    reader: (options) => {
      const reader = real.reader(options);
      return { ...reader, run: (handle) => reader.run((batch) => handle({ ...batch, commit: async () => undefined })) };
    },
  });
  for (const to of [50, 70, 110]) {
    // commits nothing, so the next one starts from the beginning; what is stored keeps it from saying things twice
    const scorer = await room.started({ classes, transport: forgetful });
    await room.feed(scorer, records.slice(to === 50 ? 0 : to === 70 ? 50 : 70, to));
    await scorer.stop();
  }
  const told = (await room.alerts()).map(({ alertId, revision, state, endMs }) => ({ alertId, revision, state, endMs }));
  const once = await openLabelRoom();
  const scorer = await once.started({ classes });
  await once.feed(scorer, records);
  await scorer.stop();
  expect(told).toEqual((await once.alerts()).map(({ alertId, revision, state, endMs }) => ({ alertId, revision, state, endMs })));
  expect((await room.windows()).map(({ windowId, flags }) => ({ windowId, flags }))).toEqual(
    (await once.windows()).map(({ windowId, flags }) => ({ windowId, flags })),
  );
  await once.close();
});

//   pump-0   . . . . . . . . . . . . . . . . . .
//   pump-1   . . . . .           . . .           silent from 5 s to 10 s, and from 12 s on
test('silence that is noticed during work is not told; one after it is', async () => {
  const firstMs = Date.now() - 3_600_000;
  const records = telemetry(2, 140).flatMap((record, i) => {
    const n = Math.floor(i / 2);
    const isAway = i % 2 === 1 && ((n >= 40 && n < 80) || n >= 96);
    const reading = decodeTelemetry(record.value!);
    return isAway ? [] : [{ ...record, partition: 0, timestampMs: firstMs + 125 * n, value: encodeTelemetry(reading) }];
  });
  const guards = { ...pump.guards, silentMs: 2000 };
  const classes = [{ ...withWork(during(4, 10.5)), idleMs: 1000, guards }];
  const scorer = await room.started({ classes });
  await room.feed(scorer, records);
  await scorer.stop();
  const silences = (await room.alerts()).filter(({ guard }) => guard === 'silent');
  expect(silences.map(({ state, deviceId }) => `${state} ${deviceId}`)).toEqual(['opened pump-1']);
  expect(silences[0].startMs).toBeGreaterThan(startMs + 11_000);
});
