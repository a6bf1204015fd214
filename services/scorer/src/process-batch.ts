// One batch of one partition, in the order that makes a crash at any point harmless: send, store, then commit.
import {
  placeOf,
  readingEndMs,
  type Alert,
  type Decoded,
  type Reading,
  type Rejection,
  type ScoredWindow,
} from '@tocsin/schemas';
import type { BatchHandler, LogRecord, LogWriter, OutgoingRecord, RecordBatch } from '@tocsin/transport';
import { firstNeededOffset } from '@tocsin/windows';
import type { Meter, WindowOutcome } from './meter.ts';
import type { NoteConflict } from './note-conflicts.ts';
import type { NoteLate } from './note-late.ts';
import type { NoteRejection } from './note-rejections.ts';
import { alertRecord, deadLetterRecord, lateRecord, windowRecord, type OutputTopics } from './outputs.ts';
import { commitOf, noteFall, resumePartition, type Partition, type Received } from './partition.ts';
import { admitDevices } from './admit-devices.ts';
import { beatWhile, type Every } from './beat-while.ts';
import { refuseOthers } from './claims.ts';
import { cutSlices } from './cut-slices.ts';
import type { FoldLabels } from './fold-labels.ts';
import { owedBy } from './owed-alerts.ts';
import type { Emit, Pipeline } from './pipeline.ts';
import { untilReachable, type Wait } from './retry.ts';
import type { DeviceLoader } from './load-devices.ts';
import type { SettleBundles } from './settle-bundles.ts';
import { awaitsSilence } from './silence.ts';
import { StateConflict, type StoreDevices } from './store-devices.ts';
import type { WriterSchemas } from './writer-schemas.ts';

export type BatchParts = {
  pipeline: Pipeline;
  schemas: WriterSchemas | null;
  loadDevices: DeviceLoader;
  settleBundles: SettleBundles;
  foldLabels: FoldLabels;
  storeDevices: StoreDevices;
  writer: LogWriter;
  topics: OutputTopics;
  meter: Meter;
  noteRejection: NoteRejection;
  noteLate: NoteLate;
  noteConflict: NoteConflict;
  /** Records walked between two sends; bounds memory. */
  sliceRecords: number;
  /** A walk of so long ends after the record at hand, milliseconds: nothing else happens meanwhile, no heartbeat either. */
  walkMaxMs: number;
  commitEveryMs: number;
  /** Devices that a partition may hold. */
  devicesMax: number;
  /** Digest of the classes. */
  classes: number;
  /** Log time between two looks for silent devices, milliseconds. */
  sweepMs: number;
  wait: Pick<Wait, 'now' | 'sleep' | 'giveUpMs'>;
  every: Every;
  onWaiting(error: unknown, attempt: number): void;
};

/** Thrown inside a batch whose partition was lost while it waited; the reader starts over. */
class PartitionLost extends Error {}

export type PartitionsHandler = BatchHandler & {
  partitions: ReadonlyMap<string, Partition>;
  /** Forgets all other partitions, with their devices: a batch of theirs that is still under way is stale. */
  keepOnly(held: readonly { topic: string; partition: number }[]): void;
};

export function createBatchHandler(parts: BatchParts): PartitionsHandler {
  const partitions = new Map<string, Partition>();
  const handler: BatchHandler = async (batch) => {
    const partition = partitionOf(partitions, batch, parts.classes);
    try {
      // Whoever was let go of may have fetched records that somebody else has begun to score under another bundle or label.
      await stillOurs(batch);
      for (const slice of cutSlices(batch.records, parts.sliceRecords)) {
        for (let rest = slice; rest.length > 0;) {
          const walked = await processSlice(parts, partition, batch, rest);
          rest = rest.slice(walked);
          await batch.heartbeat();
          // Also between slices: whoever takes over from a member that died in a long batch says again only what is not committed.
          await commitIfDue(parts, partition, batch);
        }
      }
    } catch (error) {
      if (error instanceof PartitionLost) return;
      if (error instanceof StateConflict) parts.noteConflict(placeOf(batch), error.deviceIds);
      throw error;
    }
  };
  const keepOnly: PartitionsHandler['keepOnly'] = (held) => {
    const keys = new Set(held.map(placeOf));
    for (const key of partitions.keys()) if (!keys.has(key)) partitions.delete(key);
  };
  return Object.assign(handler, { partitions, keepOnly });
}

function partitionOf(partitions: Map<string, Partition>, batch: RecordBatch, classes: number): Partition {
  const key = placeOf(batch);
  const known = partitions.get(key);
  if (known !== undefined && known.epoch === batch.epoch) return known;
  const fresh = resumePartition(batch.epoch, batch.resumedFrom, batch.endOffset, classes);
  partitions.set(key, fresh);
  return fresh;
}

/** Resolves with how many of the records were walked: all of them, unless that would take too long at one go. */
async function processSlice(
  parts: BatchParts,
  partition: Partition,
  batch: RecordBatch,
  records: readonly LogRecord[],
): Promise<number> {
  const { pipeline, schemas, meter, wait } = parts;
  if (schemas !== null) await reach(parts, batch, () => schemas.prepare(records.map((record) => record.value)));
  const admitted = meter.timed('decode', () => admitDevices(partition, records.map(pipeline.decode), parts.devicesMax));
  await reach(parts, batch, () => parts.loadDevices(partition, receivedOf(records, admitted)));
  const decoded = refuseOthers(partition, records, admitted);
  const readings = decoded.flatMap((each) => ('reading' in each ? [each.reading] : []));
  await prepare(parts, partition, batch, records[0], readings);

  const outgoing: OutgoingRecord[] = [];
  const said: Said = { windows: [], alerts: [] };
  const emit = createEmit(parts, partition, outgoing, said);
  const walked = meter.timed('walk', () => {
    const endMs = wait.now() + parts.walkMaxMs;
    let at = 0;
    do {
      const record = records[at];
      const each = decoded[at];
      meter.record(record);
      advanceLogTime(parts, partition, record, emit);
      if ('reading' in each) pipeline.walk(partition, record, each.reading, emit);
      else emit.rejected(record, each.rejection, decidedAt(record, each.rejection));
      partition.next = record.offset + 1;
      at += 1;
    } while (at < records.length && wait.now() < endMs);
    return at;
  });
  if (outgoing.length > 0) await reach(parts, batch, () => meter.timedAsync('send', () => parts.writer.send(outgoing)));
  meter.windowsSent(said.windows);
  meter.alertsSent(said.alerts);
  await reach(parts, batch, () => meter.timedAsync('store', () => parts.storeDevices(partition)));
  partition.emitted = Math.max(partition.emitted, partition.next);
  forgetSilentDevices(partition);
  return walked;
}

function receivedOf(records: readonly LogRecord[], decoded: readonly Decoded[]): Received[] {
  return decoded.flatMap((each, i) => ('reading' in each ? [{ record: records[i], reading: each.reading }] : []));
}

/** Who holds other devices, or comes at another time, refuses other ones: then a letter more, rather than one that nobody has sent. */
function decidedAt(record: LogRecord, { reason }: Rejection): number {
  const isOfNow = reason === 'too_many_devices' || reason === 'other_partition' || reason === 'newer_state';
  return isOfNow ? Infinity : record.offset;
}

/**
 * Stored before the slice is walked: what follows from a bundle or a label is never in the log without the store naming it. Who comes next,
 * and was given the partition after that, finds it there, with what is still to be said of it; who comes before is not let past.
 */
async function prepare(
  parts: BatchParts,
  partition: Partition,
  batch: RecordBatch,
  next: LogRecord,
  readings: readonly Reading[],
): Promise<void> {
  const settled = await reach(parts, batch, () => parts.settleBundles(partition, next, readings));
  const changed = parts.foldLabels(partition, next);
  if (settled + changed > 0) {
    await reach(parts, batch, () => parts.meter.timedAsync('store', () => parts.storeDevices(partition)));
    await stillOurs(batch);
  }
  const { alerts, strikeOff } = owedBy(partition.devices.values());
  if (alerts.length === 0) return;
  const outgoing = alerts.map((alert) => alertRecord(parts.topics, alert));
  await reach(parts, batch, () => parts.meter.timedAsync('send', () => parts.writer.send(outgoing)));
  parts.meter.alertsSent(alerts);
  strikeOff();
}

/** Asks the group, at most as long ago as its session lasts. */
async function stillOurs(batch: RecordBatch): Promise<void> {
  await batch.heartbeat();
  if (batch.isStale()) throw new PartitionLost();
}

/** Whatever is lost while waiting for a broken world ends the batch without sending or committing anything more. */
async function reach<T>(parts: BatchParts, batch: RecordBatch, call: () => Promise<T>): Promise<T> {
  let isAgain = false;
  // Whoever was frozen while the store was away may have been let go of since: what it stores then would speak for a later owner.
  const whileOurs = async () => {
    if (isAgain) await batch.heartbeat();
    isAgain = true;
    if (batch.isStale()) throw new PartitionLost();
    return call();
  };
  const wait = { ...parts.wait, onRetry: parts.onWaiting };
  const result = await beatWhile(parts.every, batch.heartbeat, () => untilReachable(whileOurs, wait));
  if (batch.isStale()) throw new PartitionLost();
  return result;
}

/** Windows and alerts among what is to be sent. */
type Said = { windows: ScoredWindow[]; alerts: Alert[] };

function createEmit(
  { meter, topics, noteRejection, noteLate }: BatchParts,
  partition: Partition,
  outgoing: OutgoingRecord[],
  { windows, alerts }: Said,
): Emit {
  return {
    rejected(record, rejection, knownAt = record.offset) {
      if (knownAt < partition.emitted) return;
      meter.rejected(rejection.reason);
      noteRejection(record, rejection);
      outgoing.push(deadLetterRecord(topics, record, rejection));
    },
    samples({ deviceClass, clock }, { record, reading }, count) {
      meter.samples(deviceClass.name, { ...count, samples: reading.samples.length / reading.channels.length });
      if (count.lateSamples === 0 || record.offset < partition.emitted) return;
      noteLate(reading.deviceId, 'late', clock.headMs - readingEndMs(reading));
      const { late = null } = topics;
      if (late !== null) outgoing.push(lateRecord(late, record, count.lateSamples));
    },
    setBack({ deviceClass, clock }, { record, reading }) {
      if (record.offset < partition.emitted) return;
      meter.setBack(deviceClass.name);
      noteLate(reading.deviceId, 'set_back', clock.headMs - readingEndMs(reading));
    },
    passedOver({ deviceClass, state }, outcome, endMs, offset) {
      meter.window(deviceClass.name, outcome);
      // What was in the log when we came may have been emitted by whoever was here before: that is as it should be.
      if (outcome === 'suppressed' && offset >= partition.freshFrom)
        noteLate(state.deviceId, 'suppressed', state.frontierMs - endMs);
    },
    scored(device, scored) {
      meter.window(device.deviceClass.name, outcomeOf(scored));
      if (scored.confidence !== undefined) meter.confidence(device.deviceClass.name, scored.confidence);
      windows.push(scored);
      outgoing.push(windowRecord(topics, scored));
    },
    alert(_device, alert) {
      alerts.push(alert);
      outgoing.push(alertRecord(topics, alert));
    },
  };
}

function outcomeOf({ revision, flags, score }: ScoredWindow): WindowOutcome {
  if (revision !== undefined) return 'amended';
  if (flags.includes('gappy')) return 'gappy';
  return score === null ? 'cold' : 'scored';
}

/** Looks for silent devices at fixed steps of log time, so that a replay closes their windows at the same offsets. */
function advanceLogTime({ pipeline, sweepMs }: BatchParts, partition: Partition, record: LogRecord, emit: Emit): void {
  if (record.timestampMs < partition.logTimeMs) noteFall(partition, record.offset);
  if (record.timestampMs <= partition.logTimeMs) return;
  const beforeMs = partition.logTimeMs;
  const isDue = Math.floor(record.timestampMs / sweepMs) > Math.floor(beforeMs / sweepMs);
  partition.logTimeMs = record.timestampMs;
  if (isDue) pipeline.sweep(partition, beforeMs, record.offset, emit);
}

function forgetSilentDevices(partition: Partition): void {
  for (const [deviceId, { untilMs }] of partition.refused) if (untilMs < partition.logTimeMs) partition.refused.delete(deviceId);
  for (const [deviceId, device] of partition.devices) {
    const isSilent = partition.logTimeMs - device.lastSeenMs > device.deviceClass.idleMs;
    const { windows, clock, isDirty } = device;
    // Its clock is forgotten by a sweep, at the same record for everybody; stretches of the log that it makes unsafe are remembered until nobody resumes there.
    const isDone = firstNeededOffset(windows) === Infinity && clock.headMs === -Infinity && clock.unsafe.length === 0 && !isDirty;
    if (isSilent && isDone && !awaitsSilence(device)) partition.devices.delete(deviceId);
  }
}

async function commitIfDue(parts: BatchParts, partition: Partition, batch: RecordBatch): Promise<void> {
  const nowMs = parts.wait.now();
  const sinceMs = nowMs - partition.committedAtMs;
  // Below zero where the machine's clock was set back: nobody is to wait until it has caught up.
  if (sinceMs >= 0 && sinceMs < parts.commitEveryMs) return;
  const commit = commitOf(partition);
  if (commit === null) return;
  await beatWhile(parts.every, batch.heartbeat, () => batch.commit(commit));
  partition.committed = commit.offset;
  partition.committedAtMs = nowMs;
}
