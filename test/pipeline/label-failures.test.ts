// Labels are in effect exactly once, whatever breaks on the way and whoever owns their device by then.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { labelLimits } from '@tocsin/schemas';
import type { OutgoingRecord } from '@tocsin/transport';
import { pump } from '../fixtures/pump-fleet.ts';
import { changed, openLabelRoom, type LabelRoom } from './label-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: LabelRoom;
beforeEach(async () => {
  room = await openLabelRoom();
});
afterEach(() => room.close());

test('a label that comes three times, and again to every process that starts, is in effect once', async () => {
  const records = changed(100);
  let scorer = await room.started();
  await room.feed(scorer, records.slice(0, 60));
  const label = {
    deviceId: 'pump-0',
    subjectId: (await room.opened())[0].alertId,
    verdict: 'false-alarm',
    atMs: Date.now(),
  } as const;
  for (let i = 0; i < 3; i++) await room.label(label);
  await room.drained(scorer);
  await room.feed(scorer, records.slice(60, 62));
  const { count } = (await room.stateOf()).support;
  for (let n = 62; n < 66; n++) {
    await scorer.stop();
    scorer = await room.started();
    await room.feed(scorer, records.slice(n, n + 1));
  }
  await scorer.stop();
  expect((await room.stateOf()).support.count).toBeCloseTo(count + 4, 0);
  expect(await room.metrics()).toContain('tocsin_labels_total{outcome="applied"} 1');
  expect((await room.alerts()).filter((alert) => alert.state === 'closed')).toHaveLength(1);
});

test('a process that stops between the label and its effect: the next one puts it into effect', async () => {
  const records = changed(100);
  const first = await room.started();
  await room.feed(first, records.slice(0, 60));
  await first.stop();
  await room.label({ deviceId: 'pump-0', subjectId: (await room.opened())[0].alertId, verdict: 'false-alarm' });
  const second = await room.started();
  await room.feed(second, records.slice(60));
  await second.stop();
  expect((await room.alerts()).at(-1)!.state).toBe('closed');
  expect((await room.stateOf()).incident.open).toBeNull();
  expect(judge(expectedWindows(records), await room.windows())).toEqual({ lost: 0, wrong: 0, conflicting: 0, repeated: 0 });
});

//   first    windows sent |x                      x  breaks before they are stored, and then the label comes
//   again    windows sent as before, stored  |label|  windows
test('windows that were sent before the label came are not scored again with it', async () => {
  const records = changed(100);
  let onSent: (() => Promise<void>) | null = null;
  const scorer = await room.started({
    transport: (real) => {
      const writer = real.writer();
      const send = async (sent: readonly OutgoingRecord[]): Promise<void> => {
        await writer.send(sent);
        const hook = onSent;
        onSent = null;
        await hook?.();
      };
      return { ...real, writer: () => ({ ...writer, send }) };
    },
  });
  await room.feed(scorer, records.slice(0, 60));
  const [{ alertId }] = await room.opened();
  onSent = async () => {
    await room.label({ deviceId: 'pump-0', subjectId: alertId, verdict: 'false-alarm' });
    await sleep(300);
    throw new Error('the program broke here');
  };
  await room.feed(scorer, records.slice(60, 70));
  expect(onSent).toBeNull();
  expect((await room.alerts()).at(-1)!.state).not.toBe('closed');
  await room.feed(scorer, records.slice(70));
  await scorer.stop();
  const verdict = judge(expectedWindows(records), await room.windows());
  expect(verdict).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
  expect(verdict.repeated).toBeGreaterThan(0);
  expect((await room.alerts()).at(-1)!.state).toBe('closed');
});

test('a second scorer joins between the label and its effect: whoever owns the device does it, once', async () => {
  const devices = 4;
  const records = changed(100, devices);
  const first = await room.started();
  await room.feed(first, records.slice(0, 60 * devices));
  const alerts = await room.opened();
  const second = room.scorer();
  await Promise.all([
    second.start(),
    ...alerts.map(({ deviceId, alertId }) => room.label({ deviceId, subjectId: alertId, verdict: 'false-alarm' })),
  ]);
  await Promise.all([room.drained(first), room.drained(second)]);
  await room.send(records.slice(60 * devices));
  await Promise.all([room.drained(first), room.drained(second)]);
  await Promise.all([first.stop(), second.stop()]);
  expect(judge(expectedWindows(records), await room.windows())).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
  const closed = (await room.alerts()).filter(({ state }) => state === 'closed').map(({ alertId }) => alertId);
  expect(new Set(closed)).toEqual(new Set(alerts.map(({ alertId }) => alertId)));
  expect(closed).toHaveLength(devices);
});

//   slice   label  ->  send closed  ->  store  ->  windows  ->  send  ->  store
//   broken             x before, after  x before, after         x         x
test.each(
  (['send', 'store'] as const).flatMap((seam) =>
    (['before', 'after'] as const).flatMap((fault) => [1, 2].map((at) => ({ seam, fault, at }))),
  ),
)('the handler breaks $fault $seam number $at after a label', async ({ seam, fault, at }) => {
  const records = changed(100);
  let left = Infinity;
  const breaking = async <R>(work: () => Promise<R>): Promise<R> => {
    const breaks = --left === 0;
    if (breaks && fault === 'before') throw new Error('the program broke here');
    const result = await work();
    if (breaks) throw new Error('the program broke here');
    return result;
  };
  const scorer = await room.started({
    transport: (real) => {
      const writer = real.writer();
      return seam === 'store'
        ? real
        : { ...real, writer: () => ({ ...writer, send: (sent) => breaking(() => writer.send(sent)) }) };
    },
    state: (real) => (seam === 'send' ? real : { ...real, putIfNewer: (entries) => breaking(() => real.putIfNewer(entries)) }),
  });
  await room.feed(scorer, records.slice(0, 60));
  const [alert] = await room.opened();
  await room.label({ deviceId: 'pump-0', subjectId: alert.alertId, verdict: 'false-alarm' });
  await room.drained(scorer);
  left = at;
  await room.feed(scorer, records.slice(60, 61));
  await room.feed(scorer, records.slice(61));
  await scorer.stop();
  expect(left).toBeLessThanOrEqual(0);
  expect(judge(expectedWindows(records), await room.windows())).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
  expect((await room.opened()).map(({ alertId }) => alertId)).toEqual([alert.alertId]);
  expect((await room.alerts()).at(-1)).toMatchObject({ state: 'closed' });
  // Said twice, perhaps, and never in two ways.
  const closings = (await room.alerts()).filter((each) => each.state === 'closed').map((each) => JSON.stringify(each));
  expect(new Set(closings).size).toBe(1);
  const state = await room.stateOf();
  expect(state).not.toHaveProperty('owed');
  expect(state.incident.open).toBeNull();
  expect(state.labels.verdicts).toHaveLength(1);
  // What was taught: the windows of the label once, and every window after it.
  expect(state.labels.windows.filter(({ standing }) => standing === 'normal').length).toBeLessThanOrEqual(labelLimits.perAlert);
  expect(state.support.count).toBeLessThan(2 * pump.supportWindows + 40);
});
