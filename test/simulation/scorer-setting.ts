// The real scorer, wired to whatever ports a simulation gives it.
import type { DeviceClass } from '@tocsin/schemas';
import { createScorer, type Meter, type Scorer } from '@tocsin/scorer';
import type { StateStore } from '@tocsin/state';
import type { Transport } from '@tocsin/transport';

export const topics = {
  telemetry: ['telemetry'],
  windows: 'tocsin.windows',
  alerts: 'tocsin.alerts',
  labels: 'tocsin.labels',
  models: 'tocsin.models',
  deadLetter: 'tocsin.dead-letter',
};

export type ScorerSetting = { deviceClass: DeviceClass; commitEveryMs: number; giveUpMs: number; sliceRecords?: number };

export type ScorerPlace = {
  transport: Transport;
  state: StateStore;
  name: string;
  nowMs(): number;
  sleep?: (ms: number) => Promise<void>;
  every?: (ms: number, work: () => void) => () => void;
  /** Called for every record that is walked. */
  onRecord?: Meter['record'];
  /** Called for everything that becomes of a block of windows that waits to be learnt. */
  onBlock?: Meter['block'];
  /** Called for every change that is taken back. */
  onUndone?: Meter['undone'];
  /** Called for every alert that is kept open although it is calm. */
  onHeld?: Meter['closingHeld'];
};

export function createSimulatedScorer({ deviceClass, ...pace }: ScorerSetting, place: ScorerPlace): Scorer {
  return createScorer({
    ...pace,
    transport: place.transport,
    state: place.state,
    registry: null,
    classes: [deviceClass],
    topics,
    groupId: 'scorer',
    instanceId: place.name,
    meter: {
      ...silentMeter,
      record: place.onRecord ?? nothing,
      block: place.onBlock ?? nothing,
      undone: place.onUndone ?? nothing,
      closingHeld: place.onHeld ?? nothing,
    },
    note: () => undefined,
    now: place.nowMs,
    sleep: place.sleep ?? (async () => undefined),
    every: place.every ?? (() => nothing),
  });
}

/** Step of log time between two looks for silent devices, as scorer.ts works it out. */
export function sweepMsOf({ idleMs, guards }: DeviceClass): number {
  return Math.max(1000, Math.min(idleMs, guards.silentMs ?? idleMs) / 4);
}

const nothing = () => undefined;
const silentMeter: Meter = {
  record: nothing,
  rejected: nothing,
  samples: nothing,
  setBack: nothing,
  window: nothing,
  confidence: nothing,
  untaught: nothing,
  block: nothing,
  undone: nothing,
  closingHeld: nothing,
  windowsSent: nothing,
  alertsSent: nothing,
  deviceCache: nothing,
  deviceLoaded: nothing,
  adapted: nothing,
  label: nothing,
  adoption: nothing,
  bundleGone: nothing,
  conflicts: nothing,
  overtakenAgain: nothing,
  timed: (_, work) => work(),
  timedAsync: (_, work) => work(),
};
