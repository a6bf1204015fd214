import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceStateKey, encodeTelemetry, type Reading } from '@tocsin/schemas';
import type { OutgoingRecord } from '@tocsin/transport';
import { pump, startMs, telemetry } from '../fixtures/pump-fleet.ts';
import { openScorerRoom, type ScorerRoom } from './scorer-room.ts';
import { expectedWindows, judge } from './window-oracle.ts';

let room: ScorerRoom;
beforeEach(async () => {
  room = await openScorerRoom();
});
afterEach(() => room.close());

const clean = { lost: 0, wrong: 0, conflicting: 0 };

async function runOnce(records: readonly OutgoingRecord[]): Promise<void> {
  const scorer = room.scorer();
  await scorer.start();
  await room.send(records);
  await room.drained(scorer);
  await scorer.stop();
}

test('every window of the log comes out once, with its features, unscored while there is no initialisation', async () => {
  const records = telemetry(5, 20);
  await runOnce(records);
  const windows = await room.windows();
  expect(judge(expectedWindows(records), windows)).toEqual({ ...clean, repeated: 0 });
  expect(windows).not.toHaveLength(0);
  expect(windows.every(({ score, flags }) => score === null && flags.includes('cold'))).toBe(true);
});

describe('with an initialisation', () => {
  beforeEach(() => room.publish(1));

  test('a device is scored from its first window, watched after ten of its own, and says how many stand behind a score', async () => {
    await runOnce(telemetry(1, 30));
    const windows = await room.windows();
    expect(windows.map(({ supportWindows }) => supportWindows).slice(0, 12)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(windows.map(({ flags }) => flags.includes('cold')).indexOf(false)).toBe(10);
    expect(
      windows.every(
        ({ score, pValue, threshold, modelVersion }) =>
          score !== null && pValue !== null && threshold !== null && modelVersion === 1,
      ),
    ).toBe(true);
  });

  test('every score has its confidence: the fleet alone, a few windows, enough of them', async () => {
    await runOnce(telemetry(1, 30));
    const said = (await room.windows()).map(({ confidence }) => confidence);
    // One alert a day is far rarer than anything that was counted on ten pumps.
    expect(said).toEqual(['prior', ...Array<string>(9).fill('cold'), ...Array<string>(said.length - 10).fill('provisional')]);
    expect(await room.metrics()).toContain('tocsin_windows_by_confidence_total{class="pump",confidence="cold"} 9');
  });

  test.each([
    [10, []],
    [0, ['pump-0']],
  ])('broken from its first window on, a device alerts from window %i', async (alertFrom, expected) => {
    const decision = { ...pump.decision, alertFrom };
    const scorer = room.scorer({ classes: [{ ...pump, decision }] });
    await scorer.start();
    await room.send(telemetry(1, 20, { faultsOf: () => [{ kind: 'sensor-stuck', startS: 0, severity: 1 }] }));
    await room.drained(scorer);
    await scorer.stop();
    const alerts = await room.alerts();
    expect([...new Set(alerts.map(({ deviceId }) => deviceId))]).toEqual(expected);
    for (const { confidence, message } of alerts.filter(({ state }) => state === 'opened')) {
      expect(confidence).toBe('prior');
      expect(message).toContain('by its fleet alone');
    }
  });

  //   device 0   healthy ............................
  //   device 1   healthy ......[ imbalance from 5 s on
  test('a fault raises one alert that says what, where and how sure; the healthy neighbour stays silent', async () => {
    await runOnce(telemetry(2, 80, { faultsOf: (i) => (i === 1 ? [{ kind: 'imbalance', startS: 5, severity: 0.8 }] : []) }));
    const alerts = await room.alerts();
    const opened = alerts.filter(({ state }) => state === 'opened');
    expect(opened.map(({ deviceId }) => deviceId)).toEqual(['pump-1']);
    expect(opened[0].startMs).toBeGreaterThanOrEqual(startMs + 5000 - 300);
    expect(opened[0].startMs).toBeLessThan(startMs + 6500);
    expect(opened[0]).toMatchObject({ modelVersion: 1, message: expect.stringMatching(/^pump-1/) as string });
    expect(opened[0].contributions.length).toBeGreaterThan(0);
    expect(opened[0].pValue).toBeLessThan(0.005);
    expect(new Set(alerts.map(({ alertId }) => alertId)).size).toBe(1);
  });

  test('a new initialisation is adopted while running, and devices re-adapt from what they have', async () => {
    const records = telemetry(2, 40);
    const scorer = room.scorer();
    await scorer.start();
    await room.send(records.slice(0, 50));
    await room.drained(scorer);
    await room.publish(2);
    await room.drained(scorer);
    await room.send(records.slice(50));
    await room.drained(scorer);
    expect(scorer.status().initialisations).toEqual({ pump: 2 });
    await scorer.stop();
    const windows = await room.windows();
    expect(judge(expectedWindows(records), windows)).toMatchObject(clean);
    const second = windows.filter(({ modelVersion }) => modelVersion === 2);
    expect(second.length).toBeGreaterThan(20);
    expect(second.every(({ supportWindows, flags }) => supportWindows >= 10 && !flags.includes('cold'))).toBe(true);
  });

  test('a corrupt bundle is refused and counted; the one in use stays', async () => {
    const scorer = room.scorer();
    await scorer.start();
    await room.publish(2, (bytes) => bytes.map((byte, i) => (i === bytes.length - 100 ? byte ^ 1 : byte)));
    await room.drained(scorer);
    expect(scorer.status().initialisations).toEqual({ pump: 1 });
    expect(await room.metrics()).toContain('tocsin_initialisations_total{outcome="corrupt"} 1');
    await scorer.stop();
  });

  /** With the checksum that fits. */
  const sealed = (state: Uint8Array): Uint8Array => {
    new DataView(state.buffer).setUint32(state.length - 4, crc32(state.subarray(0, -4)), true);
    return state;
  };
  const damages: Record<string, (state: Uint8Array, other: Uint8Array) => Uint8Array> = {
    foreign: () => Uint8Array.of(1, 2, 3),
    truncated: (state) => state.subarray(0, 100),
    corrupt: (state) => state.with(200, state[200] ^ 1),
    "foreign, another device's": (_, other) => other,
  };
  test.each(Object.keys(damages))(
    'a device state that is %s is rebuilt and counted, and no window is emitted twice for it',
    async (damage) => {
      const records = telemetry(2, 30);
      await runOnce(records.slice(0, 30));
      const [state, other] = await room.state.getMany([deviceStateKey('pump-0'), deviceStateKey('pump-1')]);
      await room.state.put(deviceStateKey('pump-0'), damages[damage](state!, other!));
      await runOnce(records.slice(30));
      const [outcome] = damage.split(',');
      expect(await room.metrics()).toContain(`tocsin_device_states_total{outcome="rebuilt_${outcome}"} 1`);
      expect(judge(expectedWindows(records), await room.windows())).toEqual({ ...clean, repeated: 0 });
    },
  );

  test('a device whose state a later release has stored is left alone, its records wait among the dead letters, and all else goes on', async () => {
    const records = telemetry(2, 30);
    await runOnce(records.slice(0, 30));
    const [state] = await room.state.getMany([deviceStateKey('pump-0')]);
    const later = sealed(state!.with(4, 99));
    await room.state.put(deviceStateKey('pump-0'), later);
    await runOnce(records.slice(30, 40));
    await runOnce(records.slice(40));
    const isLeftAlone = ({ key }: OutgoingRecord, i: number) => key === 'pump-0' && i >= 30;
    const letters = await room.deadLetters();
    expect(letters.every(({ reason, error }) => reason === 'newer_state' && error.includes('upgrade this scorer'))).toBe(true);
    const waiting = letters.map(({ value }) => Buffer.from(value!).toString('base64'));
    const leftAlone = records.filter(isLeftAlone).map(({ value }) => Buffer.from(value!).toString('base64'));
    expect(waiting).toEqual(expect.arrayContaining(leftAlone));
    expect((await room.state.getMany([deviceStateKey('pump-0')]))[0]).toEqual(later);
    expect(await room.metrics()).toContain('tocsin_state_conflicts_total 0');
    expect(judge(expectedWindows(records.filter((record, i) => !isLeftAlone(record, i))), await room.windows())).toMatchObject(
      clean,
    );
  });

  test('a restart goes on where the last one stopped: nothing lost, nothing twice, and the device is still known', async () => {
    const records = telemetry(3, 40);
    for (const [from, to] of [
      [0, 37],
      [37, 38],
      [38, 90],
      [90, 120],
    ])
      await runOnce(records.slice(from, to));
    const windows = await room.windows();
    expect(judge(expectedWindows(records), windows)).toEqual({ ...clean, repeated: 0 });
    expect(Math.max(...windows.map(({ supportWindows }) => supportWindows))).toBe(windows.length / 3 - 1);
  });
});

describe('bad records are refused one by one, with bytes, reason and position', () => {
  const good = (): Reading => ({
    deviceId: 'p',
    deviceClass: 'pump',
    startMs,
    rateHz: 4096,
    channels: ['x'],
    samples: new Float32Array(512).fill(1),
  });
  const bytes = (change: Partial<Reading>) => encodeTelemetry({ ...good(), ...change });

  test.each<[string, Uint8Array | null]>([
    ['empty_record', null],
    ['broken_avro', Uint8Array.of(1, 2, 3)],
    ['unknown_schema', Buffer.concat([Buffer.from([0xc3, 1]), Buffer.alloc(8, 7), Buffer.from('x')])],
    ['missing_device', bytes({ deviceId: '' })],
    ['unknown_class', bytes({ deviceClass: 'toaster' })],
    ['wrong_channels', bytes({ channels: ['x', 'y'] })],
    ['wrong_rate', bytes({ rateHz: 4000 })],
    ['empty_frame', bytes({ samples: new Float32Array(0) })],
    ['not_finite', bytes({ samples: Float32Array.of(1, Number.NaN) })],
    ['not_finite', bytes({ samples: Float32Array.of(1, Infinity) })],
    ['invalid_timestamp', bytes({ startMs: 1_770_000_000 })],
    ['invalid_timestamp', bytes({ startMs: Number.NaN })],
    ['future_timestamp', bytes({ startMs: Date.UTC(2106, 0, 1) })],
  ])('%s', async (reason, value) => {
    const record = { topic: 'telemetry', key: 'p', value, headers: { trace: 'abc' }, partition: 1 };
    const neighbours = telemetry(1, 10);
    await runOnce([...neighbours.slice(0, 5), record, ...neighbours.slice(5)]);
    const letters = await room.deadLetters();
    expect(letters).toHaveLength(1);
    expect(letters[0]).toMatchObject({ reason, topic: 'telemetry', partition: 1, stage: 'decode' });
    expect(letters[0].error.length).toBeGreaterThan(20);
    expect(letters[0].value === null ? null : [...letters[0].value]).toEqual(value === null ? null : [...value]);
    expect(Buffer.from(letters[0].headers['trace']).toString()).toBe('abc');
    expect(await room.metrics()).toContain(`tocsin_records_rejected_total{reason="${reason}"} 1`);
    expect(judge(expectedWindows(neighbours), await room.windows())).toEqual({ ...clean, repeated: 0 });
  });

  test('one that is as large as the log takes stops nothing, although its letter would be larger', async () => {
    const neighbours = telemetry(1, 10);
    const record = { topic: 'telemetry', key: 'pump-0', value: new Uint8Array(899_900).fill(255), partition: 1 };
    await runOnce([...neighbours.slice(0, 5), record, ...neighbours.slice(5)]);
    expect(await room.deadLetters()).toMatchObject([{ reason: 'broken_avro', cutFromBytes: 899_900 }]);
    expect(judge(expectedWindows(neighbours), await room.windows())).toEqual({ ...clean, repeated: 0 });
  });
});
