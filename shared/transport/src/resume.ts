// Where a partition is read from when it comes into new hands. Pure; both transports decide with it.
import type { Commit, ReaderOptions } from './port.ts';

/** What the log knows of a partition and a group: the commit (null: none), and the offsets the log still holds. */
export type Position = { commit: Commit | null; startOffset: number; endOffset: number };

export type Resume = {
  from: Commit;
  /**
   * `committed`: where the group left off. `new`: the group comes here for the first time; `reset`: what it had committed is
   * not in the log (retention overtook it, or the topic was made anew). After the latter two `from` has yet to be committed.
   */
  why: 'committed' | 'new' | 'reset';
};

/** The position as a reader sees it: where it keeps positions itself, its own takes the place of the commit. */
export function ownPosition(position: Position, topic: string, partition: number, resumeAt: ReaderOptions['resumeAt']): Position {
  if (resumeAt === undefined) return position;
  const offset = resumeAt(topic, partition, position);
  return { ...position, commit: offset === null ? null : { offset, metadata: '' } };
}

/** Nothing committed is not the start of the log: `startFrom` decides then, and only then. */
export function decideResume(
  { commit, startOffset, endOffset }: Position,
  startFrom: ReaderOptions['startFrom'] = 'earliest',
): Resume {
  if (commit === null) return { from: { offset: startFrom === 'latest' ? endOffset : startOffset, metadata: '' }, why: 'new' };
  const isInLog = commit.offset >= startOffset && commit.offset <= endOffset;
  return isInLog ? { from: commit, why: 'committed' } : { from: { offset: startOffset, metadata: '' }, why: 'reset' };
}
