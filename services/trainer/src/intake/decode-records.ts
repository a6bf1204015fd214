// From records of our own topics to what the store takes. A record that cannot be read, or says nothing to the trainer, is no item.
import { decodeAlert, decodeLabel, decodeScoredWindow, type Label } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import type { StoreItem } from '../episode-store/episode-store.ts';
import { whyRefused, type Layout, type Refusal } from './why-refused.ts';

export type IntakeTopics = { windows: string; alerts: string; labels: string };

export type Decoded = {
  items: { offset: number; item: StoreItem }[];
  refused: { deviceClass: string; reason: Refusal }[];
  /** The first record that cannot be read, and how many there are. */
  broken: { records: number; offset: number; error: string } | null;
};

/** `layoutOf`: null for a class that is not ours; `versionOf`: of the bundle in use, 0 for none. */
export type ClassesInUse = { layoutOf(deviceClass: string): Layout | null; versionOf(deviceClass: string): number };

/**
 * A window is new where the bundle in use scored it: where the store was lost and the topic is read again, what an earlier bundle
 * scored has taught already.
 */
export function decodeRecords(records: readonly LogRecord[], topics: IntakeTopics, classes: ClassesInUse): Decoded {
  const decoded: Decoded = { items: [], refused: [], broken: null };
  for (const record of records) {
    try {
      const item = itemOf(record, topics, classes, decoded.refused);
      if (item !== null) decoded.items.push({ offset: record.offset, item });
    } catch (error) {
      decoded.broken ??= { records: 0, offset: record.offset, error: String(error) };
      decoded.broken.records += 1;
    }
  }
  return decoded;
}

/** What a device is to forget says nothing of how its windows looked. */
function labelItem(label: Label): StoreItem | null {
  return label.verdict === 'rollback' ? null : { kind: 'label', label };
}

function itemOf(
  { topic, value }: LogRecord,
  topics: IntakeTopics,
  classes: ClassesInUse,
  refused: Decoded['refused'],
): StoreItem | null {
  if (value === null) return null;
  if (topic === topics.alerts) return { kind: 'alert', alert: decodeAlert(value) };
  if (topic === topics.labels) return labelItem(decodeLabel(value));
  const window = decodeScoredWindow(value);
  const { deviceClass } = window;
  const layout = classes.layoutOf(deviceClass);
  if (layout === null) return null;
  const reason = whyRefused(window, layout);
  if (reason === null)
    return { kind: 'window', window, d: layout.d, isNew: window.modelVersion >= classes.versionOf(deviceClass) };
  refused.push({ deviceClass, reason });
  return null;
}
