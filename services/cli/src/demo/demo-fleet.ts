// The fleets of the demo: recorded machines and simulated ones, each with what is known to be wrong with it.
import { createRandom, between, type CommonCause, type Fault, type FaultKind } from '@tocsin/signals';
import type { DeviceClass, Reading } from '@tocsin/schemas';
import {
  deviceClassesOf,
  openFleet,
  recordedReadings,
  shiftOf,
  simulatedReadings,
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

/** `shared`: what reaches many of its machines at once in the last part of their time, in words. */
export type DemoFleet = { classes: DeviceClass[]; devices: DemoDevice[]; notices: string[]; shared: string | null };

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

/**
 * Every device of the data sets in `directory`; meta-train devices are the fleet, all others are unseen. Each begins `apartMs` of event
 * time after the one before: recordings without a clock in common would look as if one cause had reached them all.
 */
export function recordedFleet(directory: string, apartMs = 0): DemoFleet {
  const { dataSets } = openFleet(directory);
  return {
    classes: dataSets.flatMap((dataSet) =>
      Object.entries(deviceClassesOf(dataSet)).map(([name, input]) => recordedClass(name, input)),
    ),
    devices: dataSets
      .flatMap((dataSet) => dataSet.devices)
      .map((device, i) => recordedDevice(device, { startMs: device.startMs + i * apartMs })),
    notices: dataSets.map(({ name, title, licence }: DataSet) => `${name}: ${title} (${licence})`),
    shared: null,
  };
}

function recordedDevice(device: RecordedDevice, place: { startMs: number }): DemoDevice {
  const { id, deviceClass, split, startMs, endMs, truth } = device;
  const shiftMs = shiftOf(device, place);
  const role = split === 'meta-train' ? 'fleet' : 'unseen';
  const healthyMs = Math.min(endMs, ...truth.map((interval) => interval.startMs)) - startMs;
  const commissioningShare = role === 'fleet' ? (commissioned * healthyMs) / (endMs - startMs) : 0;
  return {
    deviceId: id,
    deviceClass,
    origin: 'recorded',
    split,
    intervals: truth.map((known) => ({ ...known, startMs: known.startMs + shiftMs, endMs: known.endMs + shiftMs })),
    role,
    startMs: startMs + shiftMs,
    endMs: endMs + shiftMs,
    commissioningShare,
    readings: () => recordedReadings(device, place),
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

/** One feeder supplies the pumps that taught; for five seconds one of its phases is weak. */
const sag = { kind: 'supply-sag' as CommonCause, startS: 71, lastS: 5, jitterS: 1.5, severity: 0.8 };

/**
 * `fleet` pumps that teach and `unseen` ones, most of which fail in one way or another; later the supply of those that taught sags.
 * The same for the same seed.
 */
export function simulatedFleet(seed: number, fleet: number, unseen: number, startMs: number): DemoFleet {
  const random = createRandom(seed);
  const jitter = createRandom(seed + 100_003);
  const devices = Array.from({ length: fleet + unseen }, (_, i): DemoDevice => {
    const role = i < fleet ? 'fleet' : 'unseen';
    const kind = role === 'fleet' ? null : faultsInTurn[(i - fleet) % faultsInTurn.length];
    const startS = between(random, 0.5, 0.65) * seconds;
    const faults: Fault[] = kind === null ? [] : [{ kind, startS, severity: 0.6, rampS: 4 }];
    return simulatedPump({
      number: i + 1,
      role,
      seed: seed * 1000 + i,
      startMs,
      faults: role === 'fleet' ? [sagFrom(jitter())] : faults,
    });
  });
  const classes = [parseDeviceClass(pumpClass, { channels, rateHz, window: { latenessMs: 0 } })];
  const shared = `one phase of the supply of ${fleet} pumps is weak for ${sag.lastS} s; none of them is broken`;
  return { classes, devices, notices: [], shared };
}

function sagFrom(delay: number): Fault {
  const startS = sag.startS + sag.jitterS * delay;
  return { kind: sag.kind, startS, endS: startS + sag.lastS, severity: sag.severity };
}

type Pump = { number: number; role: DemoDevice['role']; seed: number; startMs: number; faults: readonly Fault[] };

function simulatedPump({ number, role, seed, startMs, faults }: Pump): DemoDevice {
  const deviceId = `pump-${String(number).padStart(2, '0')}`;
  const endMs = startMs + seconds * 1000;
  const machine = {
    deviceId,
    deviceClass: pumpClass,
    kind: 'pump' as const,
    seed,
    rateHz,
    channels,
    startMs,
    frameSamples,
    faults,
  };
  return {
    deviceId,
    deviceClass: pumpClass,
    origin: 'simulated',
    split: role,
    intervals: faults.map(({ kind, startS, endS = seconds }) => ({
      kind,
      startMs: startMs + startS * 1000,
      endMs: startMs + endS * 1000,
      ignore: false,
      isShared: kind === sag.kind,
    })),
    role,
    startMs,
    endMs,
    commissioningShare: role === 'fleet' ? 0.4 : 0,
    readings: () => simulatedReadings(machine, { endMs }),
  };
}
