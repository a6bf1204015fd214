// Where a consumer group begins that has not been here before: where the log ended when it was first started. Kept in the store, since a
// partition in which nothing has been said has no commit either: without this, what is said in it while nobody reads would be passed over.
// Partitions that come later, and topics that are made anew, are read from their start.
import { groupBeginKey } from '@tocsin/schemas';
import type { StateStore } from '@tocsin/state';
import type { LogAdmin } from '@tocsin/transport';

/** By partition: what lies before is not this group's business; 0 where there is none. */
export type FirstOffsets = Readonly<Record<number, number>>;

/** Rejects where the log or the store cannot be reached. */
export async function firstOffsets(
  { admin, state }: { admin: Pick<LogAdmin, 'committed' | 'describe'>; state: StateStore },
  groupId: string,
  topic: string,
): Promise<FirstOffsets> {
  const key = groupBeginKey(groupId, topic);
  const [stored] = await state.getMany([key]);
  if (stored !== null) return JSON.parse(Buffer.from(stored).toString()) as FirstOffsets;
  const commits = await admin.committed(groupId, topic);
  // It has been here, and the store has forgotten: nothing that is not committed may be passed over.
  const isNew = commits.every(({ commit }) => commit === null);
  const partitions = isNew ? ((await admin.describe(topic))?.partitions ?? []) : [];
  const offsets = Object.fromEntries(partitions.map(({ partition, endOffset }) => [partition, endOffset]));
  await state.put(key, Buffer.from(JSON.stringify(offsets)));
  return offsets;
}

/** Is a record the business of a group that began there? Not so where the topic was made anew: it ends before that. */
export function isOfGroup(
  first: FirstOffsets,
  { partition, endOffset }: { partition: number; endOffset: number },
  offset: number,
): boolean {
  const begin = first[partition] ?? 0;
  return offset >= begin || begin > endOffset;
}
