// Waits out a broken world: retriable failures are tried again with a growing pause, up to a bound.

export type Wait = {
  sleep(ms: number): Promise<void>;
  now(): number;
  /** Called before every pause; may throw to give up (a lost partition, say). */
  onRetry(error: unknown, attempt: number): Promise<void> | void;
  /** Give up after this long. */
  giveUpMs: number;
};

const firstPauseMs = 50;
const longestPauseMs = 2000;

/** Runs `call` until it resolves; rejects with its error when that is not retriable or the time is up. */
export async function untilReachable<T>(call: () => Promise<T>, wait: Wait): Promise<T> {
  const startedMs = wait.now();
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isRetriable(error) || wait.now() - startedMs > wait.giveUpMs) throw error;
      await wait.onRetry(error, attempt);
      await wait.sleep(Math.min(longestPauseMs, firstPauseMs * 2 ** (attempt - 1)));
    }
  }
}

/** Errors of the world carry `isRetriable`. */
export function isRetriable(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'isRetriable' in error && error.isRetriable === true;
}
