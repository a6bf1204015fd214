// What the devices of a storm send: the telemetry of the simulator, with the faults that a scenario names, and poison between it.
import { encodeTelemetry, type Reading } from '@tocsin/schemas';
import { between, type Random } from '@tocsin/signals';
import { telemetryOf, type Sent, type Span } from '../simulation/telemetry.ts';
import { telemetryFaults, type FaultKind, type TelemetryFault } from '../simulation/faults.ts';
import { rateHz } from '../simulation/tiny-class.ts';

/** `poisonShare`: records that nobody can use, for every one that somebody can. */
export type TelemetryPlan = { faults: readonly TelemetryFault[]; poisonShare: number };

/** In the order in which it reaches the log; `counts` says how often what was done to it. */
export function stormTelemetry(
  random: Random,
  { faults, poisonShare }: TelemetryPlan,
  devices: number,
  span: Span,
): { sent: Sent[]; counts: Record<string, number> } {
  const counts: Record<string, number> = {};
  const count = (kind: FaultKind | 'unusable'): void => void (counts[kind] = (counts[kind] ?? 0) + 1);
  const chosen = new Set<FaultKind>(telemetryFaults.filter((kind) => faults.includes(kind)));
  const happens = (kind: FaultKind, probability: number): boolean => {
    if (!chosen.has(kind) || random() >= probability) return false;
    count(kind);
    return true;
  };
  const sent = telemetryOf(random, { has: (kind) => chosen.has(kind), count, happens }, devices, span);
  const poison = Array.from({ length: Math.round(poisonShare * sent.length) }, () => {
    count('unusable');
    const atMs = span.startMs + between(random, 0, span.lengthMs);
    const deviceId = `d${Math.floor(devices * random())}`;
    return { atMs, record: { topic: 'telemetry', key: deviceId, value: unusable(random, deviceId, atMs) } };
  });
  return { sent: [...sent, ...poison].toSorted((a, b) => a.atMs - b.atMs), counts };
}

/** A value that is no telemetry, or telemetry that says something impossible. */
function unusable(random: Random, deviceId: string, atMs: number): Uint8Array | null {
  const good: Reading = {
    deviceId,
    deviceClass: 'tiny',
    startMs: Math.floor(atMs / 100) * 100 - 400,
    rateHz,
    channels: ['x'],
    samples: Float32Array.of(1, 2, 3, 4),
  };
  const noise = (bytes: number) => Uint8Array.from({ length: bytes }, () => 256 * random());
  const kinds: readonly (() => Uint8Array | null)[] = [
    () => null,
    () => noise(0),
    () => noise(1 + 60 * random()),
    () => noise(300_000),
    // Headers of schemas that nobody knows: of a registry, and of Avro's single-object encoding.
    () => Uint8Array.of(0, 0, 0, 3, 9, ...noise(20)),
    () => Uint8Array.of(0xc3, 1, ...noise(40)),
    () => encodeTelemetry(good).slice(0, 20),
    () => encodeTelemetry({ ...good, startMs: Math.floor(good.startMs / 1000) }),
    () => encodeTelemetry({ ...good, startMs: 0 }),
    () => encodeTelemetry({ ...good, startMs: -86_400_000 }),
    () => encodeTelemetry({ ...good, startMs: Date.UTC(2106, 1, 7) }),
    () => encodeTelemetry({ ...good, samples: Float32Array.of(1, NaN, 3, 4) }),
    () => encodeTelemetry({ ...good, samples: Float32Array.of() }),
    () => encodeTelemetry({ ...good, channels: ['y'] }),
    () => encodeTelemetry({ ...good, rateHz: 11 }),
    () => encodeTelemetry({ ...good, deviceClass: 'nobody' }),
    () => encodeTelemetry({ ...good, deviceId: '' }),
  ];
  return kinds[Math.floor(kinds.length * random())]();
}
