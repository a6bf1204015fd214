// What the log's own figures say of its topics. Pure.
import type { TopicInfo } from '@tocsin/transport';
import { counted } from '../terminal/figures.ts';
import { ok, warn, type Finding } from './finding.ts';

/**
 * One finding per topic, and one for all that do not exist (`info` null). `models` is the one to be compacted, those of `telemetry`
 * are to have the broker's time.
 */
export function judgeTopics(
  topics: readonly { name: string; info: TopicInfo | null }[],
  models: string,
  telemetry: readonly string[],
): Finding[] {
  const there = topics.flatMap(({ name, info }) =>
    info === null ? [] : [judgeTopic(info, name === models, telemetry.includes(name))],
  );
  const missing = topics.flatMap(({ name, info }) => (info === null ? [name] : []));
  if (missing.length === 0) return there;
  const advice = 'the services create what is missing when they start; create it yourself where they may not';
  return [...there, warn('topics', `not there yet: ${missing.join(', ')}`, advice)];
}

function judgeTopic(
  { name, partitions, compacted, stamped }: TopicInfo,
  mustBeCompacted: boolean,
  mustBeStamped: boolean,
): Finding {
  const check = `topic ${name}`;
  const records = partitions.reduce((sum, { startOffset, endOffset }) => sum + endOffset - startOffset, 0);
  const found = `${counted(partitions.length, 'partition')}, ${counted(records, 'record')}${compacted === true ? ', compacted' : ''}`;
  if (mustBeCompacted && compacted === false)
    return warn(check, `${found}, not compacted`, 'set cleanup.policy=compact: announcements of bundles in use must not expire');
  if (!mustBeCompacted && compacted === true)
    return warn(check, found, 'set cleanup.policy=delete: compaction keeps one record of every device only');
  if (mustBeStamped && stamped === false) {
    const advice =
      'set message.timestamp.type=LogAppendTime: one record that a producer dates ahead closes the windows of all devices';
    return warn(check, `${found}, with times that producers give (CreateTime)`, advice);
  }
  return ok(check, found);
}
