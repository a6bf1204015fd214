// From the configuration to the devices that will send: a simulated fleet, or recordings played as if they happened now.
import type { Config } from '@tocsin/config';
import type { MachineKind } from '@tocsin/signals';
import type { RecordedDevice } from './recorded/fleet.ts';
import { openFleet } from './recorded/open-fleet.ts';
import type { SimulatedMachine } from './simulated/simulated-readings.ts';

const dayMs = 86_400_000;

/** What a machine has where its class is not configured. */
const usual: Record<'vibration' | 'slow', { channels: readonly string[]; rateHz: number }> = {
  vibration: { channels: ['drive-end', 'free-end'], rateHz: 2048 },
  slow: { channels: ['supply', 'return', 'flow', 'pressure'], rateHz: 1 },
};

/**
 * Event time at which a fleet begins so that `lengthMs` of it, played at `speed` from wall-clock time `nowMs` on, ends no later than
 * the clock then says: faster than real time it begins in the past. At most ten years there, so that no date becomes absurd.
 */
export function fleetStartMs(nowMs: number, speed: number, lengthMs: number): number {
  return Math.floor(nowMs - Math.min(Math.max(0, lengthMs * (1 - 1 / speed)), 3650 * dayMs));
}

/** How much of a fleet is played: the longest recording, or of a simulated fleet a day by the wall clock. */
export function fleetLengthMs(fleet: readonly (SimulatedMachine | RecordedDevice)[], speed: number): number {
  const lengths = fleet.map((device) => ('file' in device ? device.endMs - device.startMs : speed * dayMs));
  return Math.max(0, ...lengths);
}

/** Channels and rate are those of the class in the configuration, or the usual ones of the kind where it has no such class. */
export function planSimulatedFleet({ simulator, classes }: Config): SimulatedMachine[] {
  const { kind, seed, devices, frameMs, healthyS, faultEveryS, faultLastS, commonCause } = simulator;
  const deviceClass = simulator.deviceClass ?? kind;
  const { channels, rateHz } = classes[deviceClass] ?? usual[kindOf(kind)];
  const digits = String(devices).length;
  return Array.from({ length: devices }, (_, i) => ({
    deviceId: `${kind}-${String(i + 1).padStart(digits, '0')}`,
    deviceClass,
    kind,
    seed: seed * 100_003 + i,
    rateHz,
    channels,
    frameSamples: Math.max(1, Math.round((frameMs / 1000) * rateHz)),
    faults: { everyS: faultEveryS ?? Number.POSITIVE_INFINITY, lastS: faultLastS, healthyS },
    ...(commonCause.everyS === null ? {} : { causes: { ...commonCause, everyS: commonCause.everyS, healthyS, fleetSeed: seed } }),
  }));
}

/** All devices of a folder of recordings. Throws a `FleetError`. */
export function planRecordedFleet(directory: string): RecordedDevice[] {
  return openFleet(directory).dataSets.flatMap((dataSet) => dataSet.devices);
}

function kindOf(kind: MachineKind): 'vibration' | 'slow' {
  return kind === 'chiller' ? 'slow' : 'vibration';
}
