// Operators' verdicts on the embedded twins: what changes on their device, at once, once, and whatever breaks on the way.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeDeviceState } from '@tocsin/models';
import { deviceStateKey, labelLimits, type DeviceState } from '@tocsin/schemas';
import type { Fault } from '@tocsin/signals';
import type { OutgoingRecord } from '@tocsin/transport';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
  await room.publish(1);
});
afterEach(() => room.close());

/** One machine that is another one from 5 s (record 40) on, for good. */
const changed = (records = 120, kind: Fault['kind'] = 'imbalance') =>
  telemetry(1, records, { faultsOf: () => [{ kind, startS: 5, severity: 0.8 }] });

type Running = ReturnType<ScorerRoom['scorer']>;
async function started(seams?: Parameters<ScorerRoom['scorer']>[0]): Promise<Running> {
  const scorer = room.scorer(seams);
  await scorer.start();
  await room.drained(scorer);
  return scorer;
}
async function feed(scorer: Running, records: readonly OutgoingRecord[]): Promise<void> {
  await room.send(records);
  await room.drained(scorer);
}
const stateOf = async (deviceId = 'pump-0'): Promise<DeviceState> =>
  decodeDeviceState((await room.state.getMany([deviceStateKey(deviceId)]))[0]!);
const opened = async () => (await room.alerts()).filter(({ state }) => state === 'opened');
const story = async () => (await room.alerts()).map(({ state, revision }) => `${state} ${revision}`);

describe('a change for good', () => {
  //   machine   A A A A A A|B B B B B B B B B B B B B B B
  //   alerts               O      C                         no label: O, and on and on
  //   label                       false-alarm
  test.each(['imbalance', 'looseness'] as const)(
    '%s: one false alarm per machine ends the alert, and the new normal is learnt',
    async (kind) => {
      const devices = 4;
      const records = telemetry(devices, 150, { faultsOf: () => [{ kind, startS: 5, severity: 0.8 }] });
      const scorer = await started();
      await feed(scorer, records.slice(0, 60 * devices));
      const first = await opened();
      expect(first).toHaveLength(devices);
      for (const { deviceId, alertId } of first) await room.label({ deviceId, subjectId: alertId, verdict: 'false-alarm' });
      await room.drained(scorer);
      await feed(scorer, records.slice(60 * devices));
      await scorer.stop();
      expect((await opened()).map(({ alertId }) => alertId)).toEqual(first.map(({ alertId }) => alertId));
      for (const { deviceId, alertId } of first) {
        const alerts = (await room.alerts()).filter((alert) => alert.deviceId === deviceId);
        expect(alerts.at(-1)).toMatchObject({ state: 'closed', alertId, message: `${deviceId}: closed by Ada: false alarm.` });
        const { support, incident } = await stateOf(deviceId);
        expect(incident.open).toBeNull();
        const windows = (await room.windows()).filter((window) => window.deviceId === deviceId);
        const after = windows.filter(({ startMs }) => startMs > first[0].startMs + 1000);
        const isOver = ({ score, threshold }: (typeof after)[number]) => score! > threshold!;
        // The past and as many windows of the new normal as the device started with: from then on it is what is normal.
        const learnt = after.slice(20 + pump.supportWindows);
        expect(learnt.length).toBeGreaterThan(60);
        expect(learnt.filter(isOver).length / learnt.length).toBeLessThan(0.04);
        expect(support.count).toBeGreaterThan(80);
      }
    },
  );

  test('without a label the alert stays', async () => {
    const scorer = await started();
    await feed(scorer, changed());
    await scorer.stop();
    expect((await stateOf()).incident.open).not.toBeNull();
  });

  test('after the new normal is learnt, a real fault still alarms', async () => {
    const records = telemetry(1, 200, {
      faultsOf: () => [
        { kind: 'imbalance', startS: 5, severity: 0.8 },
        { kind: 'bearing-outer-race', startS: 15, severity: 1 },
      ],
    });
    const scorer = await started();
    await feed(scorer, records.slice(0, 60));
    await room.label({ deviceId: 'pump-0', subjectId: (await opened())[0].alertId, verdict: 'false-alarm' });
    await room.drained(scorer);
    await feed(scorer, records.slice(60));
    await scorer.stop();
    expect(await opened()).toHaveLength(2);
  });
});

describe('exactly once in effect', () => {
  test('a label that comes three times, and again to every process that starts, is in effect once', async () => {
    const records = changed(100);
    let scorer = await started();
    await feed(scorer, records.slice(0, 60));
    const label = {
      deviceId: 'pump-0',
      subjectId: (await opened())[0].alertId,
      verdict: 'false-alarm',
      atMs: Date.now(),
    } as const;
    for (let i = 0; i < 3; i++) await room.label(label);
    await room.drained(scorer);
    await feed(scorer, records.slice(60, 62));
    const { count } = (await stateOf()).support;
    for (let n = 62; n < 66; n++) {
      await scorer.stop();
      scorer = await started();
      await feed(scorer, records.slice(n, n + 1));
    }
    await scorer.stop();
    expect((await stateOf()).support.count).toBeCloseTo(count + 4, 0);
    expect(await room.metrics()).toContain('tocsin_labels_total{outcome="applied"} 1');
    expect((await story()).filter((line) => line.startsWith('closed'))).toHaveLength(1);
  });

  test('a process that stops between the label and its effect: the next one puts it into effect', async () => {
    const records = changed(100);
    const first = await started();
    await feed(first, records.slice(0, 60));
    await first.stop();
    await room.label({ deviceId: 'pump-0', subjectId: (await opened())[0].alertId, verdict: 'false-alarm' });
    const second = await started();
    await feed(second, records.slice(60));
    await second.stop();
    expect((await room.alerts()).at(-1)!.state).toBe('closed');
    expect((await stateOf()).incident.open).toBeNull();
    expect(judge(expectedWindows(records), await room.windows())).toEqual({ lost: 0, wrong: 0, conflicting: 0, repeated: 0 });
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
    const scorer = await started({
      transport: (real) => {
        const writer = real.writer();
        return seam === 'store'
          ? real
          : { ...real, writer: () => ({ ...writer, send: (sent) => breaking(() => writer.send(sent)) }) };
      },
      state: (real) => (seam === 'send' ? real : { ...real, putIfNewer: (entries) => breaking(() => real.putIfNewer(entries)) }),
    });
    await feed(scorer, records.slice(0, 60));
    const [alert] = await opened();
    await room.label({ deviceId: 'pump-0', subjectId: alert.alertId, verdict: 'false-alarm' });
    await room.drained(scorer);
    left = at;
    await feed(scorer, records.slice(60, 61));
    await feed(scorer, records.slice(61));
    await scorer.stop();
    expect(judge(expectedWindows(records), await room.windows())).toMatchObject({ lost: 0, wrong: 0, conflicting: 0 });
    expect((await opened()).map(({ alertId }) => alertId)).toEqual([alert.alertId]);
    expect((await room.alerts()).at(-1)).toMatchObject({ state: 'closed' });
    const state = await stateOf();
    expect(state.incident.open).toBeNull();
    expect(state.labels.verdicts).toHaveLength(1);
    // What was taught: the windows of the label once, and every window after it.
    expect(state.labels.windows.filter(({ standing }) => standing === 'normal').length).toBeLessThanOrEqual(labelLimits.perAlert);
    expect(state.support.count).toBeLessThan(2 * pump.supportWindows + 40);
  });
});

describe('verdicts', () => {
  test('real: the windows become labelled anomalies, and windows like them score higher', async () => {
    const records = changed(100);
    const scorer = await started();
    await feed(scorer, records.slice(0, 60));
    const [alert] = await opened();
    await room.label({ deviceId: 'pump-0', subjectId: alert.alertId, verdict: 'real' });
    await room.drained(scorer);
    await feed(scorer, records.slice(60));
    await scorer.stop();
    const state = await stateOf();
    expect(state.labels.windows.filter(({ standing }) => standing === 'anomaly').length).toBeGreaterThan(0);
    expect(state.incident.open?.alertId).toBe(alert.alertId);
    const windows = await room.windows();
    const mean = (some: typeof windows) => some.reduce((sum, { score }) => sum + score!, 0) / some.length;
    expect(mean(windows.slice(62, 80)) - mean(windows.slice(45, 58))).toBeGreaterThan(0.4);
  });

  test('real on a support window: it is taken out of what the device learnt', async () => {
    const records = telemetry(1, 40);
    const scorer = await started();
    await feed(scorer, records.slice(0, 20));
    const [, , third] = await room.windows();
    await room.label({ deviceId: 'pump-0', subjectId: third.windowId, verdict: 'real' });
    await room.drained(scorer);
    await feed(scorer, records.slice(20));
    await scorer.stop();
    const { support, labels } = await stateOf();
    expect(support.reservoir.length).toBe((pump.supportWindows - 1) * third.features.length);
    expect(labels.reservoirKeys).toHaveLength(pump.supportWindows - 1);
    expect(labels.windows).toMatchObject([{ standing: 'anomaly', features: third.features }]);
  });

  test('real after false alarm: what was taught is taken back', async () => {
    const records = changed(100);
    const scorer = await started();
    await feed(scorer, records.slice(0, 60));
    const subjectId = (await opened())[0].alertId;
    const atMs = Date.now();
    await room.label({ deviceId: 'pump-0', subjectId, verdict: 'false-alarm', atMs });
    await room.label({ deviceId: 'pump-0', subjectId, verdict: 'real', atMs: atMs + 1 });
    await room.label({ deviceId: 'pump-0', subjectId, verdict: 'unsure', atMs: atMs - 1 });
    await room.drained(scorer);
    await feed(scorer, records.slice(60, 70));
    await scorer.stop();
    const { labels, incident } = await stateOf();
    expect(labels.verdicts).toMatchObject([{ verdict: 'real' }]);
    expect(labels.windows.every(({ standing }) => standing !== 'normal')).toBe(true);
    expect(incident.open).not.toBeNull();
  });

  test('maintenance: the alert closes, nothing teaches and nothing alarms until another verdict', async () => {
    const records = changed(120);
    const scorer = await started();
    await feed(scorer, records.slice(0, 60));
    const atMs = Date.now();
    await room.label({ deviceId: 'pump-0', subjectId: 'pump-0', verdict: 'maintenance', atMs });
    await room.drained(scorer);
    const { learned } = (await stateOf()).support;
    await feed(scorer, records.slice(60, 90));
    expect((await room.alerts()).at(-1)).toMatchObject({ state: 'closed', message: 'pump-0: closed by Ada: maintenance.' });
    expect((await stateOf()).support.learned).toBe(learned);
    const quiet = (await room.windows()).slice(60);
    expect(quiet.every(({ flags }) => flags.includes('maintenance'))).toBe(true);
    await room.label({ deviceId: 'pump-0', subjectId: 'pump-0', verdict: 'unsure', atMs: atMs + 1 });
    await room.drained(scorer);
    await feed(scorer, records.slice(90));
    await scorer.stop();
    expect(await opened()).toHaveLength(2);
  });

  test('of a subject, a device or in a form that nobody knows: counted, never an error', async () => {
    const scorer = await started();
    await feed(scorer, telemetry(1, 20));
    await room.label({ deviceId: 'pump-0', subjectId: 'no such window', verdict: 'real' });
    await room.label({ deviceId: 'no such pump', subjectId: 'w', verdict: 'real' });
    await room.transport.writer().send([{ topic: 'tocsin.labels', key: 'x', value: Uint8Array.of(1, 2, 3) }]);
    await room.drained(scorer);
    await feed(scorer, telemetry(1, 40).slice(20));
    expect(scorer.status().labels.fatal).toBeNull();
    await scorer.stop();
    const metrics = await room.metrics();
    for (const outcome of ['unknown_subject', 'unknown_device', 'unreadable'])
      expect(metrics).toContain(`tocsin_labels_total{outcome="${outcome}"} 1`);
  });
});
