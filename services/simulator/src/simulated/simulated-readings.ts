// A simulated machine as the readings it would send, for ever or until told.
import type { Reading } from '@tocsin/schemas';
import { createMachine, type Fault, isSensorFault, type MachineKind } from '@tocsin/signals';
import { causesOfDay, type CommonCausePlan, type SharedFault } from './fleet-causes.ts';
import { daySeconds, type FaultPlan, faultsOfDay } from './fault-calendar.ts';

/** A machine of a fleet, wherever in time the fleet is played. */
export type SimulatedMachine = {
  deviceId: string;
  deviceClass: string;
  kind: MachineKind;
  seed: number;
  rateHz: number;
  channels: readonly string[];
  /** Samples of a frame. */
  frameSamples: number;
  /** Drawn by plan, or told: seconds count from sample 0. */
  faults: FaultPlan | readonly Fault[];
  /** What reaches it together with others of its fleet. */
  causes?: CommonCausePlan;
};

/** `startMs` is the event time of sample 0. */
export type SimulatedDevice = SimulatedMachine & { startMs: number };

/** A fault that has begun, in event time. */
export type InjectedFault = Required<Pick<Fault, 'kind' | 'severity' | 'rampS'>> & {
  deviceId: string;
  deviceClass: string;
  channel: string | null;
  /** The common cause that this is the effect of, the same for all devices that it reaches; none for a fault of its own. */
  causeId?: string;
  startMs: number;
  endMs: number;
};

/**
 * Yields a device's frames up to event time `endMs` (default: without end). `onFault` hears of a fault just before the first frame
 * that it touches. Deterministic: the same device gives the same frames.
 */
export async function* simulatedReadings(
  device: SimulatedDevice,
  { endMs = Number.POSITIVE_INFINITY, onFault }: { endMs?: number; onFault?: (fault: InjectedFault) => void } = {},
): AsyncGenerator<Reading> {
  const { deviceId, deviceClass, kind, seed, rateHz, channels, startMs, frameSamples } = device;
  const timeOf = (sample: number): number => startMs + (sample * 1000) / rateHz;
  let sample = 0;
  for (let day = 0; timeOf(sample) < endMs; day++) {
    const faults = faultsOn(device, day);
    const machine = createMachine({ seed, kind, rateHz, channels, faults });
    const waiting = faults
      .filter((fault) => Math.floor(fault.startS / daySeconds) === day)
      .map((fault) => injected(device, fault));
    const dayEnds = (day + 1) * daySeconds * rateHz;
    for (; sample < dayEnds && timeOf(sample) < endMs; sample += frameSamples) {
      while (waiting.length > 0 && waiting[0].startMs < timeOf(sample + frameSamples)) {
        const begun = waiting.shift();
        if (begun !== undefined) onFault?.(begun);
      }
      yield { deviceId, deviceClass, startMs: timeOf(sample), rateHz, channels, samples: machine.frame(sample, frameSamples) };
    }
  }
}

function faultsOn(device: SimulatedDevice, day: number): readonly (Fault | SharedFault)[] {
  const { seed, kind, channels, faults, causes } = device;
  const own = 'everyS' in faults ? faultsOfDay(seed, day, kind, channels, faults) : faults;
  const shared = causes === undefined ? [] : causesOfDay(device, day, causes);
  return [...own, ...shared].toSorted((a, b) => a.startS - b.startS);
}

function injected({ deviceId, deviceClass, startMs }: SimulatedDevice, fault: Fault | SharedFault): InjectedFault {
  const { kind, severity, rampS = 0, startS, endS = Number.POSITIVE_INFINITY, channel = null } = fault;
  const affected = isSensorFault(fault) ? channel : null;
  return {
    deviceId,
    deviceClass,
    kind,
    severity,
    rampS,
    channel: affected,
    ...('causeId' in fault ? { causeId: fault.causeId } : {}),
    startMs: startMs + 1000 * startS,
    endMs: startMs + 1000 * endS,
  };
}
