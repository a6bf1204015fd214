// A dead letter: a record that was refused, with everything needed to find and replay it.
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
};
