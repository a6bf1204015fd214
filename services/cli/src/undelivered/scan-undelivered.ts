// The newest notices that sinks gave up, and which of them were sent again: their marks lie behind them, in their partition.
import type { Config } from '@tocsin/config';
import { decodeRedrive, redriveCodec } from '@tocsin/schemas';
import type { LogRecord, Transport } from '@tocsin/transport';
import { createLetterSet } from '../dlq/letter-set.ts';
import { scanTopic } from '../scan-topic.ts';
import type { World } from '../world.ts';

export type Undelivered = {
  record: LogRecord;
  /** Where it lies, `topic:partition:offset`: what its mark names. */
  id: string;
  when: string;
  sink: string;
  outcome: string;
  why: string;
  attempts: string;
  notice: string;
  wasSentAgain: boolean;
};

/** So many of every partition are kept, the newest. */
export const keptPerPartition = 500;

/** The oldest first; nothing where the topic does not exist. `sink`: of this one only. */
export async function scanUndelivered(
  transport: Transport,
  { topics, notifier }: Config,
  sink: string | undefined,
  { now, sleep }: Pick<World, 'now' | 'sleep'>,
): Promise<Undelivered[]> {
  const info = await transport.admin().describe(topics.undelivered);
  if (info === null) return [];
  const kept = new Map<number, LogRecord[]>(info.partitions.map(({ partition }) => [partition, []]));
  const sentAgain = createLetterSet();
  const onRecords = (records: readonly LogRecord[]) => {
    for (const record of records) {
      const mark = markedIn(record);
      const newest = kept.get(record.partition) ?? [];
      if (mark !== null) sentAgain.add(mark);
      else if (sink === undefined || header(record, 'sink') === sink) newest.push(record);
      if (newest.length > 2 * keptPerPartition) newest.splice(0, newest.length - keptPerPartition);
    }
  };
  await scanTopic(transport, info, { group: `${notifier.groupId}.undelivered`, onRecords, now, sleep });
  return [...kept.values()]
    .flatMap((newest) => newest.slice(-keptPerPartition))
    .toSorted((one, two) => one.timestampMs - two.timestampMs)
    .map((record) => undeliveredOf(record, sentAgain.has));
}

/** Id of the notice that was sent again; null for what is no mark. */
function markedIn({ value }: LogRecord): string | null {
  try {
    return value !== null && redriveCodec.recognises(value) ? decodeRedrive(value).id : null;
  } catch {
    return null;
  }
}

function header({ headers }: LogRecord, name: string): string {
  return Buffer.from(headers[name] ?? new Uint8Array()).toString();
}

function undeliveredOf(record: LogRecord, wasSentAgain: (id: string) => boolean): Undelivered {
  const { topic, partition, offset, timestampMs } = record;
  const id = `${topic}:${partition}:${offset}`;
  const when = new Date(timestampMs).toISOString().slice(0, 19).replace('T', ' ');
  const [sink, outcome, why, attempts, notice] = ['sink', 'outcome', 'why', 'attempts', 'notice'].map((name) =>
    header(record, name),
  );
  return { record, id, when, sink, outcome, why, attempts, notice, wasSentAgain: wasSentAgain(id) };
}
