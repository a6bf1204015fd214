// Which partition a device belongs to where its records come in several: the one that stored it first, until it has been silent there.
import {
  claimMovesMax,
  noAmendments,
  placeOf,
  rejected,
  type Claim,
  type Decoded,
  type DeviceClass,
  type DeviceState,
  type Rejection,
} from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import type { Partition } from './partition.ts';

/** Why the records of a device are not taken here, and the log time from which the store is asked again. */
export type Refusal = { rejection: Rejection; untilMs: number };

/**
 * Makes the state of a device that is met at `record` belong to its partition, which must be stored before anything of it is sent; or returns
 * why its records are refused.
 */
export function claimDevice(state: DeviceState, deviceClass: DeviceClass, record: LogRecord): Refusal | null {
  const place = placeOf(record);
  const { claim } = state;
  if (claim?.place === place) {
    // What was refused there is older than the claim: a later record at an earlier offset lies in a topic that was made anew.
    if (record.offset < claim.fromOffset && record.timestampMs > claim.seenMs) state.claim = { ...claim, fromOffset: 0 };
    return null;
  }
  if (claim === undefined) {
    state.claim = { place, fromOffset: 0, seenMs: record.timestampMs, moves: 0 };
    return null;
  }
  const untilMs = claim.seenMs + quietMs(deviceClass);
  if (record.timestampMs <= untilMs || claim.moves >= claimMovesMax)
    return { rejection: refusedFor(state.deviceId, claim), untilMs };
  state.claim = { place, fromOffset: record.offset, seenMs: record.timestampMs, moves: claim.moves + 1 };
  // An offset of another partition means nothing here, and of windows that were said there we know a part at most.
  const { sealedMs } = state.amendments ?? noAmendments;
  state.amendments = { at: -1, sealedMs: Math.max(sealedMs, state.frontierMs) };
  return null;
}

/** The readings that are this partition's: not those of devices that are refused, nor what lies before the claim. */
export function refuseOthers(
  { refused, devices }: Pick<Partition, 'refused' | 'devices'>,
  records: readonly LogRecord[],
  decoded: readonly Decoded[],
): readonly Decoded[] {
  return decoded.map((each, i) => {
    if (!('reading' in each)) return each;
    const { deviceId } = each.reading;
    const refusal = refused.get(deviceId);
    if (refusal !== undefined) return { rejection: refusal.rejection };
    const claim = devices.get(deviceId)?.state.claim;
    if (claim === undefined || records[i].offset >= claim.fromOffset) return each;
    return { rejection: refusedFor(deviceId, claim) };
  });
}

/**
 * What is open where the device belongs has closed by then and has been stored, unless that place is behind in its log: windows close
 * when the next has begun and ended, or when the device has been silent for `idleMs`, and are kept to be amended for `amendMs`.
 */
function quietMs({ idleMs, rateHz, window }: DeviceClass): number {
  const { samples, hop, latenessMs, amendMs = 0 } = window;
  return 1.5 * idleMs + ((samples + hop) * 1000) / rateHz + latenessMs + amendMs;
}

function refusedFor(deviceId: string, { place }: Claim): Rejection {
  const found = `device '${deviceId.slice(0, 60)}' belongs to partition ${place}, and its records come here as well`;
  return rejected(
    'other_partition',
    `${found}; key every record by its device id, with one partitioner everywhere (librdkafka: partitioner=murmur2_random)`,
  ).rejection;
}
