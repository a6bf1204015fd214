// The errors that readers of every transport have in common.
import { TransportError } from './transport-error.ts';

/** What ends a reader whose handler gets no further. */
export function handlerFailed(topic: string, partition: number, error: unknown): TransportError {
  const why = error instanceof Error ? error.message : String(error);
  return new TransportError('handler-failed', `the handler of ${topic}/${partition} fails again and again: ${why}`, error);
}

/** Throws `unknown-topic` when one of `topics` is not among those that exist. */
export function requireTopics(existing: readonly string[], topics: readonly string[]): void {
  const missing = topics.filter((topic) => !existing.includes(topic));
  if (missing.length === 0) return;
  throw new TransportError('unknown-topic', `cannot read ${missing.join(', ')}: no such topic; create it or correct its name`);
}
