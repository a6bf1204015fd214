// The newest telemetry: would the scorer take it, is it keyed, are the clocks right?
import { crc32 } from 'node:zlib';
import type { Config } from '@tocsin/config';
import { createDecode, createWriterSchemas } from '@tocsin/scorer';
import { createSchemaRegistry, partitionOf, type LogRecord, type TopicInfo, type Transport } from '@tocsin/transport';
import { explainError } from '../explain-error.ts';
import { duration } from '../terminal/figures.ts';
import type { World } from '../world.ts';
import { checkFrontiers } from './check-frontiers.ts';
import { fail, warn, type Report } from './finding.ts';
import { judgeClocks, judgeKeys, judgeReadings, type Partitioners, type SampledRecord } from './judge-telemetry.ts';
import { newestRecords, type Sample } from './newest-records.ts';

const sampleMaxMs = 4500;
/** A second look comes on top, and all checks together may take 10 s. */
const secondLookMaxMs = 2500;
const perPartition = 40;
const registryMaxMs = 2500;
const check = 'telemetry';

/** Reads as a consumer group of its own, named after the scorer's so that the same rights cover it. */
export async function checkTelemetry(
  transport: Transport,
  topics: readonly TopicInfo[],
  config: Config,
  world: World,
  report: Report,
): Promise<void> {
  let sample: Sample;
  try {
    sample = await sampleOf(transport, topics, config, world, sampleMaxMs);
  } catch (error) {
    const advice = `run this again; is another doctor at it, or may we not read as group ${groupOf(config)}?`;
    return report(warn(check, explainError(error), advice));
  }
  if (sample.partitions === 0)
    return report(warn(check, 'no records yet', 'let devices send, or try `tocsin simulator` or `tocsin replay`'));
  if (sample.complete < sample.partitions) {
    const share = `only ${sample.complete} of ${sample.partitions} partitions`;
    const found = `the newest records of ${share} came within ${duration(sampleMaxMs)}`;
    report(warn(check, found, 'run this again; are all brokers up, is another doctor at it?'));
  }
  if (sample.records.length === 0) return;
  const sampled = await judgeSample(sample.records, topics, config, world.now, report);
  const again = async () => {
    const described = await Promise.all(topics.map(({ name }) => transport.admin().describe(name)));
    const infos = described.flatMap((info) => (info === null ? [] : [info]));
    return decodeAll((await sampleOf(transport, infos, config, world, secondLookMaxMs)).records, config, world.now);
  };
  await checkFrontiers(sampled, again, config, report);
}

const groupOf = ({ scorer }: Config) => `${scorer.groupId}.doctor`;

function sampleOf(
  transport: Transport,
  topics: readonly TopicInfo[],
  config: Config,
  { now, sleep }: World,
  limitMs: number,
): Promise<Sample> {
  return newestRecords(transport, topics, { groupId: groupOf(config), perPartition, limitMs, now, sleep });
}

async function judgeSample(
  records: readonly LogRecord[],
  topics: readonly TopicInfo[],
  config: Config,
  now: () => number,
  report: Report,
): Promise<SampledRecord[]> {
  let sampled: SampledRecord[];
  try {
    sampled = await decodeAll(records, config, now);
  } catch (error) {
    const found = `cannot be decoded: ${explainError(error)}`;
    report(fail(check, found, 'bring the registry back: the scorer waits for it'));
    return [];
  }
  judgeReadings(sampled).forEach(report);
  judgeKeys(sampled, partitionersOf(topics)).forEach(report);
  judgeClocks(sampled, now()).forEach(report);
  return sampled;
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
