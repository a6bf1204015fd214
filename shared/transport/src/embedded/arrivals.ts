// Wakes readers that have come to the end: at once for appends of this thread, within 40 ms for those of other threads and
// processes, which nobody tells us about.

export type Arrivals = {
  /** Something was appended here. */
  notify(): void;
  /** Resolves when `isThere` says so, or when the signal is aborted. */
  wait(isThere: () => boolean, signal: AbortSignal): Promise<void>;
};

const pollMs = 40;

/** `refresh` is called before each look at what others may have written. */
export function watchArrivals(refresh: () => void): Arrivals {
  const waiting = new Set<() => void>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    refresh();
    for (const check of waiting) check();
  }

  return {
    notify: look,
    wait: (isThere, signal) =>
      new Promise((resolve) => {
        const check = () => {
          if (!signal.aborted && !isThere()) return;
          waiting.delete(check);
          signal.removeEventListener('abort', check);
          if (waiting.size === 0 && timer !== null) {
            clearInterval(timer);
            timer = null;
          }
          resolve();
        };
        waiting.add(check);
        signal.addEventListener('abort', check);
        timer ??= setInterval(look, pollMs);
        check();
      }),
  };
}
