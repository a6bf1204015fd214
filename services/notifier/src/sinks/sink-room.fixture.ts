// Topics, a store and sinks in a folder of their own, for tests.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMetrics } from '@tocsin/observability';
import { encodeAlert, type Alert } from '@tocsin/schemas';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { createEmbeddedTransport, type LogRecord, type Transport } from '@tocsin/transport';
import { runSink, type RunningSink } from './run-sink.ts';
import type { Sink } from './sink.ts';

export const topics = { notices: 'tocsin.notices', undelivered: 'tocsin.undelivered' };
export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
export const recordedMs = Date.UTC(2026, 0, 1);

export type SinkRoom = {
  transport: Transport;
  state: StateStore;
  run(sink: Sink, options?: { transport?: Transport; giveUpMs?: number; firstPauseMs?: number }): Promise<RunningSink>;
  say(...alerts: readonly Alert[]): Promise<void>;
  metrics(): Promise<string>;
  undelivered(): Promise<LogRecord[]>;
  close(): Promise<void>;
};

export async function openSinkRoom(): Promise<SinkRoom> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  const transport = createEmbeddedTransport({ directory: join(directory, 'log') });
  const state = createEmbeddedState({ directory: join(directory, 'state') });
  await transport.admin().ensureTopics(Object.values(topics).map((name) => ({ name, partitions: 2 })));
  const metrics = createMetrics({ service: 'test', classes: ['pump'], sinks: ['ops', 'other'] });
  const writer = transport.writer();
  const running: RunningSink[] = [];
  return {
    transport,
    state,
    async run(sink, { transport: own = transport, giveUpMs = 60_000, firstPauseMs = 10 } = {}) {
      const parts = {
        transport: own,
        writer,
        topics,
        giveUpMs,
        firstPauseMs,
        metrics: metrics.notifier(),
        note: () => undefined,
      };
      const one = await runSink(sink, { ...parts, groupId: `notifier.${sink.name}`, now: Date.now });
      running.push(one);
      await until(() => one.status().assigned.length > 0 && one.status().assigned.every(({ next }) => next !== null), 'it reads');
      return one;
    },
    say: (...alerts) =>
      writer.send(alerts.map((alert) => ({ topic: topics.notices, key: alert.deviceId, value: encodeAlert(alert) }))),
    metrics: () => metrics.text(),
    undelivered: () => readAll(transport, topics.undelivered),
    async close() {
      for (const one of running) await one.stop();
      await transport.close();
      await state.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

let readers = 0;

async function readAll(transport: Transport, topic: string): Promise<LogRecord[]> {
  const info = await transport.admin().describe(topic);
  const count = info!.partitions.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
  const found: LogRecord[] = [];
  const reader = transport.reader({ groupId: `test-${++readers}`, topics: [topic] });
  await reader.run(async ({ records }) => void found.push(...records));
  await until(() => found.length >= count, `${count} records of ${topic} are read`);
  await reader.stop();
  return found;
}

/** Waits until `isTrue`, for two minutes. */
export async function until(isTrue: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 6000; tries++) {
    if (await isTrue()) return;
    await sleep(20);
  }
  throw new Error(`never came to pass: ${what}`);
}

export function alertOf(deviceId: string, more: Partial<Alert> = {}): Alert {
  return {
    alertId: `alert-of-${deviceId}`,
    revision: 1,
    state: 'opened',
    deviceId,
    deviceClass: 'pump',
    severity: 'warning',
    startMs: recordedMs,
    endMs: recordedMs + 1000,
    score: 3,
    threshold: 1,
    pValue: 1e-5,
    windows: 3,
    contributions: [],
    modelVersion: 1,
    supportWindows: 20,
    confidence: 'watching',
    message: `${deviceId}: x.rms 4.5x what is normal.`,
    ...more,
  };
}
