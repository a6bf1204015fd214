// How something comes to its end: what is under way may finish, but nobody waits for it for ever.
import { setTimeout as sleep } from 'node:timers/promises';

/** A service has ten seconds to end; what comes after its readers needs some of them. */
const lastCallMs = 6_000;
const giveUpMs = 7_500;

/** Waits for `work`: after 6 s `onLastCall` is called, which lets handlers see that it is over; after 7.5 s waiting ends. */
export async function finishInTime(work: Promise<unknown>, onLastCall: () => void): Promise<void> {
  const lastCall = setTimeout(onLastCall, lastCallMs);
  await isDoneWithin(giveUpMs, work);
  clearTimeout(lastCall);
}

/** Waits for `work` for so long at most; says whether it was done. Rejects where it does in time. */
export async function isDoneWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const over = new AbortController();
  const done = work.then(() => true);
  // A rejection that comes later is nobody's any more.
  done.catch(() => undefined);
  try {
    return await Promise.race([done, sleep(ms, false, { ref: false, signal: over.signal })]);
  } finally {
    over.abort();
  }
}
