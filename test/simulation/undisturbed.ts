// What a scorer says that reads the log once, record by record, and meets no fault: the scores, alerts and dead letters that every
// other history of the same log must come to, byte for byte.
import { decodeAlert, decodeDeadLetter, decodeScoredWindow } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { BatchHandler, LogReader, LogRecord, OutgoingRecord, Transport } from '@tocsin/transport';
import { keyOf } from './oracle.ts';
import { createSimulatedScorer, type ScorerSetting } from './scorer-setting.ts';

export type Said = { value: Uint8Array; partition: number; at: number };
/** By topic, then by the identity of what is said (`identityOf`). */
export type Undisturbed = Record<'windows' | 'alerts' | 'deadLetters', Map<string, Said>>;

export async function undisturbedOf(records: readonly LogRecord[], setting: ScorerSetting, bundle: Bundle): Promise<Undisturbed> {
  const said: Undisturbed = { windows: new Map(), alerts: new Map(), deadLetters: new Map() };
  const handlers: BatchHandler[] = [];
  let current = records[0];
  const note = (sent: OutgoingRecord): void => {
    const value = sent.value!;
    said[outputOf(sent.topic)].set(identityOf(sent.topic, value), { value, partition: current.partition, at: current.offset });
  };
  const writer = { send: async (sent: readonly OutgoingRecord[]) => sent.forEach(note), close: async () => undefined };
  const transport: Transport = {
    kind: 'embedded',
    reader: () => ({ ...idleReader, run: async (handler) => void handlers.push(handler) }),
    writer: () => writer,
    admin: () => {
      throw new Error('a scorer asks nothing of the admin');
    },
    close: async () => undefined,
  };
  const scorer = createSimulatedScorer(setting, { transport, state: storeOf(bundle), name: 'undisturbed', nowMs: () => 0 });
  await scorer.start();
  const telemetry = handlers[handlers.length - 1];
  for (current of records) {
    const { topic, partition } = current;
    const resumedFrom = { offset: 0, metadata: '' };
    const quiet = { isStale: () => false, heartbeat: async () => undefined, commit: async () => undefined };
    await telemetry({ topic, partition, records: [current], endOffset: current.offset + 1, epoch: 1, resumedFrom, ...quiet });
  }
  return said;
}

export type Bundle = readonly (readonly [key: string, value: Uint8Array])[];

export function outputOf(topic: string): keyof Undisturbed {
  return topic === 'tocsin.windows' ? 'windows' : topic === 'tocsin.alerts' ? 'alerts' : 'deadLetters';
}

/** Two records with one identity must say one thing. */
export function identityOf(topic: string, value: Uint8Array): string {
  const output = outputOf(topic);
  if (output === 'windows') return keyOf(decodeScoredWindow(value));
  if (output === 'deadLetters') return decodeDeadLetter(value).id;
  const { alertId, revision } = decodeAlert(value);
  return `${alertId} r${revision}`;
}

const idleReader: Omit<LogReader, 'run'> = {
  status: () => ({ joined: true, assigned: [], rebalances: 0, resets: 0, stalledMs: 0, fatal: null }),
  pause: () => undefined,
  resume: () => undefined,
  stop: async () => undefined,
};

function storeOf(bundle: Bundle): StateStore {
  const values = new Map<string, Uint8Array>(bundle);
  return {
    kind: 'embedded',
    getMany: async (keys) => keys.map((key) => values.get(key) ?? null),
    async putIfNewer(entries) {
      for (const { key, value } of entries) values.set(key, value);
      return entries.map(() => true);
    },
    put: async (key, value) => void values.set(key, value),
    remove: async (keys) => keys.forEach((key) => values.delete(key)),
    ping: async () => 'in memory',
    close: async () => undefined,
  };
}
