// Operators' verdicts on the embedded twins: what changes on their device.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '@tocsin/signals';
import { pump, telemetry } from '../fixtures/pump-fleet.ts';
import { changed, openLabelRoom, type LabelRoom } from './label-room.ts';

let room: LabelRoom;
beforeEach(async () => {
  room = await openLabelRoom();
});
afterEach(() => room.close());

describe('a change for good', () => {
  //   machine   A A A A A A|B B B B B B B B B B B B B B B
  //   alerts               O      C                         no label: O, and on and on
  //   label                       false-alarm
  test.each(['imbalance', 'looseness'] as const)(
    '%s: one false alarm per machine ends the alert, and the new normal is learnt',
    async (kind) => {
      const devices = 4;
      const records = telemetry(devices, 150, { faultsOf: () => [{ kind, startS: 5, severity: 0.8 }] });
      const scorer = await room.started();
      await room.feed(scorer, records.slice(0, 60 * devices));
      const first = await room.opened();
      expect(first).toHaveLength(devices);
      for (const { deviceId, alertId } of first) await room.label({ deviceId, subjectId: alertId, verdict: 'false-alarm' });
      await room.drained(scorer);
      await room.feed(scorer, records.slice(60 * devices));
      await scorer.stop();
      expect((await room.opened()).map(({ alertId }) => alertId)).toEqual(first.map(({ alertId }) => alertId));
      for (const { deviceId, alertId } of first) {
        const alerts = (await room.alerts()).filter((alert) => alert.deviceId === deviceId);
        expect(alerts.at(-1)).toMatchObject({ state: 'closed', alertId, message: `${deviceId}: closed by Ada: false alarm.` });
        const { support, incident } = await room.stateOf(deviceId);
        expect(incident.open).toBeNull();
        const windows = (await room.windows()).filter((window) => window.deviceId === deviceId);
        const after = windows.filter(({ startMs }) => startMs > first[0].startMs + 1000);
        const isOver = ({ score, threshold }: (typeof after)[number]) => score! > threshold!;
        // The past and as many windows of the new normal as the device started with: from then on it is what is normal.
        const learnt = after.slice(20 + pump.supportWindows);
        expect(learnt.length).toBeGreaterThan(60);
        expect(learnt.filter(isOver).length / learnt.length).toBeLessThan(0.04);
        expect(support.count).toBeGreaterThan(50);
      }
    },
  );

  test('without a label the alert stays', async () => {
    const scorer = await room.started();
    await room.feed(scorer, changed(120));
    await scorer.stop();
    expect((await room.stateOf()).incident.open).not.toBeNull();
  });

  test('after the new normal is learnt, a real fault still alarms', async () => {
    const records = telemetry(1, 200, {
      faultsOf: () => [
        { kind: 'imbalance', startS: 5, severity: 0.8 },
        { kind: 'bearing-outer-race', startS: 15, severity: 1 },
      ],
    });
    const scorer = await room.started();
    await room.feed(scorer, records.slice(0, 60));
    await room.label({ deviceId: 'pump-0', subjectId: (await room.opened())[0].alertId, verdict: 'false-alarm' });
    await room.drained(scorer);
    await room.feed(scorer, records.slice(60));
    await scorer.stop();
    expect(await room.opened()).toHaveLength(2);
  });
});

describe('verdicts', () => {
  //   machines   A A A A|F F F F F|A A A A A ...        the fault is called real, and repaired
  test('real leaves healthy windows alone: they pass the threshold no more often than they may', async () => {
    const devices = 3;
    const fault: Fault = { kind: 'imbalance', startS: 5, endS: 7, severity: 0.8 };
    const records = telemetry(devices, 400, { faultsOf: () => [fault] });
    const scorer = await room.started();
    await room.feed(scorer, records.slice(0, 60 * devices));
    const alerts = await room.opened();
    expect(alerts).toHaveLength(devices);
    for (const { deviceId, alertId } of alerts) await room.label({ deviceId, subjectId: alertId, verdict: 'real' });
    await room.drained(scorer);
    await room.feed(scorer, records.slice(60 * devices));
    await scorer.stop();
    const healthy = (await room.windows()).filter(({ startMs }) => startMs > alerts[0].startMs + 3000);
    expect(healthy.length).toBeGreaterThan(900);
    const over = healthy.filter(({ score, threshold }) => score! > threshold!).length;
    expect(over / healthy.length).toBeLessThan(0.01);
    expect(await room.opened()).toHaveLength(devices);
  });

  test('real: the windows become labelled anomalies, and windows like them score higher', async () => {
    const records = changed(100);
    const scorer = await room.started();
    await room.feed(scorer, records.slice(0, 60));
    const [alert] = await room.opened();
    await room.label({ deviceId: 'pump-0', subjectId: alert.alertId, verdict: 'real' });
    await room.drained(scorer);
    await room.feed(scorer, records.slice(60));
    await scorer.stop();
    const state = await room.stateOf();
    expect(state.labels.windows.filter(({ standing }) => standing === 'anomaly').length).toBeGreaterThan(0);
    expect(state.incident.open?.alertId).toBe(alert.alertId);
    const windows = await room.windows();
    const mean = (some: typeof windows) => some.reduce((sum, { score }) => sum + score!, 0) / some.length;
    expect(mean(windows.slice(62, 80)) - mean(windows.slice(45, 58))).toBeGreaterThan(0.4);
  });

  test('real on a support window: it is taken out of what the device learnt', async () => {
    const records = telemetry(1, 40);
    const scorer = await room.started();
    await room.feed(scorer, records.slice(0, 20));
    const [, , third] = await room.windows();
    await room.label({ deviceId: 'pump-0', subjectId: third.windowId, verdict: 'real' });
    await room.drained(scorer);
    await room.feed(scorer, records.slice(20));
    await scorer.stop();
    const { support, labels } = await room.stateOf();
    expect(support.reservoir.length).toBe((pump.supportWindows - 1) * third.features.length);
    expect(labels.reservoirKeys).toHaveLength(pump.supportWindows - 1);
    expect(labels.windows).toMatchObject([{ standing: 'anomaly', features: third.features }]);
  });

  test('real after false alarm: what was taught is taken back', async () => {
    const records = changed(100);
    const scorer = await room.started();
    await room.feed(scorer, records.slice(0, 60));
    const subjectId = (await room.opened())[0].alertId;
    const atMs = Date.now();
    await room.label({ deviceId: 'pump-0', subjectId, verdict: 'false-alarm', atMs });
    await room.label({ deviceId: 'pump-0', subjectId, verdict: 'real', atMs: atMs + 1 });
    await room.label({ deviceId: 'pump-0', subjectId, verdict: 'unsure', atMs: atMs - 1 });
    await room.drained(scorer);
    await room.feed(scorer, records.slice(60, 70));
    await scorer.stop();
    const { labels, incident } = await room.stateOf();
    expect(labels.verdicts).toMatchObject([{ verdict: 'real' }]);
    expect(labels.windows.every(({ standing }) => standing !== 'normal')).toBe(true);
    expect(incident.open).not.toBeNull();
  });

  test('maintenance: the alert closes, nothing teaches and nothing alarms until another verdict', async () => {
    const records = changed(120);
    const scorer = await room.started();
    await room.feed(scorer, records.slice(0, 60));
    const atMs = Date.now();
    await room.label({ deviceId: 'pump-0', subjectId: 'pump-0', verdict: 'maintenance', atMs });
    await room.drained(scorer);
    const { learned } = (await room.stateOf()).support;
    await room.feed(scorer, records.slice(60, 90));
    expect((await room.alerts()).at(-1)).toMatchObject({ state: 'closed', message: 'pump-0: closed by Ada: maintenance.' });
    expect((await room.stateOf()).support.learned).toBe(learned);
    const quiet = (await room.windows()).slice(60);
    expect(quiet.every(({ flags }) => flags.includes('maintenance'))).toBe(true);
    await room.label({ deviceId: 'pump-0', subjectId: 'pump-0', verdict: 'unsure', atMs: atMs + 1 });
    await room.drained(scorer);
    await room.feed(scorer, records.slice(90));
    await scorer.stop();
    expect(await room.opened()).toHaveLength(2);
  });

  test('maintenance that was declared while nobody was reading', async () => {
    const records = changed(100);
    const first = await room.started();
    await room.feed(first, records.slice(0, 60));
    await first.stop();
    await room.label({ deviceId: 'pump-0', subjectId: 'pump-0', verdict: 'maintenance' });
    const second = await room.started();
    await room.feed(second, records.slice(60));
    await second.stop();
    expect((await room.alerts()).at(-1)!.state).toBe('closed');
    expect((await room.windows()).at(-1)!.flags).toContain('maintenance');
  });

  test('of a subject, a device or in a form that nobody knows: counted, never an error', async () => {
    const scorer = await room.started();
    await room.feed(scorer, telemetry(1, 20));
    await room.label({ deviceId: 'pump-0', subjectId: 'no such window', verdict: 'real' });
    await room.label({ deviceId: 'no such pump', subjectId: 'w', verdict: 'real' });
    await room.transport.writer().send([{ topic: 'tocsin.labels', key: 'x', value: Uint8Array.of(1, 2, 3) }]);
    await room.drained(scorer);
    await room.feed(scorer, telemetry(1, 40).slice(20));
    expect(scorer.status().labels.fatal).toBeNull();
    await scorer.stop();
    const metrics = await room.metrics();
    for (const outcome of ['unknown_subject', 'unknown_device', 'unreadable'])
      expect(metrics).toContain(`tocsin_labels_total{outcome="${outcome}"} 1`);
  });
});
