// The topic of labels, opened for one command: what was said lately, and a way to say more.
import { randomUUID } from 'node:crypto';
import { readConfig } from '@tocsin/config';
import { createLogger, logMessageOf } from '@tocsin/observability';
import { decodeLabel, encodeLabel, type Label } from '@tocsin/schemas';
import { openTransport, type LogRecord } from '@tocsin/transport';
import { newestRecords } from '../doctor/newest-records.ts';
import { configSource } from '../local-defaults.ts';
import type { World } from '../world.ts';

export type LabelRoom = {
  /** By the time they were given, the newest last; what cannot be read is left out. */
  newest(): Promise<Label[]>;
  say(label: Label): Promise<void>;
};

/** `newest` looks at so many records of every partition. */
export const listedPerPartition = 200;
const listLimitMs = 8000;

export async function withLabels<T>(
  config: string | undefined,
  { env, now, sleep }: World,
  use: (room: LabelRoom) => Promise<T>,
): Promise<T> {
  const source = configSource(config, env);
  const { transport: settings, topics, log } = readConfig(source.path, source.env);
  const transport = openTransport(settings, logMessageOf(createLogger({ service: 'labels', ...log })));
  const topic = topics.labels;
  const room: LabelRoom = {
    async newest() {
      const info = await transport.admin().describe(topic);
      if (info === null) return [];
      const groupId = `tocsin.labels.list.${randomUUID()}`;
      const limits = { perPartition: listedPerPartition, limitMs: listLimitMs };
      const { records } = await newestRecords(transport, [info], { groupId, ...limits, now, sleep });
      return records.flatMap(readable).toSorted((one, two) => one.atMs - two.atMs);
    },
    async say(label) {
      const writer = transport.writer();
      await writer.send([{ topic, key: label.deviceId, value: encodeLabel(label) }]);
      await writer.close();
    },
  };
  try {
    await transport.admin().ensureTopics([{ name: topic, partitions: topics.partitions }]);
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
