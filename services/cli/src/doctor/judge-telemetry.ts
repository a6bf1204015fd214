// What a sample of telemetry says: is it taken, is it keyed, are the clocks right? Pure.
import { readingEndMs, type Decoded, type Reading } from '@tocsin/schemas';
import type { LogRecord } from '@tocsin/transport';
import { counted, duration, moment } from '../terminal/figures.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

export type SampledRecord = { record: LogRecord; decoded: Decoded };

type Accepted = { record: LogRecord; reading: Reading };

/** From this share of refused records on, something is wrong with all of it. */
const mostlyRefused = 0.5;
const skewMaxMs = 5000;
const silenceMaxMs = 10 * 60_000;

/** Are records taken as the scorer would take them? One finding for all classes, one per reason of refusal. */
export function judgeReadings(sampled: readonly SampledRecord[]): Finding[] {
  const accepted = acceptedOf(sampled);
  const classes = [...groupBy(accepted, ({ reading }) => reading.deviceClass)].map(([name, those]) => {
    const { channels, rateHz } = those[0].reading;
    const devices = new Set(those.map(({ reading }) => reading.deviceId)).size;
    return `${name} (${counted(devices, 'device')}, ${counted(channels.length, 'channel')}, ${rateText(rateHz)})`;
  });
  const found = `${counted(accepted.length, 'record')} of the newest ${sampled.length} would be taken${classes.length === 0 ? '' : `: ${classes.join(', ')}`}`;
  const refused = sampled.flatMap(({ decoded }) => ('rejection' in decoded ? [decoded.rejection] : []));
  const level = refused.length >= mostlyRefused * sampled.length ? fail : warn;
  const reasons = [...groupBy(refused, ({ reason }) => reason)].map(([reason, those]) =>
    level('telemetry', `${counted(those.length, 'record')} of ${sampled.length} would be refused as ${reason}`, those[0].message),
  );
  return [...(accepted.length > 0 ? [ok('telemetry', found)] : []), ...reasons];
}

/** `partitionFor(key)` and `crcPartitionFor(key)`: where Kafka's own partitioner and that of librdkafka put a key. */
export type Partitioners = {
  partitionFor(record: LogRecord): number;
  crcPartitionFor(record: LogRecord): number;
};

/** The state of a device lives with its partition: are all of its records in one, and where other producers would put them? */
export function judgeKeys(sampled: readonly SampledRecord[], { partitionFor, crcPartitionFor }: Partitioners): Finding[] {
  const accepted = acceptedOf(sampled);
  if (accepted.length === 0) return [];
  const byDevice = groupBy(accepted, ({ reading }) => reading.deviceId);
  const split = [...byDevice].filter(
    ([, those]) => new Set(those.map(({ record }) => `${record.topic}:${record.partition}`)).size > 1,
  );
  const unkeyed = accepted.filter(({ record, reading }) => textOf(record.key) !== reading.deviceId);
  const elsewhere = accepted.filter(({ record }) => record.key !== null && record.partition !== partitionFor(record));
  const findings: Finding[] = [];
  if (split.length > 0) {
    const [deviceId, those] = split[0];
    const places = [...new Set(those.map(({ record }) => record.partition))].sort((a, b) => a - b).join(' and ');
    const found = `${counted(split.length, 'device')} in several partitions, e.g. ${deviceId} in ${places}`;
    const advice = 'key every record by its device id, with one partitioner everywhere (librdkafka: partitioner=murmur2_random)';
    findings.push(fail('keys', found, `${advice}; after a change of the partitions wait until old records have expired`));
  }
  if (unkeyed.length > 0) {
    const found = `${counted(unkeyed.length, 'record')} of ${accepted.length} not keyed by the device id`;
    findings.push(warn('keys', found, 'key every record by its device id: only then do its records keep their order'));
  }
  if (elsewhere.length > 0) {
    const isCrc = elsewhere.every(({ record }) => record.partition === crcPartitionFor(record));
    const found = `${counted(elsewhere.length, 'record')} of ${accepted.length} not in the partition of murmur2${isCrc ? ' but in that of CRC32, the default of librdkafka' : ''}`;
    findings.push(
      warn('keys', found, 'set partitioner=murmur2_random at the producers before others (Java, kafkajs) write the same devices'),
    );
  }
  const found = `all ${accepted.length} records keyed by their device, each device in one partition, that of murmur2`;
  return findings.length > 0 ? findings : [ok('keys', found)];
}

/** This machine's clock and those of the devices against the times of the newest records. */
export function judgeClocks(sampled: readonly SampledRecord[], nowMs: number): Finding[] {
  if (sampled.length === 0) return [];
  const newestMs = Math.max(...sampled.map(({ record }) => record.timestampMs));
  const aheadMs = newestMs - nowMs;
  const accepted = acceptedOf(sampled);
  const findings: Finding[] = [];
  if (aheadMs > skewMaxMs) {
    findings.push(
      warn('clock', `the newest record is ${duration(aheadMs)} ahead of this machine`, 'let all machines keep time by NTP'),
    );
  } else if (-aheadMs > silenceMaxMs) {
    const found = `the newest record came ${duration(-aheadMs)} ago (${moment(newestMs)} UTC)`;
    findings.push(warn('clock', found, 'see whether the devices still send'));
  }
  const early = accepted.filter(({ record, reading }) => readingEndMs(reading) - record.timestampMs > skewMaxMs);
  if (early.length > 0) {
    const worst = early.reduce((most, each) => (leadMs(each) > leadMs(most) ? each : most));
    const found = `${worst.reading.deviceId} is ${duration(leadMs(worst))} ahead of the log`;
    findings.push(warn('clock', found, 'set the clock of the device: its windows close too early, and what comes late is lost'));
  }
  if (findings.length > 0) return findings;
  const behind = accepted.map((each) => -leadMs(each)).sort((a, b) => a - b);
  const typical =
    behind.length === 0 ? '' : `, its event time ${duration(Math.max(0, behind[Math.floor(behind.length / 2)]))} before`;
  return [ok('clock', `the newest record came ${duration(Math.max(0, -aheadMs))} ago${typical}`)];
}

function rateText(rateHz: number): string {
  return rateHz >= 1 ? `${Number(rateHz.toPrecision(4))} Hz` : `a sample every ${duration(1000 / rateHz)}`;
}

function leadMs({ record, reading }: Accepted): number {
  return readingEndMs(reading) - record.timestampMs;
}

function acceptedOf(sampled: readonly SampledRecord[]): Accepted[] {
  return sampled.flatMap(({ record, decoded }) => ('reading' in decoded ? [{ record, reading: decoded.reading }] : []));
}

function textOf(key: Uint8Array | null): string | null {
  return key === null ? null : Buffer.from(key).toString('utf8');
}

function groupBy<T, K>(values: readonly T[], keyOf: (value: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
