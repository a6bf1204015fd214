// A scorer on the embedded log that hears every failure of its handlers, and everything it said to the world.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseDeviceClass } from '@tocsin/config';
import { createMetrics } from '@tocsin/observability';
import {
  currentBundleKey,
  decodeDeadLetter,
  decodeScoredWindow,
  encodeModelAnnouncement,
  type DeadLetter,
  type ScoredWindow,
} from '@tocsin/schemas';
import { createPrometheusMeter, createScorer, type Scorer } from '@tocsin/scorer';
import { createEmbeddedState, type StateStore } from '@tocsin/state';
import { createEmbeddedTransport, type LogRecord, type SchemaRegistry, type Transport } from '@tocsin/transport';
import { fittedBundle, guarded } from '../simulation/tiny-class.ts';

export const topics = {
  telemetry: ['telemetry'],
  windows: 'windows',
  alerts: 'alerts',
  labels: 'labels',
  models: 'models',
  deadLetter: 'dead-letter',
};

/** One slow class with a bundle and every guard; two without, in which devices may send as they like. */
export const classes = [
  guarded,
  parseDeviceClass('fast', {
    channels: ['a', 'b'],
    rateHz: 200,
    window: { samples: 64, hop: 32, amendMs: 500, otherRates: 'resample' },
  }),
  parseDeviceClass('loose', {
    channels: ['v'],
    rateHz: 5,
    window: { samples: 16, hop: 4, onGap: 'mark', amendMs: 4000, otherRates: 'resample', jitter: 'linear' },
    guards: { drift: true },
  }),
];

/** Nothing of it may be handed over for so long while something is there. */
const stallMs = 60_000;

export type FuzzRoom = {
  directory: string;
  transport: Transport;
  state: StateStore;
  scorer(registry?: SchemaRegistry | null): Scorer;
  /** Waits until all is read; false where that stalls or a reader has ended. */
  drained(scorer: Scorer): Promise<boolean>;
  /** Failures of handlers, readers that ended, and whatever else the log was told as an error. */
  troubles(): readonly string[];
  metric(name: string): Promise<Map<string, number>>;
  records(topic: string): Promise<LogRecord[]>;
  windows(): Promise<ScoredWindow[]>;
  deadLetters(): Promise<DeadLetter[]>;
  close(): Promise<void>;
};

export async function openFuzzRoom(): Promise<FuzzRoom> {
  const directory = mkdtempSync(join(tmpdir(), 'tocsin-fuzz-'));
  const troubles: string[] = [];
  const transport = createEmbeddedTransport({
    directory: join(directory, 'log'),
    failuresMax: 2,
    onLog: (level, message, fields) => {
      if (level === 'error' || level === 'warn')
        troubles.push(
          `${message}: ${String(fields?.['error'] instanceof Error ? fields['error'].stack : JSON.stringify(fields))}`,
        );
    },
  });
  const state = createEmbeddedState({ directory: join(directory, 'state') });
  const metrics = createMetrics({ service: 'fuzz', classes: classes.map(({ name }) => name) });
  const names = [...topics.telemetry, topics.windows, topics.alerts, topics.labels, topics.deadLetter];
  await transport
    .admin()
    .ensureTopics([...names.map((name) => ({ name, partitions: 2 })), { name: topics.models, partitions: 1, compacted: true }]);
  const { announcement, bytes } = fittedBundle();
  await state.put(announcement.location, bytes);
  await state.put(currentBundleKey('tiny'), encodeModelAnnouncement(announcement));
  const scorers: Scorer[] = [];

  return {
    directory,
    transport,
    state,
    scorer(registry = null) {
      const scorer = createScorer({
        transport,
        state,
        registry,
        classes,
        topics,
        groupId: 'scorer',
        instanceId: String(scorers.length),
        commitEveryMs: 1,
        giveUpMs: 120_000,
        meter: createPrometheusMeter(metrics, Date.now, () => performance.now()),
        note: () => undefined,
        now: Date.now,
        sleep: (ms) => sleep(Math.min(ms, 20)),
      });
      scorers.push(scorer);
      return scorer;
    },
    drained: (scorer) => drain(scorer, (trouble) => troubles.push(trouble)),
    troubles: () => troubles,
    async metric(name) {
      const lines = (await metrics.text()).matchAll(new RegExp(`^${name}(?:{([^}]*)})? (\\S+)$`, 'gm'));
      return new Map([...lines].map(([, labels = '', value]) => [labels.replaceAll(/\w+="([^"]*)"/g, '$1'), Number(value)]));
    },
    records: (topic) => readTopic(transport, topic),
    windows: async () => (await readTopic(transport, topics.windows)).map(({ value }) => decodeScoredWindow(value!)),
    deadLetters: async () => (await readTopic(transport, topics.deadLetter)).map(({ value }) => decodeDeadLetter(value!)),
    async close() {
      await Promise.all(scorers.map((scorer) => scorer.stop()));
      await transport.close();
      await state.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** False where reading stalls or a reader has ended, which is told. */
async function drain(scorer: Scorer, tell: (trouble: string) => void): Promise<boolean> {
  let [seen, sinceMs] = ['', performance.now()];
  for (let quiet = 0; quiet < 3;) {
    const { telemetry, models, labels } = scorer.status();
    const readers = [telemetry, models, labels];
    const assigned = readers.flatMap((reader) => reader.assigned);
    const ended = readers.find(({ fatal }) => fatal !== null);
    const place = JSON.stringify(assigned);
    if (place !== seen) [seen, sinceMs] = [place, performance.now()];
    const isStalled = performance.now() - sinceMs > stallMs;
    if (ended !== undefined || isStalled) {
      tell(isStalled ? `stalled for ${stallMs} ms at ${place}` : `a reader has ended: ${ended?.fatal?.message}`);
      return false;
    }
    const isRead = assigned.length > 0 && assigned.every(({ next, endOffset }) => next !== null && next === endOffset);
    quiet = isRead ? quiet + 1 : 0;
    await sleep(10);
  }
  return true;
}

let readers = 0;

async function readTopic(transport: Transport, topic: string): Promise<LogRecord[]> {
  const info = await transport.admin().describe(topic);
  let left = info!.partitions.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
  const found: LogRecord[] = [];
  if (left === 0) return found;
  const reader = transport.reader({ groupId: `fuzz-${++readers}`, topics: [topic] });
  await new Promise<void>((resolve, reject) => {
    const onBatch = async (batch: { records: readonly LogRecord[] }) => {
      found.push(...batch.records);
      left -= batch.records.length;
      if (left <= 0) resolve();
    };
    reader.run(onBatch).catch(reject);
  });
  await reader.stop();
  return found;
}
