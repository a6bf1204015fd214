// A promise that is settled from outside.

export type Deferred = { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void };

/** Pending at first; a rejection that nobody waits for is not reported. */
export function deferred(): Deferred {
  let resolve: Deferred['resolve'] = () => {};
  let reject: Deferred['reject'] = () => {};
  const promise = new Promise<void>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  promise.catch(() => undefined);
  return { promise, resolve, reject };
}
