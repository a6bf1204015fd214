import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commonCauses, type Fault, type FaultKind, machineFaults, sensorFaults } from './fault.ts';
import { commonCausesOf, createMachine, type Machine, type MachineKind, machineKinds } from './machine.ts';

const channels = ['x', 'y'];

function machine(kind: MachineKind, faults: Fault[] = [], seed = 1): Machine {
  return createMachine({ seed, kind, rateHz: kind === 'chiller' ? 1 : 4000, channels, faults });
}

/** Samples of one channel. */
function line(source: Machine, start: number, count: number, channel = 0): number[] {
  return [...source.frame(start, count)].filter((_, i) => i % channels.length === channel);
}

const meanOf = (x: readonly number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;

/** Mean of (x - mean)^power. */
function centralMoment(x: readonly number[], power: number): number {
  const mean = meanOf(x);
  return meanOf(x.map((value) => (value - mean) ** power));
}

const rmsOf = (x: readonly number[]): number => Math.sqrt(centralMoment(x, 2));
const kurtosisOf = (x: readonly number[]): number => centralMoment(x, 4) / centralMoment(x, 2) ** 2;
const stepsOf = (x: readonly number[]): number[] => x.slice(1).map((value, i) => value - x[i]);

describe.each(machineKinds)('%s', (kind) => {
  test('samples do not depend on how they are cut into frames', () => {
    const whole = machine(kind).frame(0, 2000);
    const source = machine(kind);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1400 }), fc.integer({ min: 0, max: 600 }), (start, count) => {
        expect(source.frame(start, count)).toEqual(whole.slice(2 * start, 2 * (start + count)));
      }),
      { seed: 3, numRuns: 40 },
    );
  });

  test('a seed is a machine; another seed is another machine of the same kind', () => {
    expect(machine(kind).frame(100, 50)).toEqual(machine(kind).frame(100, 50));
    const levels = Array.from({ length: 12 }, (_, seed) => rmsOf(line(machine(kind, [], seed), 0, 4096)));
    expect(new Set(levels).size).toBe(12);
    expect(Math.max(...levels) / Math.min(...levels)).toBeLessThan(20);
  });

  test('samples are finite, early and after years', () => {
    for (const start of [0, 1e6, 1e11]) expect(machine(kind).frame(start, 600).every(Number.isFinite)).toBe(true);
  });
});

//            start = 2 s          end = 4 s
//  severity ----0----|///ramp///|----1----|----0----
describe('faults', () => {
  const startS = 2;
  const endS = 4;
  const rate = 4000;
  const fault = (kind: FaultKind, more: Partial<Fault> = {}): Fault => ({ kind, startS, endS, severity: 1, ...more });
  const healthy = machine('pump');

  test.each<FaultKind>([...machineFaults, ...sensorFaults, ...commonCauses])(
    '%s changes nothing before its start and nothing after its end',
    (kind) => {
      const faulty = machine('pump', [fault(kind)]);
      expect(faulty.frame(startS * rate - 1000, 500)).toEqual(healthy.frame(startS * rate - 1000, 500));
      expect(faulty.frame(startS * rate + 600, 500)).not.toEqual(healthy.frame(startS * rate + 600, 500));
      expect(faulty.frame(endS * rate + 600, 500)).toEqual(healthy.frame(endS * rate + 600, 500));
    },
  );

  const during = (kind: FaultKind, more?: Partial<Fault>): number[] =>
    line(machine('pump', [fault(kind, more)]), startS * rate + 512, 4096);
  const normal = line(healthy, startS * rate + 512, 4096);

  test('imbalance shakes more, slowly; a race knocks; cavitation hisses; looseness shakes', () => {
    expect(rmsOf(during('imbalance'))).toBeGreaterThan(2 * rmsOf(normal));
    expect(rmsOf(stepsOf(during('imbalance')))).toBeLessThan(1.5 * rmsOf(stepsOf(normal)));
    expect(kurtosisOf(stepsOf(during('bearing-outer-race')))).toBeGreaterThan(1.5 * kurtosisOf(stepsOf(normal)));
    expect(rmsOf(stepsOf(during('cavitation')))).toBeGreaterThan(2 * rmsOf(stepsOf(normal)));
    expect(rmsOf(during('looseness'))).toBeGreaterThan(1.2 * rmsOf(normal));
  });

  test('a load surge is more of everything; a weak phase of the supply hums at 100 Hz', () => {
    expect(rmsOf(during('load-surge'))).toBeCloseTo(2 * rmsOf(normal), 1);
    const hum = during('supply-sag').map((value, i) => value - normal[i]);
    const at100Hz = (part: (x: number) => number) =>
      meanOf(hum.map((value, i) => 2 * value * part((2 * Math.PI * 100 * i) / rate)));
    expect(Math.hypot(at100Hz(Math.cos), at100Hz(Math.sin))).toBeCloseTo(Math.SQRT2 * rmsOf(hum), 2);
    expect(rmsOf(hum)).toBeGreaterThan(0.05);
  });

  test('a stuck sensor repeats one value, in its channel only', () => {
    const stuck = machine('pump', [fault('sensor-stuck', { channel: 'y' })]);
    expect(new Set(line(stuck, startS * rate, 500, 1))).toEqual(new Set(line(healthy, startS * rate, 1, 1)));
    expect(line(stuck, startS * rate, 500, 0)).toEqual(line(healthy, startS * rate, 500, 0));
  });

  test('a drift follows its ramp', () => {
    const drifting = machine('pump', [fault('sensor-drift', { rampS: 2 })]);
    const offsets = [0.25, 0.5, 0.75].map((share) => meanOf(line(drifting, (startS + 2 * share) * rate - 400, 800)));
    expect(offsets[1] / offsets[0]).toBeCloseTo(2, 0);
    expect(offsets[2] / offsets[0]).toBeCloseTo(3, 0);
  });

  test('spikes are rare and large', () => {
    const changed = during('spikes')
      .map((value, i) => Math.abs(value - normal[i]))
      .filter((change) => change > 0);
    expect(changed.length).toBeGreaterThan(4);
    expect(changed.length).toBeLessThan(40);
    expect(Math.min(...changed)).toBeGreaterThan(5 * rmsOf(normal));
  });

  test('a slow process has sensor faults', () => {
    const broken = machine('chiller', [{ kind: 'sensor-drift', startS: 100, severity: 1 }]);
    expect(meanOf(line(broken, 200, 50)) - meanOf(line(machine('chiller'), 200, 50))).toBeGreaterThan(1);
  });

  test('a slow process feels a surge of its load after its lag, and so long after it', () => {
    const surged = machine('chiller', [{ kind: 'load-surge', startS: 1000, endS: 3000, severity: 1 }]);
    const changeAt = (s: number) => line(surged, s, 1)[0] - line(machine('chiller'), s, 1)[0];
    expect([changeAt(999), changeAt(3901)]).toEqual([0, 0]);
    expect(changeAt(1999)).toBeGreaterThan(3);
    expect(commonCausesOf('chiller', 1)).toEqual(['load-surge']);
    expect(commonCausesOf('pump', 200)).toEqual(['load-surge']);
    expect(commonCausesOf('pump', 4000)).toEqual(commonCauses);
  });
});

test('what cannot be simulated is refused', () => {
  expect(() => createMachine({ seed: 1, kind: 'pump', rateHz: 10, channels })).toThrow(
    'rateHz 10: expected at least 100 for a pump',
  );
  expect(() => createMachine({ seed: 1, kind: 'pump', rateHz: 1000, channels: [] })).toThrow('channels');
  expect(() => machine('chiller', [{ kind: 'imbalance', startS: 0, severity: 1 }])).toThrow(
    'faults imbalance: a chiller has sensor faults and load surges only',
  );
  expect(() => machine('pump', [{ kind: 'spikes', startS: 0, severity: 1, channel: 'z' }])).toThrow(
    'fault channel z: expected one of x, y',
  );
});
