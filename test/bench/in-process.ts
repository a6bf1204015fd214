// Windows per second through the live path alone: decode to decide, encode, device state; no log, no store, one core.
import { createMetrics } from '@tocsin/observability';
import { currentBundleKey, encodeModelAnnouncement } from '@tocsin/schemas';
import { createPrometheusMeter, createScorer } from '@tocsin/scorer';
import type { LogRecord, OutgoingRecord } from '@tocsin/transport';
import { fittedBundle, pump } from '../fixtures/pump-fleet.ts';
import { createMemoryState, createNullTransport } from './null-edges.ts';

const topics = {
  telemetry: ['telemetry'],
  windows: 'windows',
  alerts: 'alerts',
  labels: 'labels',
  models: 'models',
  deadLetter: 'dead-letter',
};
const batchRecords = 2000;

/** Plays all records once through a fresh scorer; returns records (nearly all of which close a window) per second. */
export async function inProcessRate(outgoing: readonly OutgoingRecord[]): Promise<number> {
  const transport = createNullTransport();
  const state = createMemoryState();
  const { announcement, bytes } = fittedBundle();
  await state.put(announcement.location, bytes);
  await state.put(currentBundleKey('pump'), encodeModelAnnouncement(announcement));
  const meter = createPrometheusMeter(createMetrics({ service: 'bench', classes: ['pump'] }), Date.now, () => performance.now());
  const note = () => undefined;
  const scorer = createScorer({
    transport,
    state,
    registry: null,
    classes: [pump],
    topics,
    groupId: 'bench',
    instanceId: '1',
    commitEveryMs: 1000,
    giveUpMs: 1000,
    meter,
    note,
    now: Date.now,
    sleep: async () => undefined,
  });
  await scorer.start();
  const nowMs = Date.now();
  const records = outgoing.map(({ key, value }, offset): LogRecord => ({
    topic: 'telemetry',
    partition: 0,
    offset,
    timestampMs: nowMs,
    key: Buffer.from(String(key)),
    value,
    headers: {},
  }));
  const startedMs = performance.now();
  for (let from = 0; from < records.length; from += batchRecords)
    await transport.feed('telemetry', records.slice(from, from + batchRecords));
  const rate = records.length / ((performance.now() - startedMs) / 1000);
  if (transport.sent.records < records.length * 0.9)
    throw new Error(`only ${transport.sent.records} results of ${records.length} records`);
  return rate;
}
