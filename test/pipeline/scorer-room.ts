// A scorer in a room of its own: topics, a store, and everything that it said to the world.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublicKey } from '@tocsin/models';
import { createMetrics } from '@tocsin/observability';
import {
  currentBundleKey,
  decodeAlert,
  decodeDeadLetter,
  decodeScoredWindow,
  encodeLabel,
  encodeModelAnnouncement,
  type Alert,
  type DeadLetter,
  type DeviceClass,
  type Label,
  type LogMessage,
  type ScoredWindow,
} from '@tocsin/schemas';
import { createKeepWindows, createPrometheusMeter, createScorer, type Scorer } from '@tocsin/scorer';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { createEmbeddedTransport, type LogRecord, type OutgoingRecord, type Transport } from '@tocsin/transport';
import { fittedBundle, pump } from '../fixtures/pump-fleet.ts';

export const topics = {
  telemetry: ['telemetry'],
  windows: 'tocsin.windows',
  alerts: 'tocsin.alerts',
  labels: 'tocsin.labels',
  models: 'tocsin.models',
  deadLetter: 'tocsin.dead-letter',
};

export const lateTopic = 'tocsin.late';

const names = [...topics.telemetry, topics.windows, topics.alerts, topics.labels, topics.deadLetter, lateTopic];
const topicSpecsOf = (partitions: number) => [
  ...names.map((name) => ({ name, partitions })),
  { name: topics.models, partitions: 1, compacted: true },
];

export type ScorerRoom = {
  transport: Transport;
  state: StateStore;
  /** Appends telemetry. */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  /** A scorer over this room; `seams` puts something between it and its edges. */
  scorer(seams?: {
    transport?: (real: Transport) => Transport;
    state?: (real: StateStore) => StateStore;
    classes?: readonly DeviceClass[];
    /** Topic of what comes too late. */
    late?: string;
    /** Keep the samples of windows that open an alert. */
    keepsWindows?: boolean;
    /** Keys that bundles have to be signed with. */
    trusted?: readonly PublicKey[];
  }): Scorer;
  /** Puts a bundle in place and announces it. */
  publish(version: number, tamper?: (bytes: Uint8Array) => Uint8Array): Promise<void>;
  /** Appends an operator's verdict, as `tocsin labels add` would. */
  label(label: Partial<Label> & Pick<Label, 'deviceId' | 'subjectId' | 'verdict'>): Promise<void>;
  /** Waits until the scorer has read everything. */
  drained(scorer: Scorer): Promise<void>;
  metrics(): Promise<string>;
  /** What scorers wrote to their log. */
  notes(): readonly { level: string; message: string; fields: Record<string, unknown> }[];
  windows(): Promise<ScoredWindow[]>;
  alerts(): Promise<Alert[]>;
  deadLetters(): Promise<DeadLetter[]>;
  /** What was sent to `lateTopic`. */
  late(): Promise<LogRecord[]>;
  close(): Promise<void>;
};

export async function openScorerRoom({ partitions = 2 } = {}): Promise<ScorerRoom> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-test-'));
  const transport = createEmbeddedTransport({ directory: join(directory, 'log') });
  const state = createEmbeddedState({ directory: join(directory, 'state') });
  const metrics = createMetrics({ service: 'test', classes: ['pump'] });
  await transport.admin().ensureTopics(topicSpecsOf(partitions));
  const writer = transport.writer();
  let scorers = 0;
  const notes: { level: string; message: string; fields: Record<string, unknown> }[] = [];

  return {
    transport,
    state,
    send: (records) => writer.send(records),
    scorer({ transport: seamTransport, state: seamState, classes = [pump], late, trusted = [], keepsWindows = false } = {}) {
      const note: LogMessage = (level, message, fields = {}) => void notes.push({ level, message, fields });
      return createScorer({
        transport: seamTransport?.(transport) ?? transport,
        state: seamState?.(state) ?? state,
        registry: null,
        classes,
        topics: { ...topics, ...(late === undefined ? {} : { late }) },
        trusted,
        groupId: 'scorer',
        instanceId: String(++scorers),
        commitEveryMs: 1,
        giveUpMs: 2000,
        meter: createPrometheusMeter(metrics, Date.now, () => performance.now()),
        ...(keepsWindows ? { keepWindow: createKeepWindows(seamState?.(state) ?? state, note) } : {}),
        note,
        now: Date.now,
        sleep: (ms) => sleep(ms),
      });
    },
    async publish(version, tamper = (bytes) => bytes) {
      const { announcement, bytes } = fittedBundle(version);
      await state.put(announcement.location, tamper(bytes));
      await state.put(currentBundleKey('pump'), encodeModelAnnouncement(announcement));
      await writer.send([{ topic: topics.models, key: 'pump', value: encodeModelAnnouncement(announcement) }]);
    },
    async label(label) {
      const atMs = Date.now();
      const value = encodeLabel({ labelId: `${label.subjectId} ${label.verdict}`, who: 'Ada', atMs, note: '', ...label });
      await writer.send([{ topic: topics.labels, key: label.deviceId, value }]);
    },
    async drained(scorer) {
      const isDrained = () => {
        const { telemetry, models, labels } = scorer.status();
        const isRead = ({ next, endOffset }: { next: number | null; endOffset: number | null }) =>
          next !== null && next === endOffset;
        return [telemetry, models, labels].every(({ assigned }) => assigned.length > 0 && assigned.every(isRead));
      };
      for (let quiet = 0, tries = 0; quiet < 4; tries++) {
        if (tries > 1000) throw new Error(`not drained: ${JSON.stringify(scorer.status())}`);
        quiet = isDrained() ? quiet + 1 : 0;
        await sleep(15);
      }
    },
    metrics: () => metrics.text(),
    notes: () => notes,
    windows: () => readAll(transport, topics.windows, ({ value }) => decodeScoredWindow(value!)),
    alerts: () => readAll(transport, topics.alerts, ({ value }) => decodeAlert(value!)),
    deadLetters: () => readAll(transport, topics.deadLetter, ({ value }) => decodeDeadLetter(value!)),
    late: () => readAll(transport, lateTopic, (record) => record),
    async close() {
      await transport.close();
      await state.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

let readers = 0;

/** Everything that lies in a topic now, in the order of each partition. */
export async function readAll<T>(transport: Transport, topic: string, decode: (record: LogRecord) => T): Promise<T[]> {
  const info = await transport.admin().describe(topic);
  let left = info!.partitions.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
  if (left === 0) return [];
  const found: T[] = [];
  const reader = transport.reader({ groupId: `test-${++readers}`, topics: [topic] });
  await new Promise<void>((resolve, reject) => {
    const onBatch = async ({ records }: { records: readonly LogRecord[] }) => {
      found.push(...records.map(decode));
      left -= records.length;
      if (left <= 0) resolve();
    };
    reader.run(onBatch).catch(reject);
  });
  await reader.stop();
  return found;
}
