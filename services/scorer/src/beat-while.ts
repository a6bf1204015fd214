// Keeps a member in its group while it waits for a store or a log that does not answer: clients send no heartbeat by themselves.

/** Calls `work` every so many milliseconds until the function that it returns is called. */
export type Every = (ms: number, work: () => void) => () => void;

/** Of real time. */
export const everyInterval: Every = (ms, work) => {
  const timer = setInterval(work, ms);
  return () => clearInterval(timer);
};

/** Well below any session; how often the group is really asked is for the client to say. */
const beatEveryMs = 500;

/**
 * Waits for `call` and beats meanwhile, never twice at once; when it has settled there is no further beat. A beat that failed is
 * thrown in place of the result, once the call has settled: nobody may go on beside it.
 */
export async function beatWhile<T>(every: Every, beat: () => Promise<void>, call: () => Promise<T>): Promise<T> {
  let isBeating = false;
  let failure: { error: unknown } | null = null;
  const stop = every(beatEveryMs, () => {
    if (isBeating) return;
    isBeating = true;
    void beat()
      .catch((error: unknown) => void (failure ??= { error }))
      .finally(() => (isBeating = false));
  });
  try {
    return await call();
  } finally {
    stop();
    throwIfFailed(failure);
  }
}

function throwIfFailed(failure: { error: unknown } | null): void {
  if (failure !== null) throw failure.error;
}
