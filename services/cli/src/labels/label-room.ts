// The topic of labels, opened for one command: what was said lately, and a way to say more.
import { randomUUID } from 'node:crypto';
import { readConfig } from '@tocsin/config';
import { decodeLabel, encodeLabel, type Label } from '@tocsin/schemas';
import { openTransport, type LogRecord } from '@tocsin/transport';
import { commandNote } from '../command-note.ts';
import { newestRecords } from '../doctor/newest-records.ts';
import { requireLog } from '../embedded-places.ts';
import { configSource } from '../local-defaults.ts';
import type { World } from '../world.ts';
import type { SubjectFacts } from './judge-subject.ts';
import { lookUpSubject } from './look-up-subject.ts';

export type LabelRoom = {
  /**
   * Those among the newest `perPartition` records of every partition, by the time they were given, the newest last; what is no label is
   * left out. `isWhole` is false where the topic could not be read to its end in time.
   */
  newest(perPartition: number): Promise<{ labels: Label[]; isWhole: boolean }>;
  /** What log and store know of a label's device and subject. */
  lookUp(label: Label): Promise<SubjectFacts>;
  say(labels: readonly Label[]): Promise<void>;
};

const readLimitMs = 8000;
/** Labels in one request to the log: an answer may be about thousands of alerts. */
const labelsAtOnce = 500;

/** `isSaying`: something is to be said, and a log is made where there is none. */
export async function withLabels<T>(
  config: string | undefined,
  { env, now, sleep }: World,
  use: (room: LabelRoom) => Promise<T>,
  isSaying = false,
): Promise<T> {
  const source = configSource(config, env);
  const whole = readConfig(source.path, source.env);
  const { transport: settings, topics, log } = whole;
  if (!isSaying) requireLog(settings);
  const transport = openTransport(settings, commandNote('labels', log));
  const topic = topics.labels;
  const room: LabelRoom = {
    async newest(perPartition) {
      const info = await transport.admin().describe(topic);
      if (info === null) return { labels: [], isWhole: true };
      const groupId = `tocsin.labels.list.${randomUUID()}`;
      const reading = { groupId, perPartition, limitMs: readLimitMs, now, sleep };
      const { records, partitions, complete } = await newestRecords(transport, [info], reading);
      const labels = records.flatMap(readable).toSorted((one, two) => one.atMs - two.atMs);
      return { labels, isWhole: complete === partitions };
    },
    lookUp: (label) => lookUpSubject(label, transport, whole, { now, sleep }),
    async say(labels) {
      await transport.admin().ensureTopics([{ name: topic, partitions: topics.partitions }]);
      const writer = transport.writer();
      for (let at = 0; at < labels.length; at += labelsAtOnce) {
        const some = labels.slice(at, at + labelsAtOnce);
        await writer.send(some.map((label) => ({ topic, key: label.deviceId, value: encodeLabel(label) })));
      }
      await writer.close();
    },
  };
  try {
    return await use(room);
  } finally {
    await transport.close();
  }
}

function readable({ value }: LogRecord): Label[] {
  try {
    return value === null ? [] : [decodeLabel(value)];
  } catch {
    return [];
  }
}
