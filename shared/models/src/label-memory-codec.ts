// The part of a stored device state that labels need. Bounded, so that a state stays small whatever operators say.
//
//   u8 windows { key window, alert | u8 standing | f64 weight, learnedAt | f32 features[d] }
//   u8 verdicts { key subject, label | f64 atMs | u8 verdict } | f64 settledMs | u8 maintenance? [f64 since, until]
//   u8 relearning | u32 reservoir keys | key each
import { labelLimits, labelVerdicts, type LabelMemory, type RememberedWindow } from '@tocsin/schemas';
import type { ByteReader, ByteWriter } from './byte-cursor.ts';
import { CodecError } from './codec-error.ts';

const standings: readonly RememberedWindow['standing'][] = ['suspect', 'normal', 'anomaly'];
const windowBytes = 2 * 8 + 1 + 2 * 8;
const verdictBytes = 2 * 8 + 8 + 1;
const fixedBytes = 1 + 1 + 8 + 1 + 1 + 4;
const maintenanceBytes = 16;

export function labelMemoryBytes({ windows, verdicts: standing, maintenance, reservoirKeys }: LabelMemory): number {
  const features = windows.reduce((sum, window) => sum + window.features.length, 0);
  const lists = windows.length * windowBytes + 4 * features + standing.length * verdictBytes + 8 * reservoirKeys.length;
  return fixedBytes + lists + (maintenance === null ? 0 : maintenanceBytes);
}

/** Most bytes of a memory of `d` features and `reservoirWindows` support windows. */
export function labelMemoryBytesMax(d: number, reservoirWindows: number): number {
  const windows = labelLimits.windows * (windowBytes + 4 * d);
  return fixedBytes + windows + labelLimits.verdicts * verdictBytes + 8 * reservoirWindows + maintenanceBytes;
}

export function writeLabelMemory(writer: ByteWriter, memory: LabelMemory): void {
  writer.u8(memory.windows.length);
  for (const { windowKey, alertKey, standing, weight, learnedAt, features } of memory.windows) {
    writer.key(windowKey, 'labels.windowKey');
    writer.key(alertKey, 'labels.alertKey');
    writer.u8(standings.indexOf(standing));
    writer.f64(weight, 'labels.weight');
    writer.f64(learnedAt, 'labels.learnedAt');
    writer.f32s(features, 'labels.features');
  }
  writer.u8(memory.verdicts.length);
  for (const { subjectKey, labelKey, atMs, verdict } of memory.verdicts) {
    writer.key(subjectKey, 'labels.subjectKey');
    writer.key(labelKey, 'labels.labelKey');
    writer.f64(atMs, 'labels.atMs');
    writer.u8(labelVerdicts.indexOf(verdict));
  }
  writer.f64(memory.settledMs, 'labels.settledMs', -Infinity);
  writer.u8(memory.maintenance === null ? 0 : 1);
  if (memory.maintenance !== null) {
    writer.f64(memory.maintenance.sinceMs, 'labels.maintenance.sinceMs');
    writer.f64(memory.maintenance.untilMs, 'labels.maintenance.untilMs');
  }
  writer.u8(memory.relearning);
  writer.u32(memory.reservoirKeys.length);
  for (const key of memory.reservoirKeys) writer.key(key, 'labels.reservoirKeys');
}

/** Throws CodecError. */
export function readLabelMemory(reader: ByteReader, d: number): LabelMemory {
  const times = <T>(count: number, read: () => T): T[] => Array.from({ length: count }, read);
  return {
    windows: times(reader.u8('labels.windows'), () => ({
      windowKey: reader.key('labels.windowKey'),
      alertKey: reader.key('labels.alertKey'),
      standing: oneOf(standings, reader.u8('labels.standing'), 'labels.standing'),
      weight: reader.f64('labels.weight'),
      learnedAt: reader.f64('labels.learnedAt'),
      features: reader.f32s(d, 'labels.features'),
    })),
    verdicts: times(reader.u8('labels.verdicts'), () => ({
      subjectKey: reader.key('labels.subjectKey'),
      labelKey: reader.key('labels.labelKey'),
      atMs: reader.f64('labels.atMs'),
      verdict: oneOf(labelVerdicts, reader.u8('labels.verdict'), 'labels.verdict'),
    })),
    settledMs: reader.f64('labels.settledMs', -Infinity),
    maintenance:
      reader.u8('labels.maintenance') === 0
        ? null
        : { sinceMs: reader.f64('labels.maintenance.sinceMs'), untilMs: reader.f64('labels.maintenance.untilMs') },
    relearning: reader.u8('labels.relearning'),
    reservoirKeys: times(reader.u32('labels.reservoirKeys'), () => reader.key('labels.reservoirKeys')),
  };
}

function oneOf<T>(values: readonly T[], index: number, name: string): T {
  const value = values[index];
  if (value === undefined) throw new CodecError('malformed', `${name}: ${index}, expected 0 to ${values.length - 1}`);
  return value;
}
