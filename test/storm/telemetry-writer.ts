// The telemetry of a storm on its way into the log: in order, at a steady pace, again and again until the broker has it.
import { setTimeout as sleep } from 'node:timers/promises';
import { TransportError, type LogWriter, type OutgoingRecord } from '@tocsin/transport';
import type { Sent } from '../simulation/telemetry.ts';

/** Records in one request; a request that fails is sent again whole, so the log may hold some of its records twice. */
const chunkRecords = 50;
const stepMs = 50;

export type TelemetryWriter = {
  /** Has the last record been stored? */
  isDone(): boolean;
  /** Resolves when it has. */
  done: Promise<void>;
  /** Requests that had to be sent again. */
  repeated(): number;
  /** Writes what is left at once. */
  hurry(): void;
};

/** `speed`: event time for wall-clock time. Records get the time at which they reach the log by the schedule as their timestamp. */
export function writeTelemetry(
  writer: LogWriter,
  topic: string,
  sent: readonly Sent[],
  pace: { startMs: number; speed: number },
): TelemetryWriter {
  let next = 0;
  let isHurried = false;
  let repeated = 0;
  const beganMs = performance.now();

  async function store(records: readonly OutgoingRecord[]): Promise<void> {
    for (;;) {
      try {
        return await writer.send(records);
      } catch (error) {
        if (!(error instanceof TransportError) || !error.isRetriable) throw error;
        repeated += 1;
        await sleep(200);
      }
    }
  }

  async function write(): Promise<void> {
    while (next < sent.length) {
      const dueMs = isHurried ? Infinity : pace.startMs + (performance.now() - beganMs) * pace.speed;
      const chunk: OutgoingRecord[] = [];
      for (; chunk.length < chunkRecords && next < sent.length && sent[next].atMs <= dueMs; next++)
        chunk.push({ ...sent[next].record, topic, timestampMs: Math.round(sent[next].atMs) });
      if (chunk.length > 0) await store(chunk);
      if (chunk.length < chunkRecords) await sleep(stepMs);
    }
  }

  let isDone = false;
  const done = write().then(() => void (isDone = true));
  // A storm that breaks off closes the writer under it; whoever awaits `done` hears of every failure.
  done.catch(() => undefined);
  return { isDone: () => isDone, done, repeated: () => repeated, hurry: () => void (isHurried = true) };
}
