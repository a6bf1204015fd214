import type { Reading } from '@tocsin/schemas';
import { createMachine } from '@tocsin/signals';
import { describe, expect, test } from 'vitest';
import { causesOfDay } from './fleet-causes.ts';
import { daySeconds, faultsOfDay } from './fault-calendar.ts';
import { type InjectedFault, type SimulatedDevice, simulatedReadings } from './simulated-readings.ts';

const startMs = Date.UTC(2024, 0, 1);
const plan = { everyS: 600, lastS: 120, healthyS: 3600 };
const device: SimulatedDevice = {
  deviceId: 'c-1',
  deviceClass: 'chiller',
  kind: 'chiller',
  seed: 5,
  rateHz: 1,
  channels: ['t', 'p'],
  startMs,
  frameSamples: 60,
  faults: plan,
};

async function run(
  one: SimulatedDevice,
  seconds: number,
): Promise<{ readings: Reading[]; faults: InjectedFault[]; heardAt: number[] }> {
  const readings: Reading[] = [];
  const faults: InjectedFault[] = [];
  const heardAt: number[] = [];
  const onFault = (fault: InjectedFault): void => {
    faults.push(fault);
    heardAt.push(readings.length);
  };
  for await (const reading of simulatedReadings(one, { endMs: startMs + 1000 * seconds, onFault })) readings.push(reading);
  return { readings, faults, heardAt };
}

describe('calendar', () => {
  test('faults follow each other within their day, the first after the healthy time', () => {
    const days = [0, 1, 2].map((day) => faultsOfDay(1, day, 'pump', ['x', 'y'], plan));
    days.forEach((faults, day) => {
      expect(faults.length).toBeGreaterThan(50);
      expect(faults[0].startS).toBeGreaterThan(Math.max(day * daySeconds, plan.healthyS));
      faults.slice(1).forEach((fault, i) => expect(fault.startS).toBeGreaterThan(faults[i].endS ?? Number.POSITIVE_INFINITY));
      expect(faults.at(-1)?.endS).toBeLessThan((day + 1) * daySeconds);
    });
    expect(new Set(days.flat().map(({ kind }) => kind)).size).toBe(7);
    expect(days[0]).not.toEqual(faultsOfDay(2, 0, 'pump', ['x', 'y'], plan));
  });

  test('no faults where the time between them is infinite; a chiller has those of its sensors', () => {
    expect(faultsOfDay(1, 0, 'pump', ['x'], { ...plan, everyS: Number.POSITIVE_INFINITY })).toEqual([]);
    const kinds = new Set(faultsOfDay(1, 0, 'chiller', ['x'], plan).map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(['sensor-drift', 'sensor-stuck', 'spikes']);
  });
});

describe('common causes', () => {
  const causes = { ...plan, fleetSeed: 7, share: 0.7, jitterS: 4 };
  const pumps = Array.from({ length: 40 }, (_, seed) => ({ seed, kind: 'pump' as const, rateHz: 2048 }));
  const feltBy = pumps.map((pump) => causesOfDay(pump, 0, causes));
  const ids = new Set(feltBy.flat().map(({ causeId }) => causeId));
  const byCause = new Map([...ids].map((id) => [id, feltBy.flat().filter(({ causeId }) => causeId === id)]));

  test('each reaches about its share of the fleet, all within the jitter, with the same severity and length', () => {
    expect(byCause.size).toBeGreaterThan(50);
    let reached = 0;
    for (const felt of byCause.values()) {
      reached += felt.length;
      const starts = felt.map(({ startS }) => startS);
      expect(Math.max(...starts) - Math.min(...starts)).toBeLessThan(4);
      expect(new Set(felt.map(({ kind, severity }) => `${kind} ${severity}`)).size).toBe(1);
      const lengths = felt.map(({ startS, endS }) => endS! - startS);
      expect(Math.max(...lengths)).toBeCloseTo(Math.min(...lengths), 6);
    }
    expect(reached / byCause.size / 40).toBeCloseTo(0.7, 1);
    expect(new Set([...byCause.values()].map((felt) => felt.length)).size).toBeGreaterThan(5);
  });

  test('the fleet decides when, the machine whether; each after the one before, and another on another day', () => {
    for (const felt of feltBy) felt.slice(1).forEach(({ startS }, i) => expect(startS).toBeGreaterThan(felt[i].endS!));
    expect(Math.min(...feltBy.flat().map(({ startS }) => startS))).toBeGreaterThan(plan.healthyS);
    expect(causesOfDay(pumps[0], 0, causes)).toEqual(feltBy[0]);
    expect(causesOfDay(pumps[0], 0, { ...causes, fleetSeed: 8 })).not.toEqual(feltBy[0]);
    const tomorrow = causesOfDay(pumps[0], 1, causes);
    expect(tomorrow[0].startS).toBeGreaterThan(daySeconds);
    expect(new Set([...byCause.keys()].map((id) => id.replace(/-\d+-\d+$/, '')))).toEqual(new Set(['load-surge', 'supply-sag']));
  });
});

describe('readings', () => {
  test('frames follow each other without a gap, over midnight too', async () => {
    const { readings } = await run(device, daySeconds + 600);
    readings.forEach((reading, i) => expect(reading.startMs).toBe(startMs + 60_000 * i));
    expect(readings[0]).toMatchObject({ deviceId: 'c-1', deviceClass: 'chiller', rateHz: 1, channels: ['t', 'p'] });
  });

  test('a fault is told once, with the frame that it first touches', async () => {
    const { faults, heardAt } = await run(device, 2 * daySeconds);
    expect(faults.length).toBeGreaterThan(100);
    faults.forEach((fault, i) => expect(heardAt[i]).toBe(Math.ceil((fault.startMs - startMs + 1) / 60_000) - 1));
    expect(faults.every(({ channel }) => channel === 't' || channel === 'p')).toBe(true);
  });

  test('before its faults a machine is the healthy one, and the same run gives the same frames', async () => {
    const { readings } = await run(device, 3600);
    const healthy = createMachine({ seed: 5, kind: 'chiller', rateHz: 1, channels: ['t', 'p'] });
    expect(readings[10].samples).toEqual(healthy.frame(600, 60));
    expect((await run(device, 3600)).readings).toEqual(readings);
  });

  test('what has a cause in common says so, beside faults of its own', async () => {
    const causes = { ...plan, fleetSeed: 7, share: 1, jitterS: 4 };
    const { faults } = await run({ ...device, causes }, daySeconds);
    const shared = faults.filter(({ causeId }) => causeId !== undefined);
    expect(shared.length).toBeGreaterThan(20);
    for (const { kind, channel } of shared) expect({ kind, channel }).toEqual({ kind: 'load-surge', channel: null });
    expect(faults.length - shared.length).toBeGreaterThan(20);
    const starts = faults.map((fault) => fault.startMs);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  });

  test('faults can be told instead of drawn', async () => {
    const told = { kind: 'sensor-stuck', startS: 120, endS: 240, severity: 1, channel: 'p' } as const;
    const { faults, readings } = await run({ ...device, faults: [told] }, daySeconds + 600);
    expect(faults).toEqual([
      {
        deviceId: 'c-1',
        deviceClass: 'chiller',
        kind: 'sensor-stuck',
        severity: 1,
        rampS: 0,
        channel: 'p',
        startMs: startMs + 120_000,
        endMs: startMs + 240_000,
      },
    ]);
    expect(new Set(readings[3].samples.filter((_, i) => i % 2 === 1)).size).toBe(1);
  });
});
