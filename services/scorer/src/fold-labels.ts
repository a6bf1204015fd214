// Puts operators' labels into effect on the devices of a partition, between two slices.
import { closeByVerdict, forgetClosed, idKey, pendingLabels, settle, type LabelOutcome } from '@tocsin/decisions';
import { momentsOf } from '@tocsin/models';
import type { Label } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { remodel } from './device-model.ts';
import { closeGuards } from './guard.ts';
import { judgeSubject } from './judge-subject.ts';
import type { LabelBook } from './label-book.ts';
import type { Meter } from './meter.ts';
import type { Partition, TrackedDevice } from './partition.ts';
import { owe } from './owed-alerts.ts';
import type { OnBlock } from './quarantine.ts';
import { isLabelWatched, stopWatching, watchLabel } from './take-back.ts';

/**
 * `next` is the record that is walked next. Returns how many devices are dirty now. Alerts that were closed are owed from now on: they are in
 * the state that is stored, and said after that.
 */
export type FoldLabels = (partition: Partition, next: LogRecord) => number;

/**
 * A label takes effect only where nobody can have emitted what follows (`freshFrom`), and is stored before anything that
 * depends on it is sent: so a window is scored under the same labels however often it is computed.
 */
export function createFoldLabels(book: LabelBook, meter: Pick<Meter, 'label' | 'block'>): FoldLabels {
  const onBlock: OnBlock = ({ deviceClass }, outcome) => meter.block(deviceClass.name, outcome);
  return (partition, next) => {
    if (next.offset < partition.freshFrom) return 0;
    const logTimeMs = Math.max(partition.logTimeMs, next.timestampMs);
    const revision = book.revision();
    let changed = 0;
    for (const device of partition.devices.values()) {
      if (device.labelsSeen === revision) continue;
      device.labelsSeen = revision;
      const pending = pendingLabels(device.state.labels, book.labelsOf(device.state.deviceId));
      if (pending.length === 0) continue;
      const outcomes = pending.map((label) => foldLabel(device, label, logTimeMs, onBlock));
      outcomes.forEach(meter.label);
      if (!outcomes.includes('applied')) continue;
      remodel(device);
      device.state.revision += 1;
      device.isDirty = true;
      changed += 1;
    }
    return changed;
  };
}

function foldLabel(device: TrackedDevice, label: Label, logTimeMs: number, onBlock: OnBlock): LabelOutcome {
  const { state } = device;
  const { support, incident: was } = state;
  const before = { ...momentsOf(support), learned: support.learned };
  const subject = judgeSubject(device, label, onBlock);
  // Whatever it is about, a later verdict may end maintenance or, where it takes another one back, bring it back.
  const isUnderIt = state.labels.maintenance !== null || settle(state.labels, label, logTimeMs).maintenance !== null;
  if (subject === null && !isUnderIt) return 'unknown_subject';
  if (subject !== null && label.verdict !== 'maintenance' && isLabelWatched(device)) stopWatching(device);
  if (subject?.hasTaught === true && was.open === null) watchLabel(device, idKey(label.subjectId), before);
  state.labels = settle(state.labels, label, logTimeMs);
  if (label.verdict === 'maintenance' || label.verdict === 'false-alarm') state.incident = forgetClosed(state.incident);
  const isOver = label.verdict === 'maintenance' || (label.verdict === 'false-alarm' && subject?.isOpenAlert === true);
  if (isOver) {
    const { deviceId } = state;
    const facts = {
      deviceId,
      deviceClass: state.deviceClass,
      modelVersion: state.modelVersion,
      supportWindows: state.support.learned,
    };
    const { incident, alert } = closeByVerdict(state.incident, label, facts);
    state.incident = incident;
    if (alert !== null) owe(device, [alert]);
  }
  owe(device, closeGuards(device, label, idKey(label.subjectId)));
  return 'applied';
}
