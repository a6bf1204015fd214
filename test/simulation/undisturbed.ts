// What a scorer says that reads the log once, record by record, and meets no fault: the scores, alerts and dead letters that every
// other history of the same log must come to, byte for byte. Bundles and labels are taken up where the store was told they were.
import { canaryBundleKey, decodeAlert, decodeDeadLetter, decodeScoredWindow, encodeModelAnnouncement } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { BatchHandler, LogReader, LogRecord, OutgoingRecord, RecordBatch, Transport } from '@tocsin/transport';
import { createDecode } from '../../services/scorer/src/decode.ts';
import { keyOf } from './oracle.ts';
import { bundles } from './people.ts';
import { createSimulatedScorer, type ScorerSetting } from './scorer-setting.ts';
import type { Switch } from './switches.ts';

export type Said = { value: Uint8Array; partition: number; at: number };
/** By topic, then by the identity of what is said (`identityOf`). */
export type Undisturbed = Record<'windows' | 'alerts' | 'deadLetters', Map<string, Said>>;

/** `switches` say when each device took up a bundle or a label; `labels` are the records of these, by the key of the label. */
export async function undisturbedOf(
  records: readonly LogRecord[],
  setting: ScorerSetting,
  switches: readonly Switch[] = [],
  labels: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<Undisturbed> {
  const said: Undisturbed = { windows: new Map(), alerts: new Map(), deadLetters: new Map() };
  const ofAll = switches.every(({ version, labelKeys }) => version === 1 && labelKeys.length === 0);
  if (ofAll) await readUndisturbed(said, records, setting, null, [], labels);
  // What the others send and take up is nothing to a device but for its time: one pass for each, with its own bundles and labels.
  for (const deviceId of ofAll ? [] : new Set(records.map(({ key }) => String(key)))) {
    const own = switches.filter((each) => each.deviceId === deviceId);
    const { partition } = records.find(({ key }) => String(key) === deviceId)!;
    const ofPartition = records.filter((record) => record.partition === partition);
    const alone = ofPartition.map((record) => (String(record.key) === deviceId ? record : { ...record, value: null }));
    await readUndisturbed(said, alone, setting, deviceId, own, labels);
  }
  return said;
}

/** `only`: the device whose outputs count, null for all of them under the first bundle. */
async function readUndisturbed(
  said: Undisturbed,
  records: readonly LogRecord[],
  setting: ScorerSetting,
  only: string | null,
  switches: readonly Switch[],
  labels: ReadonlyMap<string, Uint8Array>,
): Promise<void> {
  const handlers: BatchHandler[] = [];
  let current = records[0];
  const note = ({ topic, key, value }: OutgoingRecord): void => {
    if (only !== null && String(key) !== only) return;
    said[outputOf(topic)].set(identityOf(topic, value!), { value: value!, partition: current.partition, at: current.offset });
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
  const state = createPlainStore();
  const place = {
    transport,
    state,
    name: 'undisturbed',
    nowMs: () => 0,
    onRecord: (record: LogRecord) => void (current = record),
  };
  const scorer = createSimulatedScorer({ ...setting, sliceRecords: Infinity }, place);
  await scorer.start();
  const [models, book, telemetry] = handlers;
  const tell = (handler: BatchHandler, value: Uint8Array) => handler(quietBatch([{ ...records[0], value }]));
  // As one that all devices try: these may also be told to leave it again.
  const publish = async (version: number) => {
    const { announcement } = bundles[version - 1];
    const pointer = encodeModelAnnouncement({ ...announcement, stage: 'canary', share: 1 });
    await state.put(canaryBundleKey(announcement.deviceClass), pointer);
    await tell(models, pointer);
  };
  if (only === null) await publish(1);

  const decode = createDecode(new Map([[setting.deviceClass.name, setting.deviceClass]]), null);
  const isReadingOf = (record: LogRecord) => String(record.key) === only && 'reading' in decode(record);
  const pending = [...switches];
  let known = 0;
  for (let at = 0; at < records.length;) {
    let end = at + 1;
    while (pending.length > 0 && pending[0].position <= records[at].offset) {
      const { version, labelKeys } = pending.shift()!;
      const isNews = version !== known;
      known = version;
      if (isNews && version > 0) await publish(version);
      for (const key of labelKeys) await tell(book, labels.get(key)!);
      // A bundle is taken up before the slice in which the device sends.
      const next = records.findIndex((record, i) => i >= at && isReadingOf(record));
      if (isNews) end = Math.max(end, next + 1);
    }
    current = records[at];
    await telemetry(quietBatch(records.slice(at, end)));
    at = end;
  }
}

/** Nobody was here before: everything is fresh. */
function quietBatch(records: readonly LogRecord[]): RecordBatch {
  const { topic, partition } = records[0];
  const quiet = { isStale: () => false, heartbeat: async () => undefined, commit: async () => undefined };
  return { topic, partition, records, endOffset: 0, epoch: 1, resumedFrom: { offset: 0, metadata: '' }, ...quiet };
}

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

function createPlainStore(): StateStore {
  const values = new Map<string, Uint8Array>(bundles.map(({ announcement, bytes }) => [announcement.location, bytes]));
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
