// What a producer of load sends, as plain data that travels to another process, and what must come of it.
import { encodeTelemetry, type DeviceClass } from '@tocsin/schemas';
import type { OutgoingRecord } from '@tocsin/transport';
import { pump } from '../fixtures/pump-fleet.ts';
import { bare } from '../simulation/tiny-class.ts';

export const startMs = Date.UTC(2026, 0, 1);
export const topic = 'telemetry';

/** The classes that load is made of; both have a bundle. */
export const loadClasses: readonly DeviceClass[] = [bare, pump];

export type LoadPlan = {
  className: string;
  /** Devices that send in every round, one frame each. */
  devices: number;
  rounds: number;
  /** Samples of a frame. */
  frameSamples: number;
  /** Records per second; null for as fast as they can be written. */
  perSecond: number | null;
  /** Copies of every frame of device 0. */
  hotCopies?: number;
  /** Ids in every round that were never seen before and never come again. */
  strangers?: number;
  /** After so many rounds one device leaves and another one comes. */
  churnRounds?: number;
  /** Every so many rounds a record that is no telemetry. */
  poisonRounds?: number;
};

export function classOf({ className }: LoadPlan): DeviceClass {
  const found = loadClasses.find(({ name }) => name === className);
  if (found === undefined) throw new Error(`no load is made of class ${className}`);
  return found;
}

/** Round after round, all of it known beforehand. */
export function* roundsOf(plan: LoadPlan): Generator<OutgoingRecord[]> {
  const { rateHz, channels } = classOf(plan);
  const { frameSamples, devices, hotCopies = 1, strangers = 0, churnRounds = Infinity, poisonRounds = Infinity } = plan;
  for (let round = 0; round < plan.rounds; round++) {
    const atMs = startMs + (round * frameSamples * 1000) / rateHz;
    const timestampMs = Math.ceil(startMs + ((round + 1) * frameSamples * 1000) / rateHz);
    const record = (deviceId: string, seed: number): OutgoingRecord => {
      const samples = Float32Array.from({ length: frameSamples * channels.length }, (_, i) =>
        noise(seed + i + round * frameSamples),
      );
      const reading = { deviceId, deviceClass: plan.className, startMs: atMs, rateHz, channels, samples };
      return { topic, key: deviceId, value: encodeTelemetry(reading), timestampMs };
    };
    const records: OutgoingRecord[] = [];
    const firstId = Math.floor(round / churnRounds);
    for (let i = firstId; i < firstId + devices; i++) {
      const one = record(`d${i}`, 1000 * i);
      for (let copy = 0; copy < (i === 0 ? hotCopies : 1); copy++) records.push(one);
    }
    for (let i = 0; i < strangers; i++) records.push(record(`stranger-${round}-${i}`, i));
    if (round % poisonRounds === poisonRounds - 1) records.push({ topic, key: 'd0', value: Buffer.of(7, 7, 7), timestampMs });
    yield records;
  }
}

/** Records of a plan, and those of them that must be refused whatever the bounds. */
export function recordsOf({
  devices,
  rounds,
  hotCopies = 1,
  strangers = 0,
  churnRounds = Infinity,
  poisonRounds = Infinity,
}: LoadPlan) {
  const poison = Math.floor(rounds / poisonRounds);
  const hotRounds = Math.min(rounds, churnRounds);
  return { all: rounds * (devices + strangers) + hotRounds * (hotCopies - 1) + poison, poison };
}

/** Windows that a device must have had, and where the first begins, if it sends in rounds `from` to `to` (not included). */
export function windowsOf(plan: LoadPlan, from: number, to: number): { count: number; firstMs: number } {
  const { window, rateHz } = classOf(plan);
  const offset = Math.round((startMs * rateHz) / 1000);
  const [head, end] = [offset + from * plan.frameSamples, offset + to * plan.frameSamples];
  const first = Math.ceil(head / window.hop) * window.hop;
  const latenessSamples = Math.ceil((window.latenessMs * rateHz) / 1000);
  return {
    count: Math.max(0, Math.floor((end - latenessSamples - window.samples - first) / window.hop) + 1),
    firstMs: (first * 1000) / rateHz,
  };
}

/** Deterministic, without a period that a window could see, and quick. */
function noise(n: number): number {
  const x = Math.sin(n * 12.9898) * 43_758.5453;
  return x - Math.floor(x) + Math.sin(n / 7);
}
