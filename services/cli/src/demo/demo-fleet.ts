// The fleets of the demo: recorded machines and simulated ones, each with what is known to be wrong with it.
import { createMachine, createRandom, between, type Fault, type FaultKind } from '@tocsin/signals';
import type { DeviceClass, Reading } from '@tocsin/schemas';
import {
  deviceClassesOf,
  openFleet,
  recordedReadings,
  type ClassInput,
  type DataSet,
  type RecordedDevice,
} from '@tocsin/simulator';
import { parseDeviceClass } from '@tocsin/config';
import type { DeviceTruth } from './scoreboard.ts';

/** A device that the demo plays. Its first `commissioningShare` is normal and is what the fleet learns from. */
export type DemoDevice = DeviceTruth & {
  /** `fleet` devices teach the first initialisation; `unseen` ones appear after it. */
  role: 'fleet' | 'unseen';
  startMs: number;
  endMs: number;
  /** Share of its time that a fleet device plays before there is an initialisation, 0..1. */
  commissioningShare: number;
  readings(): AsyncIterable<Reading> | Iterable<Reading>;
};

export type DemoFleet = { classes: DeviceClass[]; devices: DemoDevice[]; notices: string[] };

/** Share of its healthy time that a recorded machine of the fleet has run before anybody new appears. */
const commissioned = 0.9;

/** Engines that wear from their first flight to their last: a model that kept learning would learn the wear. */
const wearing: readonly string[] = ['cmapss'];

/**
 * What wears goes beyond all that its fleet has shown, long before it is broken, and a minute of that recording is a flight: a budget
 * a day says nothing there. An engine has about a hundred windows; with one in a thousand over the threshold, nine in ten have none.
 */
const wearingPlan = { keepLearning: false, decision: { falseAlarmRate: 0.001 } };

/** Recordings are replayed in order: nothing is late, so no window has to wait. */
function recordedClass(name: string, input: ClassInput): DeviceClass {
  const window = { ...input.window, latenessMs: 0 };
  return parseDeviceClass(name, { ...input, window, ...(wearing.includes(name) ? wearingPlan : {}) });
}

/** Every device of the data sets in `directory`; meta-train devices are the fleet, all others are unseen. */
export function recordedFleet(directory: string): DemoFleet {
  const { dataSets } = openFleet(directory);
  return {
    classes: dataSets.flatMap((dataSet) =>
      Object.entries(deviceClassesOf(dataSet)).map(([name, input]) => recordedClass(name, input)),
    ),
    devices: dataSets.flatMap((dataSet) => dataSet.devices.map(recordedDevice)),
    notices: dataSets.map(({ name, title, licence }: DataSet) => `${name}: ${title} (${licence})`),
  };
}

function recordedDevice(device: RecordedDevice): DemoDevice {
  const { id, deviceClass, split, startMs, endMs, truth } = device;
  const role = split === 'meta-train' ? 'fleet' : 'unseen';
  const healthyMs = Math.min(endMs, ...truth.map((interval) => interval.startMs)) - startMs;
  const commissioningShare = role === 'fleet' ? (commissioned * healthyMs) / (endMs - startMs) : 0;
  return {
    deviceId: id,
    deviceClass,
    origin: 'recorded',
    split,
    intervals: truth,
    role,
    startMs,
    endMs,
    commissioningShare,
    readings: () => recordedReadings(device),
  };
}

const pumpClass = 'sim-pump';
const channels = ['drive-end', 'free-end'];
const rateHz = 2048;
const seconds = 96;
const frameSamples = 512;
/** Faults in turn; a healthy machine now and then shows what a false alarm would look like. */
const faultsInTurn: readonly (FaultKind | null)[] = [
  'bearing-outer-race',
  'imbalance',
  null,
  'sensor-stuck',
  'cavitation',
  'looseness',
];

/** `fleet` pumps that teach and `unseen` ones, most of which fail in one way or another. The same for the same seed. */
export function simulatedFleet(seed: number, fleet: number, unseen: number, startMs: number): DemoFleet {
  const random = createRandom(seed);
  const devices = Array.from({ length: fleet + unseen }, (_, i): DemoDevice => {
    const role = i < fleet ? 'fleet' : 'unseen';
    const kind = role === 'fleet' ? null : faultsInTurn[(i - fleet) % faultsInTurn.length];
    const startS = between(random, 0.5, 0.65) * seconds;
    const faults: Fault[] = kind === null ? [] : [{ kind, startS, severity: 0.6, rampS: 4 }];
    const machine = createMachine({ seed: seed * 1000 + i, kind: 'pump', rateHz, channels, faults });
    const deviceId = `pump-${String(i + 1).padStart(2, '0')}`;
    return {
      deviceId,
      deviceClass: pumpClass,
      origin: 'simulated',
      split: role,
      intervals: faults.map((fault) => ({
        kind: fault.kind,
        startMs: startMs + fault.startS * 1000,
        endMs: startMs + seconds * 1000,
        ignore: false,
      })),
      role,
      startMs,
      endMs: startMs + seconds * 1000,
      commissioningShare: role === 'fleet' ? 0.4 : 0,
      readings: () => machineReadings(machine, deviceId, startMs),
    };
  });
  return { classes: [parseDeviceClass(pumpClass, { channels, rateHz, window: { latenessMs: 0 } })], devices, notices: [] };
}

function* machineReadings(machine: ReturnType<typeof createMachine>, deviceId: string, startMs: number): Generator<Reading> {
  for (let sample = 0; sample < seconds * rateHz; sample += frameSamples) {
    const samples = machine.frame(sample, frameSamples);
    yield { deviceId, deviceClass: pumpClass, startMs: startMs + (sample * 1000) / rateHz, rateHz, channels, samples };
  }
}
