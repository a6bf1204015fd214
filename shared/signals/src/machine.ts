// A simulated machine: samples of every channel as a pure function of a sample number. No clock, no state that shows.
import { allocateBlock, blockSamples, type Synth } from './block.ts';
import { type CommonCause, commonCauses, type Fault, isSensorFault } from './fault.ts';
import { withSensorFaults } from './sensor-faults.ts';
import { createSlowSynth } from './slow-synth.ts';
import { type VibrationKind, vibrationRecipes } from './vibration-kinds.ts';
import { createVibrationSynth, isHumHeard } from './vibration-synth.ts';
import { drawVibrationTraits } from './vibration-traits.ts';

export const machineKinds = ['pump', 'fan', 'motor', 'gearbox', 'chiller'] as const;
/** Four rotating machines, in g, and one slow process in mixed units. */
export type MachineKind = (typeof machineKinds)[number];

export type MachineOptions = {
  /** Two machines of a kind differ by their seed alone. */
  seed: number;
  kind: MachineKind;
  rateHz: number;
  channels: readonly string[];
  faults?: readonly Fault[];
};

export type Machine = {
  kind: MachineKind;
  rateHz: number;
  channels: readonly string[];
  /**
   * Samples `start` to `start + count - 1` (start >= 0, whole), row-major `[sample][channel]` as in a reading; into `out` where it is
   * given. Sample i is taken i / rateHz seconds after the machine's beginning. The same samples whatever way they are cut.
   */
  frame(start: number, count: number, out?: Float32Array): Float32Array;
};

/** Lowest rate at which a rotating machine makes sense: two samples per turn. */
const slowestVibrationHz = 100;

/** What a machine of this kind shows at this rate: a slow process only its load, and a weak phase hums too high for a low rate. */
export function commonCausesOf(kind: MachineKind, rateHz: number): readonly CommonCause[] {
  return kind !== 'chiller' && isHumHeard(rateHz) ? commonCauses : ['load-surge'];
}

/** Throws on a rate below 100 Hz for a rotating machine, a machine fault of a slow process, and a fault of an unknown channel. */
export function createMachine({ seed, kind, rateHz, channels, faults = [] }: MachineOptions): Machine {
  if (channels.length === 0) throw new Error('channels: expected at least one channel');
  if (!(rateHz > 0)) throw new Error(`rateHz ${rateHz}: expected a positive number`);
  const machineFaults = faults.filter((fault) => !isSensorFault(fault));
  const clean = createClean(kind, seed, rateHz, channels.length, machineFaults);
  const sensorFaults = faults.filter(isSensorFault).map((fault) => ({ fault, channel: channelOf(fault, channels) }));
  const synth = withSensorFaults(clean, sensorFaults, rateHz, channels.length);
  return { kind, rateHz, channels, frame: createFramer(synth, channels.length) };
}

function createClean(kind: MachineKind, seed: number, rateHz: number, channelCount: number, faults: readonly Fault[]): Synth {
  if (kind === 'chiller') {
    const unknown = faults.find((fault) => fault.kind !== 'load-surge');
    if (unknown !== undefined) throw new Error(`faults ${unknown.kind}: a ${kind} has sensor faults and load surges only`);
    return createSlowSynth(seed, rateHz, channelCount, faults);
  }
  if (rateHz < slowestVibrationHz)
    throw new Error(`rateHz ${rateHz}: expected at least ${slowestVibrationHz} for a ${kind satisfies VibrationKind}`);
  return createVibrationSynth(drawVibrationTraits(vibrationRecipes[kind], seed, rateHz, channelCount), faults);
}

function channelOf(fault: Fault, channels: readonly string[]): number {
  const channel = fault.channel === undefined ? 0 : channels.indexOf(fault.channel);
  if (channel < 0) throw new Error(`fault channel ${fault.channel}: expected one of ${channels.join(', ')}`);
  return channel;
}

/** Cuts frames out of blocks; the block at hand is kept, because the next frame most often begins in it. */
function createFramer(synth: Synth, channelCount: number): Machine['frame'] {
  const lines = allocateBlock(channelCount);
  let inHand = -1;
  return (start, count, out = new Float32Array(count * channelCount)) => {
    for (let done = 0; done < count;) {
      const block = Math.floor((start + done) / blockSamples);
      if (block !== inHand) synth(block, lines);
      inHand = block;
      const first = start + done - block * blockSamples;
      const taken = Math.min(blockSamples - first, count - done);
      for (let channel = 0; channel < channelCount; channel++) {
        const line = lines[channel];
        for (let i = 0; i < taken; i++) out[(done + i) * channelCount + channel] = line[first + i];
      }
      done += taken;
    }
    return out;
  };
}
