// What the log's own figures say: topics, and how far groups have read them. Pure.
import type { Commit, TopicInfo } from '@tocsin/transport';
import { count, counted } from '../terminal/figures.ts';
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

export type Committed = readonly { partition: number; commit: Commit | null }[];

/** How far a group has come with a topic. Its commits stay a little behind by design: windows still open are read again. */
export function judgeGroup(groupId: string, info: TopicInfo, commits: Committed): Finding {
  const check = `group ${groupId}`;
  const byPartition = new Map(commits.map(({ partition, commit }) => [partition, commit?.offset ?? null]));
  const places = info.partitions
    .filter(({ startOffset, endOffset }) => endOffset > startOffset)
    .map((place) => ({ ...place, offset: byPartition.get(place.partition) ?? null }));
  const unread = places.filter(({ offset }) => offset === null);
  if (places.length === 0) return ok(check, `${info.name} is empty`);
  if (unread.length === places.length) {
    return warn(
      check,
      `has read nothing of ${info.name} yet`,
      'start its service; one that has just started commits after a second',
    );
  }
  const gone = places.filter(
    ({ offset, startOffset, endOffset }) => offset !== null && (offset < startOffset || offset > endOffset),
  );
  if (gone.length > 0) {
    const found = `its place in ${counted(gone.length, 'partition')} of ${info.name} is not in the log any more`;
    return warn(check, found, 'it goes on from the oldest record; keep records for longer than the service may be away');
  }
  const behind = places.reduce((sum, { offset, startOffset, endOffset }) => sum + endOffset - (offset ?? startOffset), 0);
  const some = unread.length === 0 ? '' : `, ${counted(unread.length, 'partition')} not read yet`;
  return ok(check, `${count(behind)} records of ${info.name} behind the end${some}`);
}
