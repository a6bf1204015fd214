// The map of the live path. One record walks: decode -> window -> extract -> score -> guard -> decide -> teach, and what leaves is
// emitted. Every stage is synchronous; reading, loading, sending and storing happen around the walk, once per slice.
import { readingEndMs, type Alert, type Reading, type Rejection, type ScoredWindow } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { addReading, closeAll, type ClosedWindow } from '@tocsin/windows';
import type { Decode } from './decode.ts';
import type { Extract } from './extract.ts';
import type { Decide } from './decide.ts';
import { noticeSilence, type Guard } from './guard.ts';
import type { Partition, TrackedDevice } from './partition.ts';
import type { Score } from './score.ts';
import type { Teach } from './teach.ts';

/** What leaves the walk. */
export type Emit = {
  rejected(record: LogRecord, rejection: Rejection): void;
  samples(device: TrackedDevice, count: { lateSamples: number; repeatedSamples: number }): void;
  /** A window that was not scored: too full of holes, or emitted before by an earlier owner. */
  passedOver(device: TrackedDevice, outcome: 'gappy' | 'suppressed'): void;
  scored(device: TrackedDevice, scored: ScoredWindow): void;
  alert(device: TrackedDevice, alert: Alert): void;
};

export type Stages = { decode: Decode; extract: Extract; score: Score; guard: Guard; decide: Decide; teach: Teach };

export type Pipeline = {
  decode: Decode;
  /** Walks one reading of a device that the partition has loaded. */
  walk(partition: Partition, record: LogRecord, reading: Reading, emit: Emit): void;
  /** Closes the windows of devices that have been silent for longer than their class allows, in log time. */
  sweep(partition: Partition, offset: number, emit: Emit): void;
};

export function createPipeline({ decode, extract, score, guard, decide, teach }: Stages): Pipeline {
  function closed(partition: Partition, device: TrackedDevice, offset: number, window: ClosedWindow, emit: Emit): void {
    if (offset < partition.emitted || window.window.endMs <= device.state.frontierMs)
      return emit.passedOver(device, 'suppressed');
    const { state } = device;
    if (window.outcome === 'gappy') {
      // Closed is closed: samples that come later must not open it again, whoever meets them.
      state.frontierMs = window.window.endMs;
      state.revision = 0;
      device.isDirty = true;
      return emit.passedOver(device, 'gappy');
    }
    const features = extract(device, window);
    const scored = score(device, window, features, partition.logTimeMs);
    const guarded = guard(device, window, scored);
    const { alert, mayTeach } = decide(device, scored);
    if (mayTeach) teach(device, scored);
    if (mayTeach) guarded.learn();
    if (state.labels.relearning > 0) state.labels = { ...state.labels, relearning: state.labels.relearning - 1 };
    state.frontierMs = scored.endMs;
    state.revision = 0;
    device.isDirty = true;
    emit.scored(device, scored);
    if (alert !== null) emit.alert(device, alert);
    for (const each of guarded.alerts) emit.alert(device, each);
  }

  return {
    decode,
    walk(partition, record, reading, emit) {
      const device = partition.devices.get(reading.deviceId)!;
      if (device.deviceClass.name !== reading.deviceClass) {
        const message = `deviceClass is '${reading.deviceClass}'; device '${reading.deviceId}' is being watched as '${device.deviceClass.name}'`;
        return emit.rejected(record, {
          reason: 'class_changed',
          message: `${message}; give it one class, or let it fall silent first`,
        });
      }
      device.lastSeenMs = Math.max(device.lastSeenMs, record.timestampMs);
      device.lastOffset = record.offset;
      device.skewMs = record.timestampMs - readingEndMs(reading);
      const onWindow = (window: ClosedWindow) => closed(partition, device, record.offset, window, emit);
      emit.samples(device, addReading(device.windows, reading, record.offset, onWindow));
    },
    sweep(partition, offset, emit) {
      for (const device of partition.devices.values()) {
        if (partition.logTimeMs - device.lastSeenMs > device.deviceClass.idleMs)
          closeAll(device.windows, (window) => closed(partition, device, offset, window, emit));
        const alert = offset < partition.emitted ? null : noticeSilence(device, partition.logTimeMs);
        if (alert !== null) emit.alert(device, alert);
      }
    },
  };
}
