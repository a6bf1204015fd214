// Guards on the embedded twins: each raises an alert of its own, closes it, and costs nothing when a process dies in between.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseDeviceClass } from '@tocsin/config';
import { decodeTelemetry, encodeTelemetry, type DeviceClass, type Reading } from '@tocsin/schemas';
import type { OutgoingRecord, Transport } from '@tocsin/transport';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
  await room.publish(1);
});
afterEach(() => room.close());

const guarded = (guards: object, more: object = {}): DeviceClass =>
  parseDeviceClass('pump', { channels: ['x'], rateHz: pump.rateHz, guards, ...more });

/** Records of so many pumps, one every 125 ms; `change` edits readings by device and number. */
function records(devices: number, count: number, change: (reading: Reading, device: number, n: number) => Reading | null) {
  const firstMs = Date.now() - 3_600_000;
  return telemetry(devices, count).flatMap((record, i): OutgoingRecord[] => {
    const reading = change(decodeTelemetry(record.value!), i % devices, Math.floor(i / devices));
    if (reading === null) return [];
    return [{ ...record, partition: 0, timestampMs: firstMs + Math.floor(i / devices) * 125, value: encodeTelemetry(reading) }];
  });
}
const within = (n: number, from: number, to: number) => n >= from && n < to;
const scaled = (reading: Reading, by: (value: number) => number): Reading => ({ ...reading, samples: reading.samples.map(by) });

async function run(deviceClass: DeviceClass, parts: readonly (readonly OutgoingRecord[])[]): Promise<void> {
  for (const part of parts) {
    const scorer = room.scorer({ classes: [deviceClass] });
    await scorer.start();
    await room.send(part);
    await room.drained(scorer);
    await scorer.stop();
  }
}
const withoutCommits = (real: Transport): Transport => ({
  ...real,
  reader: (options) => {
    const reader = real.reader(options);
    return { ...reader, run: (handle) => reader.run((batch) => handle({ ...batch, commit: async () => undefined })) };
  },
});
const guardAlerts = async (guard: string) => (await room.alerts()).filter((alert) => alert.guard === guard);
const told = async (guard: string) => (await guardAlerts(guard)).map(({ state, deviceId }) => `${state} ${deviceId}`);

//   pump-0   . . . . . . . . . . . . . . . . .
//   pump-1   . . . . .           . . . . . .        silent for 5 s: O when over 2 s, C when back
test('silent: one device falls silent and comes back, whoever is reading meanwhile', async () => {
  const all = records(2, 120, (reading, device, n) => (device === 1 && within(n, 40, 80) ? null : reading));
  const deviceClass = guarded({ silentMs: 2000 }, { idleMs: 1000 });
  // Restarts before it falls silent, while it is silent but nobody has noticed, after somebody has, and after it came back.
  const cuts = [0, 60, 85, 100, 110, 140, all.length];
  await run(
    deviceClass,
    cuts.slice(1).map((to, i) => all.slice(cuts[i], to)),
  );
  expect(await told('silent')).toEqual(['opened pump-1', 'closed pump-1']);
  const [opened, closed] = await guardAlerts('silent');
  expect(opened).toMatchObject({ severity: 'critical', threshold: 2000, pValue: 0, revision: 1 });
  expect(opened.message).toMatch(/^pump-1: nothing received for 2\.\d+ s|^pump-1: nothing received for 3/);
  expect(closed).toMatchObject({ alertId: opened.alertId, revision: 2 });
  expect(judge(expectedWindows(all), await room.windows())).toMatchObject({ wrong: 0, conflicting: 0, repeated: 0 });
});

//   first    pump-1 . . . . |maintenance|            . |unsure|       commits nothing
//   again    pump-1 . . . .                          .                reads the silence under what was said after it
test('silent: what was not missed under maintenance is not missed by whoever reads it again when that is over', async () => {
  const all = records(2, 90, (reading, device, n) => (device === 1 && within(n, 40, 80) ? null : reading));
  const deviceClass = guarded({ silentMs: 2000 }, { idleMs: 1000 });
  const subject = { deviceId: 'pump-1', subjectId: 'the pump' };
  const isBack = all.findIndex((record, i) => i > 80 && record.key === 'pump-1') + 1;
  const first = room.scorer({ classes: [deviceClass], transport: withoutCommits });
  await first.start();
  await room.send(all.slice(0, 60));
  await room.drained(first);
  await room.label({ ...subject, verdict: 'maintenance' });
  await room.drained(first);
  await room.send(all.slice(60, isBack));
  await room.drained(first);
  await room.label({ ...subject, verdict: 'unsure' });
  await room.drained(first);
  await room.send(all.slice(isBack, isBack + 1));
  await room.drained(first);
  await first.stop();
  await run(deviceClass, [all.slice(isBack + 1)]);
  expect(await room.metrics()).toContain('tocsin_labels_total{outcome="applied"} 2');
  expect(await told('silent')).toEqual([]);
});

//   pump-0   . . . . . . . . . . . . . . . . .
//   pump-1   . . |maintenance| . .     |unsure|           idle when it is over, and silent for longer than it may be only afterwards
test.each([false, true])('silent: maintenance that ends in time hides nothing (a new reader: %s)', async (isNewReader) => {
  const all = records(2, 90, (reading, device, n) => (device === 1 && n >= 40 ? null : reading));
  const classes = [guarded({ silentMs: 2000 }, { idleMs: 1000 })];
  const subject = { deviceId: 'pump-1', subjectId: 'the pump' };
  let scorer = room.scorer({ classes });
  await scorer.start();
  const feed = async (from: number, to: number) => {
    await room.send(all.slice(from, to));
    await room.drained(scorer);
  };
  await feed(0, 60);
  await room.label({ ...subject, verdict: 'maintenance' });
  await room.drained(scorer);
  await feed(60, 92);
  await room.label({ ...subject, verdict: 'unsure' });
  await room.drained(scorer);
  await feed(92, 93);
  if (isNewReader) {
    await scorer.stop();
    scorer = room.scorer({ classes });
    await scorer.start();
  }
  await feed(93, all.length);
  await scorer.stop();
  expect(await told('silent')).toEqual(['opened pump-1']);
});

//   pump-0   . . . . . . . . . . . . . . . . .
//   pump-1   . . . . .     O   i       C . . .        its last windows are cut when it is idle (i): it sends no more than before
test.each([1500, 3000])('silent: windows that are cut because it is idle end nothing (idleMs %i)', async (idleMs) => {
  const all = records(2, 120, (reading, device, n) => (device === 1 && within(n, 40, 80) ? null : reading));
  // Restarts before it is missed, between that and its windows being cut, after that, and after it came back.
  const cuts = [0, 85, 104, 118, 140, all.length];
  await run(
    guarded({ silentMs: 1500 }, { idleMs }),
    cuts.slice(1).map((to, i) => all.slice(cuts[i], to)),
  );
  expect(await told('silent')).toEqual(['opened pump-1', 'closed pump-1']);
  const [opened, closed] = await guardAlerts('silent');
  expect(closed).toMatchObject({ alertId: opened.alertId, revision: 2, message: 'pump-1: sends again.' });
  expect(closed.openings).toBeUndefined();
  expect(judge(expectedWindows(all), await room.windows())).toMatchObject({ wrong: 0, conflicting: 0, repeated: 0 });
});

//   pump-1   . . . |maintenance|  m   |unsure|   i              noticed (m) and not told; cut when nobody works on it any more
test('silent: windows that are cut because it is idle do not end what was expected', async () => {
  const all = records(2, 90, (reading, device, n) => (device === 1 && n >= 40 ? null : reading));
  const subject = { deviceId: 'pump-1', subjectId: 'the pump' };
  const scorer = room.scorer({ classes: [guarded({ silentMs: 1500 }, { idleMs: 3000 })] });
  await scorer.start();
  const feed = async (from: number, to: number) => {
    await room.send(all.slice(from, to));
    await room.drained(scorer);
  };
  await feed(0, 60);
  await room.label({ ...subject, verdict: 'maintenance' });
  await room.drained(scorer);
  await feed(60, 102);
  await room.label({ ...subject, verdict: 'unsure' });
  await room.drained(scorer);
  await feed(102, all.length);
  await scorer.stop();
  expect(await told('silent')).toEqual([]);
});

//   pump-1   . . . . .     O     ..    i              a few records, whose windows are cut when it is idle again
test('silent: what it sent afterwards ends it, also where its windows are cut because it is idle', async () => {
  const all = records(2, 130, (reading, device, n) => (device === 1 && n >= 40 && !within(n, 80, 83) ? null : reading));
  await run(guarded({ silentMs: 3000 }, { idleMs: 1000 }), [all.slice(0, 125), all.slice(125)]);
  expect((await told('silent')).slice(0, 2)).toEqual(['opened pump-1', 'closed pump-1']);
});

//   pump-0   . . . . .             . . . . . . . .        all of them stop, and begin again one after the other
//   pump-1   . . . . .               . . . . . . .
//   pump-2   . . . . .                     O              but for one: it has as long from then on
test('silent: when everybody pauses nobody is missed who comes back soon', async () => {
  const back = [100, 108, Infinity];
  const all = records(3, 160, (reading, device, n) => (within(n, 40, back[device]) ? null : reading));
  // Restarts before the pause, at its end, while the others come back, and before the one is missed.
  const cuts = [0, 90, 120, 121, 126, 140, all.length];
  await run(
    guarded({ silentMs: 3000 }, { idleMs: 1000 }),
    cuts.slice(1).map((to, i) => all.slice(cuts[i], to)),
  );
  expect(await told('silent')).toEqual(['opened pump-2']);
});

//   pump-0   . . . . .       .       .       .       sends less often than the other one may be silent
//   pump-1   . . . . .       e       O               is excused for one pause, and not for the next
test('silent: one who is gone is missed although the others pause again and again', async () => {
  const all = records(2, 140, (reading, device, n) => (n >= 40 && (device === 1 || n % 24 > 0) ? null : reading));
  await run(guarded({ silentMs: 2000 }, { idleMs: 1000 }), [all.slice(0, 80), all.slice(80, 82), all.slice(82)]);
  expect(await told('silent')).toEqual(['opened pump-1']);
});

test('silent: without others there is no time, and a device that was off from the start is not missed', async () => {
  await run(guarded({ silentMs: 2000 }, { idleMs: 1000 }), [records(1, 40, (reading) => reading)]);
  expect(await told('silent')).toEqual([]);
});

test('flatline: a sensor that sticks; its windows do not teach', async () => {
  const all = records(1, 80, (reading, _, n) => (within(n, 30, 50) ? scaled(reading, () => 0.25) : reading));
  await run(guarded({ flatlineWindows: 4 }), [all.slice(0, 36), all.slice(36)]);
  expect(await told('flatline')).toEqual(['opened pump-0', 'closed pump-0']);
  const [opened] = await guardAlerts('flatline');
  expect(opened).toMatchObject({ windows: 4, contributions: [{ channel: 'x', feature: 'x.unchanging value', actual: 0.25 }] });
  const flat = (await room.windows()).filter(({ flags }) => flags.includes('guarded'));
  expect(flat.length).toBeGreaterThan(15);
  expect(new Set(flat.map(({ supportWindows }) => supportWindows)).size).toBe(1);
});

test('range: one sample beyond what is physically possible', async () => {
  const all = records(1, 60, (reading, _, n) => (n === 30 ? scaled(reading, (value) => (value > 0 ? 1e6 : value)) : reading));
  await run(guarded({ range: { x: { min: -1e5, max: 1e5 } } }), [all]);
  expect(await told('range')).toEqual(['opened pump-0', 'closed pump-0']);
  expect((await guardAlerts('range'))[0]).toMatchObject({ score: 1e6, threshold: 1e5, severity: 'critical' });
});

test('scale: a gateway that begins to send g instead of m/s2', async () => {
  const all = records(1, 90, (reading, _, n) => (within(n, 40, 60) ? scaled(reading, (value) => value / 9.80665) : reading));
  await run(guarded({ scaleJump: true }), [all.slice(0, 45), all.slice(45)]);
  expect(await told('scale')).toEqual(['opened pump-0', 'closed pump-0']);
  const [opened] = await guardAlerts('scale');
  expect(opened.score).toBeCloseTo(1 / 9.8, 1);
});

test('skew: a clock that runs away from the log', async () => {
  const all = telemetry(1, 60).map((record, n): OutgoingRecord => {
    const { startMs } = decodeTelemetry(record.value!);
    return { ...record, timestampMs: startMs + 125 + (within(n, 30, 45) ? 9000 : 0) };
  });
  await run(guarded({ skewMs: 5000 }), [all]);
  expect(await told('skew')).toEqual(['opened pump-0', 'closed pump-0']);
  expect((await guardAlerts('skew'))[0].message).toContain('its clock is 9 s behind the log');
});

test('a guard that was called a false alarm closes and stays quiet until it is over by itself', async () => {
  const all = records(1, 110, (reading, _, n) =>
    within(n, 20, 50) || within(n, 80, 90) ? scaled(reading, () => 0.25) : reading,
  );
  const deviceClass = guarded({ flatlineWindows: 4 });
  const scorer = room.scorer({ classes: [deviceClass] });
  await scorer.start();
  await room.send(all.slice(0, 40));
  await room.drained(scorer);
  const [{ alertId }] = await guardAlerts('flatline');
  await room.label({ deviceId: 'pump-0', subjectId: alertId, verdict: 'false-alarm' });
  await room.drained(scorer);
  await room.send(all.slice(40));
  await room.drained(scorer);
  await scorer.stop();
  const alerts = await guardAlerts('flatline');
  expect(alerts.map(({ state }) => state)).toEqual(['opened', 'closed', 'opened', 'closed']);
  expect(alerts[1].message).toBe('pump-0: closed by Ada: false alarm.');
  expect(alerts[2].alertId).not.toBe(alertId);
});

test('all guards are off unless asked for', async () => {
  await run(pump, [
    records(2, 60, (reading, device, n) => (device === 1 && n > 20 ? null : scaled(reading, (x) => (n > 30 ? 0 : x)))),
  ]);
  expect((await room.alerts()).filter(({ guard }) => guard !== undefined)).toEqual([]);
});
