// Starting while the world is away: a service stays up, says what it waits for, and gives up only after a long while.
import type { LogMessage } from '@tocsin/schemas';

export type StartWatch = {
  /**
   * Asks until there is an answer. Rejects with what the last attempt said: at once where that is not worth another one (no
   * `isRetriable`), else when all waiting together has taken too long, also for an answer that never comes.
   */
  reach<T>(name: string, ask: () => Promise<T>): Promise<T>;
  /** What has not answered yet, with what it said last: reasons for not being ready. */
  reasons(): string[];
};

export type StartWatchOptions = {
  /** Milliseconds for everything together. */
  giveUpMs: number;
  note: LogMessage;
  now(): number;
  sleep(ms: number): Promise<unknown>;
};

const firstPauseMs = 250;
const longestPauseMs = 5_000;
const sayEveryMs = 10_000;

export function createStartWatch({ giveUpMs, note, now, sleep }: StartWatchOptions): StartWatch {
  const startedMs = now();
  const waiting = new Map<string, string>();
  return {
    async reach(name, ask) {
      let saidMs = -Infinity;
      for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
        try {
          const answer = await within(giveUpMs - (now() - startedMs), name, ask);
          waiting.delete(name);
          return answer;
        } catch (error) {
          const waitedMs = now() - startedMs;
          if (!isRetriable(error) || waitedMs + pauseMs > giveUpMs) throw error;
          const why = error instanceof Error ? error.message : String(error);
          waiting.set(name, `${name} has not answered yet: ${why}`);
          if (now() - saidMs >= sayEveryMs) note('warn', `waiting for ${name} before starting`, { waitedMs, giveUpMs, why });
          if (now() - saidMs >= sayEveryMs) saidMs = now();
          await sleep(pauseMs);
        }
      }
    },
    reasons: () => [...waiting.values()],
  };
}

/** A client that waits for ever is worse than an end with an error: whatever supervises the service starts it again. */
async function within<T>(ms: number, name: string, ask: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    const late = () =>
      reject(new Error(`${name} has not answered in ${ms} ms; check that it is up and reachable, then start again`));
    timer = setTimeout(late, ms);
  });
  try {
    return await Promise.race([ask(), expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** Errors of the world carry `isRetriable`. */
function isRetriable(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'isRetriable' in error && error.isRetriable === true;
}
