// Reads the dead-letter topic from its start to where it ends now: letters, and marks of those that were sent again.
import { decodeDeadLetter, decodeRedrive, redriveCodec, type DeadLetter, type Redrive } from '@tocsin/schemas';
import type { LogRecord, TopicInfo, Transport } from '@tocsin/transport';
import { scanTopic, type ScanOptions as TopicScan } from '../scan-topic.ts';

/** A letter, the time at which it was written, and its partition in the dead-letter topic. */
export type FoundLetter = { letter: DeadLetter; refusedAtMs: number; partition: number };

/** What lies in the topic. Anything else than letters and marks is `unreadable`. */
export type Entry = ({ kind: 'letter' } & FoundLetter) | { kind: 'redrive'; redrive: Redrive } | { kind: 'unreadable' };

export type ScanOptions = Omit<TopicScan, 'onRecords'> & {
  /** One batch at a time, in the order of each partition, each entry once. What it throws ends the scan. */
  onEntries(entries: readonly Entry[]): void | Promise<void>;
};

/** As `scanTopic`. */
export function scanLetters(transport: Transport, info: TopicInfo, { onEntries, ...options }: ScanOptions): Promise<void> {
  return scanTopic(transport, info, { ...options, onRecords: (records) => onEntries(records.map(entryOf)) });
}

function entryOf({ value, timestampMs, partition }: LogRecord): Entry {
  if (value === null) return { kind: 'unreadable' };
  try {
    if (redriveCodec.recognises(value)) return { kind: 'redrive', redrive: decodeRedrive(value) };
    return { kind: 'letter', letter: decodeDeadLetter(value), refusedAtMs: timestampMs, partition };
  } catch {
    return { kind: 'unreadable' };
  }
}
