import type { Reading } from '@tocsin/schemas';
import { createMachine } from '@tocsin/signals';
import { describe, expect, test } from 'vitest';
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
