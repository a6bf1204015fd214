// What a slice of records produced, until it is sent in one piece.
import { encodeAlert, encodeScoredWindow, type Alert, type Rejection, type ScoredWindow } from '@tocsin/schemas';
import { recordBytes, sendBytesMax, type LogRecord, type OutgoingRecord } from '@tocsin/transport';
import { letterRecord } from './fit-letter.ts';
import { deadLetterId } from './note-rejections.ts';

/** `late`: null or absent where nobody wants what comes too late. */
export type OutputTopics = { windows: string; alerts: string; deadLetter: string; late?: string | null };

/** Record of topic `tocsin.windows`, keyed by device. */
export function windowRecord(topics: OutputTopics, scored: ScoredWindow): OutgoingRecord {
  return { topic: topics.windows, key: scored.deviceId, value: encodeScoredWindow(scored) };
}

/** Record of topic `tocsin.alerts`, keyed by device. */
export function alertRecord(topics: OutputTopics, alert: Alert): OutgoingRecord {
  return { topic: topics.alerts, key: alert.deviceId, value: encodeAlert(alert) };
}

/**
 * A record as it came, with headers that say how many of its samples missed a window for good, and where and of when it is. One that would be
 * too large with them goes without its own headers, or without its value: it lies where the header says.
 */
export function lateRecord(topic: string, record: LogRecord, lateSamples: number): OutgoingRecord {
  const { key, value, headers, timestampMs } = record;
  const said = {
    'tocsin-late-samples': String(lateSamples),
    'tocsin-position': deadLetterId(record),
    'tocsin-timestamp-ms': String(timestampMs),
  };
  const whole = { topic, key, value, headers: { ...headers, ...said } };
  const choices: OutgoingRecord[] = [whole, { ...whole, headers: said }, { ...whole, value: null, headers: said }];
  return choices.find((choice) => recordBytes(choice) <= sendBytesMax) ?? { topic, key: null, value: null, headers: said };
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
