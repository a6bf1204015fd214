// Plays many devices side by side: every device at the same share of its own time, however long that is.
import { encodeTelemetry, type Reading } from '@tocsin/schemas';
import type { LogWriter, OutgoingRecord } from '@tocsin/transport';
import type { DemoDevice } from './demo-fleet.ts';

export type Player = {
  /**
   * Sends everything of `devices` up to a share of each one's time, spread over `durationMs` of wall-clock time where that is
   * given. Resolves at the end, or when `signal` says so. May be called again with higher shares.
   */
  playTo(shareOf: (device: DemoDevice) => number, options: { durationMs?: number; signal: AbortSignal; onShare?(share: number): void }): Promise<void>;
  sent(): number;
};

type Track = { device: DemoDevice; next: IteratorResult<Reading> | null; iterator: AsyncIterator<Reading> | Iterator<Reading> };

const batchRecords = 200;

/** `pace.sleep` lets other work in also when it is asked for no time at all. */
export function createPlayer(
  devices: readonly DemoDevice[],
  topic: string,
  writer: LogWriter,
  pace: { now(): number; sleep(ms: number): Promise<void> },
): Player {
  const tracks = devices.map((device): Track => ({ device, next: null, iterator: iteratorOf(device.readings()) }));
  let sent = 0;

  async function flush(batch: OutgoingRecord[]): Promise<void> {
    if (batch.length === 0) return;
    sent += batch.length;
    await writer.send(batch.splice(0));
    await pace.sleep(0);
  }

  return {
    sent: () => sent,
    async playTo(shareOf, { durationMs = 0, signal, onShare }) {
      const active = tracks.filter(({ device, next }) => next?.done !== true && shareOf(device) > 0);
      for (const track of active) track.next ??= await track.iterator.next();
      const from = Math.min(1, ...active.map(shareAt));
      const to = Math.max(0, ...active.map(({ device }) => shareOf(device)));
      const startedMs = pace.now();
      const batch: OutgoingRecord[] = [];
      while (!signal.aborted) {
        const due = active.filter((track) => track.next?.done === false && shareAt(track) < shareOf(track.device));
        if (due.length === 0) break;
        const share = Math.min(...due.map(shareAt));
        const waitMs = durationMs === 0 ? 0 : startedMs + ((share - from) / (to - from || 1)) * durationMs - pace.now();
        if (waitMs > 1) {
          await flush(batch);
          await pace.sleep(waitMs);
        }
        onShare?.(share);
        // Everything within the same half percent goes together: one wait for many devices.
        for (const track of due) {
          while (track.next?.done === false && shareAt(track) <= share + 0.005 && shareAt(track) < shareOf(track.device)) {
            batch.push(telemetryRecord(topic, track.next.value));
            track.next = await track.iterator.next();
            if (batch.length >= batchRecords) await flush(batch);
          }
        }
      }
      await flush(batch);
    },
  };
}

function shareAt({ device, next }: Track): number {
  return next?.done === false ? (next.value.startMs - device.startMs) / (device.endMs - device.startMs) : 1;
}

function telemetryRecord(topic: string, reading: Reading): OutgoingRecord {
  return { topic, key: reading.deviceId, value: encodeTelemetry(reading) };
}

function iteratorOf(readings: AsyncIterable<Reading> | Iterable<Reading>): AsyncIterator<Reading> | Iterator<Reading> {
  return Symbol.asyncIterator in readings ? readings[Symbol.asyncIterator]() : readings[Symbol.iterator]();
}
