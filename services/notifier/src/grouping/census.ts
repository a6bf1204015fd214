// How many devices a class has: those that sent a window lately. Reads the topic of windows, but looks into few of them.
import { randomUUID } from 'node:crypto';
import { awakeForMs } from '@tocsin/decisions';
import { decodeScoredWindow } from '@tocsin/schemas';
import type { LogReader, RecordBatch, Transport } from '@tocsin/transport';

export type Census = {
  start(): Promise<void>;
  /** Devices heard of within the last half hour. */
  devicesOf(deviceClass: string): number;
  /** Have windows come for long enough, and until now, to have heard of everybody? */
  isSettled(): boolean;
  status: LogReader['status'];
  stop(): Promise<void>;
};

export type CensusOptions = { transport: Transport; topic: string; groupId: string; devicesMax: number; now(): number };

/** Records of every partition that it begins with. */
const readBack = 5000;
/** A device that was seen so lately need not be looked at again. */
const lookAgainMs = 60_000;
const settledAfterMs = 5 * 60_000;
const countEveryMs = 1000;
/** Where no window has come for so long nobody is counted out: it is the line that is silent, not everybody. */
const silentMs = 5 * 60_000;

/** Every process counts by itself: with a group of its own, and without keeping a position. */
export function createCensus({ transport, topic, groupId, devicesMax, now }: CensusOptions): Census {
  const devices = new Map<string, { deviceClass: string; seenMs: number }>();
  let counts = new Map<string, number>();
  let countedMs = -Infinity;
  /** Since when windows have come, and when the last one did. */
  let sinceMs = Infinity;
  let heardMs = -Infinity;

  function count(): void {
    counts = new Map();
    countedMs = now();
    for (const [deviceId, { deviceClass, seenMs }] of devices) {
      if (countedMs - seenMs > awakeForMs) devices.delete(deviceId);
      else counts.set(deviceClass, (counts.get(deviceClass) ?? 0) + 1);
    }
  }

  async function take({ records }: RecordBatch): Promise<void> {
    const atMs = now();
    if (atMs - heardMs > silentMs) sinceMs = atMs;
    heardMs = atMs;
    for (const { key, value, timestampMs } of records) {
      if (key === null || value === null || atMs - timestampMs > awakeForMs) continue;
      const deviceId = Buffer.from(key).toString();
      const known = devices.get(deviceId);
      if (known !== undefined && timestampMs - known.seenMs < lookAgainMs) continue;
      if (known === undefined && devices.size >= devicesMax) continue;
      const deviceClass = classOf(value);
      if (deviceClass !== null) devices.set(deviceId, { deviceClass, seenMs: timestampMs });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }

  const reader = transport.reader({
    groupId: `${groupId}.census.${randomUUID()}`,
    topics: [topic],
    resumeAt: (_topic, _partition, { startOffset, endOffset }) => Math.max(startOffset, endOffset - readBack),
  });
  return {
    async start() {
      await reader.run(take);
      sinceMs = now();
    },
    devicesOf(deviceClass) {
      if (now() - countedMs >= countEveryMs) count();
      return counts.get(deviceClass) ?? 0;
    },
    isSettled: () => now() - sinceMs > settledAfterMs && now() - heardMs <= silentMs,
    status: () => reader.status(),
    stop: () => reader.stop(),
  };
}

function classOf(value: Uint8Array): string | null {
  try {
    return decodeScoredWindow(value).deviceClass;
  } catch {
    // Whoever needs windows says so.
    return null;
  }
}
