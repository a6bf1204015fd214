// One answer that is given to many alerts at once is a label for each of them. Their ids begin the same, so that the answer can be named,
// and taken back, as a whole; labels have no field for that, and whoever reads them from before there were such answers reads these.
import { createHash } from 'node:crypto';

/** What an answer was given to: alerts that stand together in the console, or a common-cause incident. */
export const batchKinds = ['group', 'incident'] as const;
export type BatchKind = (typeof batchKinds)[number];

/** `key` is what nobody else names an answer by: random, or derived from what it follows from. Without slashes. */
export function batchIdOf(about: BatchKind, key: string): string {
  return `${about}-${key}`;
}

/** Id of the label that a batch has for one subject: `group-KEY/SUBJECT`, the subject as the first 64 bits of its SHA-256. */
export function labelIdIn(batchId: string, subjectId: string): string {
  return `${batchId}/${createHash('sha256').update(subjectId).digest('hex').slice(0, 16)}`;
}

/** The batch that a label is of; null for one that was given by itself. */
export function batchOf(labelId: string): { batchId: string; about: BatchKind } | null {
  const [, batchId, kind] = /^((group|incident)-[^/]+)\/[^/]+$/.exec(labelId) ?? [];
  const about = batchKinds.find((each) => each === kind);
  return about === undefined ? null : { batchId, about };
}
