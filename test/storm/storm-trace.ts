// What was done in a storm and when: a line for each in a file, and counts.
import { appendFileSync } from 'node:fs';

export type StormTrace = {
  /** How often what was done. */
  counts: Record<string, number>;
  say(text: string): void;
  /** Says that something was done, and counts it. */
  did(kind: string, detail?: string): void;
};

export function createStormTrace(file: string): StormTrace {
  const counts: Record<string, number> = {};
  const say = (text: string): void => appendFileSync(file, `${new Date().toISOString()} ${text}\n`);
  return {
    counts,
    say,
    did(kind, detail = '') {
      counts[kind] = (counts[kind] ?? 0) + 1;
      say(`${kind} ${detail}`);
    },
  };
}
