// What a slice of records produced, until it is sent in one piece.
import { encodeAlert, encodeScoredWindow, type Alert, type Rejection, type ScoredWindow } from '@tocsin/schemas';
import type { LogRecord, OutgoingRecord } from '@tocsin/transport';
import { letterRecord } from './fit-letter.ts';
import { deadLetterId } from './note-rejections.ts';

export type OutputTopics = { windows: string; alerts: string; deadLetter: string };

/** Record of topic `tocsin.windows`, keyed by device. */
export function windowRecord(topics: OutputTopics, scored: ScoredWindow): OutgoingRecord {
  return { topic: topics.windows, key: scored.deviceId, value: encodeScoredWindow(scored) };
}

/** Record of topic `tocsin.alerts`, keyed by device. */
export function alertRecord(topics: OutputTopics, alert: Alert): OutgoingRecord {
  return { topic: topics.alerts, key: alert.deviceId, value: encodeAlert(alert) };
}

/** A refused record with its bytes, reason and position; key and headers as they came, unless all of that is too large. */
export function deadLetterRecord(topics: OutputTopics, record: LogRecord, rejection: Rejection): OutgoingRecord {
  const { topic, partition, offset, timestampMs, key, value, headers } = record;
  const letter = {
    id: deadLetterId(record),
    // Only a device that is being watched already has a class or a clock to differ from.
    stage: rejection.reason === 'class_changed' || rejection.reason === 'clock_leap' ? 'window' : 'decode',
    reason: rejection.reason,
    error: rejection.message,
    topic,
    partition,
    offset,
    timestampMs,
    key,
    value,
    headers,
  };
  return letterRecord(topics.deadLetter, letter);
}
