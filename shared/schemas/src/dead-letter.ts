// A dead letter: a record that was refused, with everything needed to find and send it again; and the mark that it was.
import type { RejectionReason } from './rejection.ts';

/** Record of topic `tocsin.dead-letter`. `id` is `topic:partition:offset`; `value` and `key` are the original bytes. */
export type DeadLetter = {
  id: string;
  stage: string;
  reason: RejectionReason;
  error: string;
  topic: string;
  partition: number;
  offset: number;
  timestampMs: number;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: Record<string, Uint8Array>;
  /** Length of the value, where the record was too large for a letter: the letter has the beginning, and no headers. */
  cutFromBytes?: number;
};

/**
 * Record of topic `tocsin.dead-letter`, too: letter `id` was sent again. It lies in the letter's partition, after it, so that it
 * is there for as long as the letter is.
 */
export type Redrive = { id: string; atMs: number; who: string };

/** Header of a record that was sent again: id of the letter. */
export const redriveHeader = 'tocsin-redrive-of';

/** Where the refused record lies: the id of a letter is `topic:partition:offset`. Null where `id` is not of that form. */
export function letterPosition(id: string): { topic: string; partition: number; offset: number } | null {
  const [, topic, partition, offset] = /^(.+):(\d{1,9}):(\d{1,15})$/.exec(id) ?? [];
  return topic === undefined ? null : { topic, partition: Number(partition), offset: Number(offset) };
}
