// What may go wrong in a schedule, and how often it did. Every schedule draws which kinds it has at all, so that some see one
// kind often and others see all of them at once.
import { between, type Random } from '@tocsin/signals';
import type { Streams } from './streams.ts';

/** Faults at an await point of a scorer: of the call itself, before or after its effect on the world. */
export const callFaults = [
  'crash-before',
  'crash-after',
  'error-before',
  'ack-lost',
  'partial-send',
  'broken-before',
  'broken-after',
  'slow',
  'frozen-before',
  'frozen-after',
] as const;
/** Faults that come by themselves. */
export const worldFaults = [
  'crash-anywhere',
  'sigterm',
  'rebalance',
  'late-assignment',
  'session-expired',
  'store-away',
  'store-wiped',
  'store-rolled-back',
  'broker-away',
  'retention',
] as const;
/** What is wrong with the telemetry itself. */
export const telemetryFaults = [
  'duplicate',
  'altered-duplicate',
  'reordered',
  'late',
  'lost-frame',
  'silence',
  'clock-ahead',
  'future',
  'leap',
  'log-time-falls',
  'poison',
  'odd-frames',
] as const;

/** What the trainer and operators do, which changes what windows are scored under. */
export const newsKinds = ['promotion', 'label', 'no-bundle'] as const;

export type CallFault = (typeof callFaults)[number];
export type WorldFault = (typeof worldFaults)[number];
export type TelemetryFault = (typeof telemetryFaults)[number];
export type NewsKind = (typeof newsKinds)[number];
export type FaultKind = CallFault | WorldFault | TelemetryFault | NewsKind;
export const faultKinds: readonly FaultKind[] = [...callFaults, ...worldFaults, ...telemetryFaults, ...newsKinds];

/** What a scorer asks of the world. */
export type CallKind = 'join' | 'position' | 'read' | 'heartbeat' | 'commit' | 'send' | 'load' | 'store';

export type Faults = {
  counts: Record<FaultKind, number>;
  has(kind: FaultKind): boolean;
  count(kind: FaultKind): void;
  /** True with the given probability, if the schedule has this kind; counts it. */
  happens(kind: FaultKind, probability: number): boolean;
  /** How much of it: uniform in [low, high). */
  extent(kind: FaultKind, low: number, high: number): number;
  /** What happens to this call. */
  ofCall(call: CallKind): CallFault | null;
  /** From now on nothing goes wrong. */
  heal(): void;
  isHealed(): boolean;
};

/** Each kind draws from a stream of its own. */
export function createFaults(streams: Streams, without: readonly FaultKind[] = []): Faults {
  const random = streams('faults');
  const isCalm = random() < 0.04;
  const share = between(random, 0.2, 0.8);
  // Of each kind, where all are there.
  const rate = 0.01 * 20 ** -random();
  const of = Object.fromEntries(faultKinds.map((kind) => [kind, streams(kind)])) as Record<FaultKind, Random>;
  const enabled = new Set(faultKinds.filter((kind) => of[kind]() < share && !isCalm && !without.includes(kind)));
  const atCalls = callFaults.filter((kind) => enabled.has(kind));
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>;
  let healed = false;
  const count = (kind: FaultKind): void => void (counts[kind] += 1);

  return {
    counts,
    has: (kind) => enabled.has(kind),
    count,
    happens(kind, probability) {
      if (healed || !enabled.has(kind) || of[kind]() >= probability) return false;
      count(kind);
      return true;
    },
    extent: (kind, low, high) => between(of[kind], low, high),
    ofCall(call) {
      if (healed) return null;
      for (const kind of atCalls) {
        if (of[kind]() >= rate || (kind === 'partial-send' && call !== 'send')) continue;
        count(kind);
        return kind;
      }
      return null;
    },
    heal: () => void (healed = true),
    isHealed: () => healed,
  };
}
