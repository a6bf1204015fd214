// The map of the live path. One record walks: decode -> window -> extract -> score -> guard -> decide -> teach, and what leaves is
// emitted. Every stage is synchronous; reading, loading, sending and storing happen around the walk, once per slice.
import { readingEndMs, type Alert, type Reading, type Rejection, type ScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import {
  addReading,
  type AddResult,
  closeAll,
  followClock,
  forgetClock,
  leapBoundMs,
  type Arrival,
  type ClosedWindow,
  type OnWindow,
} from '@tocsin/windows';
import { createAmend, noFeatures, wasAmended } from './amend.ts';
import type { Decode } from './decode.ts';
import type { Extract } from './extract.ts';
import type { Decide } from './decide.ts';
import { noticeSilence, type Guard } from './guard.ts';
import type { KeepWindow } from './keep-windows.ts';
import { letGo, sealAsStored } from './let-go.ts';
import type { Partition, Received, TrackedDevice } from './partition.ts';
import type { Score } from './score.ts';
import { excusePause } from './silence.ts';
import type { Teach } from './teach.ts';

/** What leaves the walk. */
export type Emit = {
  /** `decidedAt` is the offset by which the rejection was known, where it was not known at once. */
  rejected(record: LogRecord, rejection: Rejection, decidedAt?: number): void;
  samples(device: TrackedDevice, received: Received, count: AddResult): void;
  /** The reading shows that its device's clock was set back. */
  setBack(device: TrackedDevice, received: Received): void;
  /** A window of which nothing is said: too full of holes, or emitted before by an earlier owner. */
  passedOver(device: TrackedDevice, outcome: 'gappy' | 'suppressed', endMs: number, offset: number): void;
  scored(device: TrackedDevice, scored: ScoredWindow): void;
  alert(device: TrackedDevice, alert: Alert): void;
};

export type Stages = {
  decode: Decode;
  extract: Extract;
  score: Score;
  guard: Guard;
  decide: Decide;
  teach: Teach;
  /** Absent where nobody wants to see samples. */
  keep?: KeepWindow | undefined;
};

export type Pipeline = {
  decode: Decode;
  /** Walks one reading of a device that the partition has loaded. */
  walk(partition: Partition, record: LogRecord, reading: Reading, emit: Emit): void;
  /**
   * Closes the windows of devices that have been silent for longer than their class allows, in log time. `beforeMs`: log time before the
   * record at `offset`.
   */
  sweep(partition: Partition, beforeMs: number, offset: number, emit: Emit): void;
};

export function createPipeline({ decode, extract, score, guard, decide, teach, keep }: Stages): Pipeline {
  const amend = createAmend(extract, score);

  function closed(partition: Partition, device: TrackedDevice, offset: number, window: ClosedWindow, emit: Emit): void {
    const { endMs } = window.window;
    if (offset < partition.emitted || endMs <= device.state.frontierMs)
      return emit.passedOver(device, 'suppressed', endMs, offset);
    const { state } = device;
    if (window.outcome === 'gappy') {
      // Closed is closed: samples that come later must not open it again, whoever meets them.
      moveOn(device, endMs);
      if (device.deviceClass.window.onGap !== 'mark') return emit.passedOver(device, 'gappy', endMs, offset);
      return emit.scored(device, score(device, window, noFeatures, partition.logTimeMs));
    }
    const features = extract(device, window);
    const scored = score(device, window, features, partition.logTimeMs);
    const guarded = guard(device, window, scored, partition.logTimeMs);
    const { alert, mayTeach } = decide(device, scored);
    if (mayTeach) teach(device, scored);
    if (mayTeach) guarded.learn();
    if (state.labels.relearning > 0) state.labels = { ...state.labels, relearning: state.labels.relearning - 1 };
    moveOn(device, scored.endMs);
    emit.scored(device, scored);
    for (const each of alert === null ? guarded.alerts : [alert, ...guarded.alerts]) {
      keep?.(each, scored.windowId, window.window, device.deviceClass);
      emit.alert(device, each);
    }
  }

  /** What becomes of the windows of a device at one record. Which of them were amended before, the state says as it is now. */
  function atRecord(partition: Partition, device: TrackedDevice, offset: number, emit: Emit): OnWindow {
    const isSaid = wasAmended(partition, device, offset);
    return (window) => {
      if (window.revision === 0) closed(partition, device, offset, window, emit);
      else if (isSaid) emit.passedOver(device, 'suppressed', window.window.endMs, offset);
      else amend(partition, device, offset, window, emit);
    };
  }

  /** A reading that had to wait is needed from its own place on, wherever its windows close. */
  function take(device: TrackedDevice, received: Received, onWindow: OnWindow, emit: Emit): void {
    const { record, reading } = received;
    device.skewMs = record.timestampMs - readingEndMs(reading);
    emit.samples(device, received, addReading(device.windows, reading, record.offset, onWindow));
  }

  return {
    decode,
    walk(partition, record, reading, emit) {
      const device = partition.devices.get(reading.deviceId)!;
      if (device.deviceClass.name !== reading.deviceClass) return emit.rejected(record, classRejection(device, reading));
      if (device.lastOffset < 0) sealAsStored(device);
      device.lastSeenMs = partition.logTimeMs;
      device.lastOffset = record.offset;
      const received = { record, reading };
      const verdict = followClock(device.clock, arrivalOf(received), leapBoundMs(device.deviceClass));
      for (const leapt of verdict.refused) emit.rejected(leapt.item.record, leapRejection(leapt), record.offset);
      const onWindow = atRecord(partition, device, record.offset, emit);
      for (const { item } of verdict.released) take(device, item, onWindow, emit);
      if (verdict.isTaken) take(device, received, onWindow, emit);
      if (verdict.isSetBack) emit.setBack(device, received);
    },
    sweep(partition, beforeMs, offset, emit) {
      for (const device of partition.devices.values()) {
        const silenceMs = partition.logTimeMs - device.lastSeenMs;
        if (silenceMs > device.deviceClass.idleMs) {
          for (const leapt of forgetClock(device.clock)) emit.rejected(leapt.item.record, leapRejection(leapt), offset);
          closeAll(device.windows, atRecord(partition, device, offset, emit));
        }
        letGo(device, silenceMs);
        excusePause(device, beforeMs, partition.logTimeMs);
        const alert = offset < partition.emitted ? null : noticeSilence(device, partition.logTimeMs);
        if (alert !== null) emit.alert(device, alert);
      }
    },
  };
}

/** The window that ends then has closed. */
function moveOn(device: TrackedDevice, endMs: number): void {
  const { state, lastSeenMs } = device;
  state.frontierMs = endMs;
  state.revision = 0;
  if (state.claim !== undefined) state.claim = { ...state.claim, seenMs: Math.max(state.claim.seenMs, lastSeenMs) };
  device.isDirty = true;
}

function classRejection({ deviceClass }: TrackedDevice, reading: Reading): Rejection {
  const found = `deviceClass is '${reading.deviceClass}'; device '${reading.deviceId}' is being watched as '${deviceClass.name}'`;
  return { reason: 'class_changed', message: `${found}; give it one class, or let it fall silent first` };
}

function arrivalOf(received: Received): Arrival<Received> {
  const { record, reading } = received;
  return {
    startMs: reading.startMs,
    endMs: readingEndMs(reading),
    logMs: record.timestampMs,
    offset: record.offset,
    item: received,
  };
}

function leapRejection({ startMs, item: { reading } }: Arrival<Received>): Rejection {
  const found = `startMs is ${new Date(startMs).toISOString()}, where device '${reading.deviceId}' did not go on`;
  return { reason: 'clock_leap', message: `${found}; its other readings have other times; check the device clock` };
}
