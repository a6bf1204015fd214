// The newest telemetry: would the scorer take it, is it keyed, are the clocks right?
import { crc32 } from 'node:zlib';
import type { Config } from '@tocsin/config';
import { createDecode, createWriterSchemas } from '@tocsin/scorer';
import { createSchemaRegistry, partitionOf, type LogRecord, type TopicInfo, type Transport } from '@tocsin/transport';
import { explainError } from '../explain-error.ts';
import { duration } from '../terminal/figures.ts';
import type { World } from '../world.ts';
import { fail, warn, type Report } from './finding.ts';
import { judgeClocks, judgeKeys, judgeReadings, type Partitioners, type SampledRecord } from './judge-telemetry.ts';
import { newestRecords, type Sample } from './newest-records.ts';

const sampleMaxMs = 4500;
const perPartition = 40;
const registryMaxMs = 2500;
const check = 'telemetry';

/** Reads as a consumer group of its own, named after the scorer's so that the same rights cover it. */
export async function checkTelemetry(
  transport: Transport,
  topics: readonly TopicInfo[],
  config: Config,
  { now, sleep }: World,
  report: Report,
): Promise<void> {
  const groupId = `${config.scorer.groupId}.doctor`;
  let sample: Sample;
  try {
    sample = await newestRecords(transport, topics, { groupId, perPartition, limitMs: sampleMaxMs, now, sleep });
  } catch (error) {
    const advice = `run this again; is another doctor at it, or may we not read as group ${groupId}?`;
    return report(warn(check, explainError(error), advice));
  }
  if (sample.partitions === 0)
    return report(warn(check, 'no records yet', 'let devices send, or try `tocsin simulator` or `tocsin replay`'));
  if (sample.complete < sample.partitions) {
    const share = `only ${sample.complete} of ${sample.partitions} partitions`;
    const found = `the newest records of ${share} came within ${duration(sampleMaxMs)}`;
    report(warn(check, found, 'run this again; are all brokers up, is another doctor at it?'));
  }
  if (sample.records.length > 0) await judgeSample(sample.records, topics, config, now, report);
}

async function judgeSample(
  records: readonly LogRecord[],
  topics: readonly TopicInfo[],
  config: Config,
  now: () => number,
  report: Report,
): Promise<void> {
  let sampled: SampledRecord[];
  try {
    sampled = await decodeAll(records, config, now);
  } catch (error) {
    const found = `cannot be decoded: ${explainError(error)}`;
    return report(fail(check, found, 'bring the registry back: the scorer waits for it'));
  }
  judgeReadings(sampled).forEach(report);
  judgeKeys(sampled, partitionersOf(topics)).forEach(report);
  judgeClocks(sampled, now()).forEach(report);
}

/** As the scorer decodes and checks; rejects where the registry cannot be reached. */
async function decodeAll(records: readonly LogRecord[], config: Config, now: () => number): Promise<SampledRecord[]> {
  const { registry, mapping, classes } = config;
  const schemas =
    registry === null
      ? null
      : createWriterSchemas(createSchemaRegistry(registry.url, registryMaxMs), mapping ?? undefined, now, () => undefined);
  await schemas?.prepare(records.map(({ value }) => value));
  const decode = createDecode(new Map(Object.entries(classes)), schemas);
  return records.map((record) => ({ record, decoded: decode(record) }));
}

function partitionersOf(topics: readonly TopicInfo[]): Partitioners {
  const counts = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  const keyOf = ({ key }: LogRecord) => key ?? new Uint8Array();
  return {
    partitionFor: (record) => partitionOf(keyOf(record), counts.get(record.topic) ?? 1),
    // rd_kafka_msg_partitioner_consistent of librdkafka, https://github.com/confluentinc/librdkafka
    crcPartitionFor: (record) => crc32(keyOf(record)) % (counts.get(record.topic) ?? 1),
  };
}
