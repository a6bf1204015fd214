// How a reader comes to its end: the batches in flight may finish, but nobody waits for them for ever.
import { setTimeout as sleep } from 'node:timers/promises';

const lastCallMs = 8_000;
const giveUpMs = 9_500;

/** Waits for `work`: after 8 s `onLastCall` is called, which lets handlers see that it is over; after 9.5 s waiting ends. */
export async function finishInTime(work: Promise<unknown>, onLastCall: () => void): Promise<void> {
  const lastCall = setTimeout(onLastCall, lastCallMs);
  await Promise.race([work, sleep(giveUpMs, undefined, { ref: false })]);
  clearTimeout(lastCall);
}
