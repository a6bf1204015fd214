// A fault that comes and goes is one alert, opened a bounded number of times, whoever reads it.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DeviceClass } from '@tocsin/schemas';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { openLabelRoom, type LabelRoom } from './label-room.ts';

let room: LabelRoom;
beforeEach(async () => void (room = await openLabelRoom()));
afterEach(() => room.close());

/** Broken for a second and a half out of three, from 5 s to 35 s. */
const records = telemetry(1, 320, {
  faultsOf: () =>
    Array.from({ length: 10 }, (_, i) => ({ kind: 'imbalance', startS: 5 + 3 * i, endS: 6.5 + 3 * i, severity: 0.9 })),
});
const flapping = (openingsPerHour: number): DeviceClass => ({ ...pump, decision: { ...pump.decision, openingsPerHour } });

//   faults    ## ## ## ## ## ## ## ## ## ##
//   alert     O C R C R  u     u           u        opened 3 times, then left open; closed when the next hour is calm
test('ten times in half a minute: three openings of one alert, which says how often it came and went', async () => {
  const classes = [flapping(3)];
  for (const [from, to] of [
    [0, 90],
    [90, 160],
    [160, 320],
  ]) {
    const scorer = await room.started({ classes });
    await room.feed(scorer, records.slice(from, to));
    await scorer.stop();
  }
  const alerts = await room.alerts();
  expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(1);
  expect(alerts.map(({ revision }) => revision)).toEqual(alerts.map((_, i) => i + 1));
  const opened = alerts.filter(({ state }) => state === 'opened');
  expect(opened.map(({ openings = 1 }) => openings)).toEqual([1, 2, 3]);
  const { incident } = await room.stateOf();
  expect(incident.open).toMatchObject({ openings: 3, alertId: opened[0].alertId });
  expect(incident.open!.swings).toBeGreaterThanOrEqual(3);
  const held = /tocsin_alert_closings_held_total\{class="pump"\} (\d+)/.exec(await room.metrics());
  expect(Number(held?.[1])).toBe(incident.open!.swings);
});

test('a false alarm is the end of it: what comes back is another alert', async () => {
  const scorer = await room.started({ classes: [flapping(255)] });
  await room.feed(scorer, records.slice(0, 66));
  const [first] = await room.opened();
  expect((await room.stateOf()).incident).toMatchObject({ open: null, closed: { alertId: first.alertId } });
  await room.label({ deviceId: 'pump-0', subjectId: first.alertId, verdict: 'false-alarm' });
  await room.drained(scorer);
  await room.feed(scorer, records.slice(66, 67));
  expect((await room.stateOf()).incident).not.toHaveProperty('closed');
  await room.feed(scorer, records.slice(67));
  await scorer.stop();
  const others = (await room.opened()).slice(1);
  expect(others.every(({ alertId }) => alertId !== first.alertId)).toBe(true);
});

//   first      ###### O
//   second             C           other features: it begins anew, and knows of no alert
test('an alert that is open when the features of its class change is closed, once, and says why', async () => {
  const broken = telemetry(1, 200, { faultsOf: () => [{ kind: 'imbalance', startS: 5, endS: 60, severity: 0.9 }] });
  const first = await room.started({ classes: [pump] });
  await room.feed(first, broken.slice(0, 90));
  await first.stop();
  const [opened] = await room.opened();
  const changed: DeviceClass = { ...pump, features: { ...pump.features, bands: pump.features.bands / 2 } };
  for (const [from, to] of [
    [90, 120],
    [120, 150],
  ]) {
    const second = await room.started({ classes: [changed] });
    await room.feed(second, broken.slice(from, to));
    await second.stop();
  }
  const closed = (await room.alerts()).filter(({ state }) => state === 'closed');
  expect(closed).toHaveLength(1);
  expect(closed[0]).toMatchObject({ alertId: opened.alertId, message: expect.stringContaining('watched anew') });
  expect((await room.stateOf()).incident.open).toBeNull();
});
