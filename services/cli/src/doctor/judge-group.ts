// How far a consumer group has come with a topic, and whether anybody reads as it. Pure.
import type { Commit, TopicInfo } from '@tocsin/transport';
import { count, counted } from '../terminal/figures.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

export type Committed = readonly { partition: number; commit: Commit | null }[];

/** A group as the log has it. */
export type GroupFacts = {
  groupId: string;
  /** What runs as it, e.g. `the scorer`. */
  service: string;
  commits: Committed;
  /** Null where the log does not tell. */
  hasMembers: boolean | null;
};

/**
 * Its commits stay a little behind by design: windows still open are read again. A group that nobody reads as is a warning, and a
 * failure where records wait for it.
 */
export function judgeGroup({ groupId, service, commits, hasMembers }: GroupFacts, info: TopicInfo): Finding {
  const check = `group ${groupId}`;
  const isLeft = hasMembers === false;
  const byPartition = new Map(commits.map(({ partition, commit }) => [partition, commit?.offset ?? null]));
  const places = info.partitions
    .filter(({ startOffset, endOffset }) => endOffset > startOffset)
    .map((place) => placeOf(place, byPartition.get(place.partition) ?? null));
  const unread = places.filter(({ offset }) => offset === null);
  if (places.length === 0) {
    if (isLeft) return warn(check, `${info.name} is empty, and nobody reads it as this group`, `start ${service}`);
    return ok(check, `${info.name} is empty`);
  }
  if (unread.length === places.length) {
    const advice = isLeft ? `start ${service}: nobody reads as this group` : 'one that has just started commits after a second';
    return warn(check, `has read nothing of ${info.name} yet`, advice);
  }
  const behind = places.reduce((sum, { left }) => sum + left, 0);
  const gone = places.filter(({ isGone }) => isGone);
  if (isLeft && behind > 0) {
    const found = `nobody reads as this group: ${count(behind)} records of ${info.name} wait`;
    return fail(check, found, `start ${service}, or look why it ended: its log says so`);
  }
  if (gone.length > 0) {
    const found = `its place in ${counted(gone.length, 'partition')} of ${info.name} is not in the log any more`;
    return warn(check, found, 'it goes on from the oldest record; keep records for longer than the service may be away');
  }
  if (isLeft) return warn(check, `nobody reads as this group; it had read all of ${info.name}`, `start ${service}`);
  const some = unread.length === 0 ? '' : `, ${counted(unread.length, 'partition')} not read yet`;
  return ok(check, `${count(behind)} records of ${info.name} behind the end${some}`);
}

/** Who finds its place gone from the log goes on from the oldest record. */
function placeOf({ startOffset, endOffset }: TopicInfo['partitions'][number], offset: number | null) {
  const isGone = offset !== null && (offset < startOffset || offset > endOffset);
  return { offset, isGone, left: endOffset - (offset === null || isGone ? startOffset : offset) };
}
